import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../../kernels-runner/bundle/collect.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-collect-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** What is taken of the folder, with one name that must not be shown. */
function taken() {
  return collect(folder, 'out/q4k', (name) => name.replace('gpu-box-7', 'host'))
}

describe('what a diagnostic left', () => {
  it('is taken with its folders', async () => {
    await mkdir(join(folder, 'stage'))
    await writeFile(join(folder, 'stage', 'q.json'), '{}')
    const { files, left } = await taken()
    expect([...files]).toEqual([['out/q4k/stage/q.json', Buffer.from('{}')]])
    expect(left).toEqual([])
  })

  it('is not taken through a link', async () => {
    await symlink('/proc/self/environ', join(folder, 'environment'))
    const { files, left } = await taken()
    expect([...files]).toEqual([])
    expect(left).toEqual(['out/q4k/environment: a symbolic link'])
  })

  it('is not taken through a link to a folder', async () => {
    await symlink('/etc', join(folder, 'etc'))
    expect([...(await taken()).files]).toEqual([])
  })

  it('is not waited for where it is a named pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect((await taken()).left).toEqual(['out/q4k/pipe: not a regular file'])
  })

  it('has its name encoded where a bundle could not hold it', async () => {
    await writeFile(join(folder, 'a:b\r\nc d'), '')
    await writeFile(join(folder, '.hidden'), '')
    expect([...(await taken()).files.keys()]).toEqual([
      'out/q4k/_2ehidden',
      'out/q4k/a_3ab_0d_0ac_20d',
    ])
  })

  it('has its name redacted', async () => {
    await writeFile(join(folder, 'gpu-box-7.txt'), '')
    expect([...(await taken()).files.keys()]).toEqual(['out/q4k/host.txt'])
  })

  it('is named by its digest where it is large', async () => {
    await writeFile(join(folder, 'layer0.f32'), Buffer.alloc(2 * 1024 * 1024))
    const { files } = await taken()
    expect([...files.keys()]).toEqual(['out/q4k.sha256'])
    // Of two MiB of zeros, as sha256sum gives it.
    expect(Buffer.from(files.get('out/q4k.sha256') ?? '').toString()).toBe(
      '5647f05ec18958947d32874eeb788fa396a05d0bab7c1b71f112ceb7e9b31eee  out/q4k/layer0.f32\n',
    )
  })

  it('is taken up to a limit, and says so', async () => {
    for (let index = 0; index < 300; index++) await writeFile(join(folder, `f${index}`), '')
    const { files, left } = await taken()
    expect(files.size).toBe(256)
    expect(left).toHaveLength(1)
  })
})
