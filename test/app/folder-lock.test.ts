import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../app/jobs/folder-lock.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the lock of a data folder', () => {
  it('makes the folder where it is missing', async () => {
    const data = join(folder, 'new', 'data')
    const unlock = await lockFolder(data)
    expect(await readdir(data)).toEqual(['codicil.lock'])
    await unlock()
  })

  it('keeps a second one out while the first is held, and says what to do', async () => {
    const unlock = await lockFolder(folder)
    await expect(lockFolder(folder)).rejects.toThrow(
      `The data folder ${folder} is used by process ${process.pid}. Stop that one`,
    )
    await unlock()
  })

  it('can be taken again after it was given back', async () => {
    const unlock = await lockFolder(folder)
    await unlock()
    expect(await readdir(folder)).toEqual([])
    await expect(lockFolder(folder)).resolves.toBeTypeOf('function')
  })

  it.each([
    ['a process that is gone', '999999999 1'],
    ['an earlier process with an id that was given out again', `${process.pid} 1`],
    ['a process that died while it wrote', ''],
  ])('is taken over from %s', async (_, content) => {
    const file = join(folder, 'codicil.lock')
    await writeFile(file, content)
    const unlock = await lockFolder(folder)
    expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    await unlock()
  })
})
