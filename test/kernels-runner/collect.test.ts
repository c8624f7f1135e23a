import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Budget } from '../../kernels-runner/bundle/budget.ts'
import { collect } from '../../kernels-runner/bundle/collect.ts'
import { readRegularFile } from '../../kernels-runner/files.ts'

let folder: string
const budget = new Budget(60_000, new AbortController().signal)

/** Makes `inside` a folder and a link by turns, as fast as it can. */
const swapping = `
const { renameSync } = require('node:fs')
const at = (name) => require('node:path').join(require('node:worker_threads').workerData, name)
for (;;) {
  renameSync(at('inside'), at('aside'))
  renameSync(at('link'), at('inside'))
  renameSync(at('inside'), at('link'))
  renameSync(at('aside'), at('inside'))
}
`

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-collect-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** What is taken of the folder, with one name that must not be shown. */
function taken() {
  return collect(folder, 'out/q4k', (name) => name.replace('gpu-box-7', 'host'), budget)
}

describe('what a diagnostic left', () => {
  it('is taken with its folders', async () => {
    await mkdir(join(folder, 'stage'))
    await writeFile(join(folder, 'stage', 'q.json'), '{}')
    const { files, left } = await taken()
    expect([...files]).toEqual([['out/q4k/stage/q.json', Buffer.from('{}')]])
    expect(left).toEqual([])
  })

  it('is taken up to what a bundle of all diagnostics may hold, and that is said', async () => {
    const shared = new Budget(60_000, new AbortController().signal)
    for (let n = 0; n < 250; n++) await writeFile(join(folder, `f${n}`), '')
    const all: number[] = []
    const said: string[] = []
    for (const id of ['a', 'b', 'c', 'd']) {
      const { files, left } = await collect(folder, `out/${id}`, (name) => name, shared)
      all.push(files.size)
      said.push(...left)
    }
    expect(all).toEqual([250, 250, 12, 0])
    expect(said).toEqual(
      ['c', 'd'].map(
        (id) => `out/${id}: over the 512 files of all diagnostics; the rest was left out`,
      ),
    )
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

  it('is not taken where it is another name of a file', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'codicil-elsewhere-'))
    await writeFile(join(elsewhere, 'key'), 'key')
    await link(join(elsewhere, 'key'), join(folder, 'mine'))
    const { files, left } = await taken()
    await rm(elsewhere, { recursive: true })
    expect([...files]).toEqual([])
    expect(left).toEqual(['out/q4k/mine: a hard link'])
  })

  it('is not waited for where it is a socket', async () => {
    const server = createServer().listen(join(folder, 'socket'))
    await once(server, 'listening')
    const { left } = await taken()
    server.close()
    expect(left).toEqual(['out/q4k/socket: not a regular file'])
  })

  it.skipIf(process.getuid?.() !== 0)('is not opened where it is a device', async () => {
    // The one that ends the machine when it is read by mistake would be another; this one never ends.
    execFileSync('mknod', [join(folder, 'zero'), 'c', '1', '5'])
    expect((await taken()).left).toEqual(['out/q4k/zero: not a regular file'])
  })

  it('is not taken from where a folder leads that became a link meanwhile', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'codicil-elsewhere-'))
    await writeFile(join(elsewhere, 'key'), 'key')
    await mkdir(join(folder, 'inside'))
    await writeFile(join(folder, 'inside', 'key'), 'own')
    await symlink(elsewhere, join(folder, 'link'))
    const racer = new Worker(swapping, { eval: true, workerData: folder })
    const read: string[] = []
    for (const end = Date.now() + 1000; Date.now() < end;) {
      await readRegularFile(folder, 'inside/key', 100).then(
        (bytes) => read.push(bytes.toString()),
        () => undefined,
      )
    }
    await racer.terminate()
    await rm(elsewhere, { recursive: true })
    expect([...new Set(read)]).toEqual(['own'])
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
