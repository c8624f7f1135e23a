import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { isForeign } from '../../../kernels-runner/gpu/own-processes.ts'

describe('a process on the GPU', () => {
  it('that we started is ours, and so is what it started', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'])
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    expect(await isForeign(child.pid ?? 0, 'sh')).toBe(false)
    expect(await isForeign(Number(String(line)), 'sleep')).toBe(false)
    child.kill()
    process.kill(Number(String(line)))
  })

  it('that was here before us is not', async () => {
    const name = (await readFile(`/proc/${process.ppid}/comm`, 'utf8')).trim()
    expect(await isForeign(process.ppid, name)).toBe(true)
  })

  it('is not believed to be one of another name: then the number is that of another container', async () => {
    expect(await isForeign(process.ppid, 'some-other-program')).toBe(false)
  })

  it('that has left its parent is known by its mark', async () => {
    const script = 'CODICIL_MARK=x setsid sleep 60 > /dev/null & echo $!'
    const child = spawn('/bin/sh', ['-c', script])
    const [[line]] = await Promise.all([
      once(child.stdout, 'data') as Promise<[Buffer]>,
      once(child, 'exit'),
    ])
    const pid = Number(String(line))
    expect(await isForeign(pid, 'sleep')).toBe(false)
    process.kill(pid)
  })

  it('that has ended cannot be told, and is let be', async () => {
    const child = spawn('/bin/true')
    await once(child, 'exit')
    expect(await isForeign(child.pid ?? 0, 'true')).toBe(false)
  })
})
