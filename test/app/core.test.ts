import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { coreLimits, openCore, type Core } from '../../app/core/index.ts'
import type { CoreLimits } from '../../app/core/limits.ts'
import { flags } from '../../app/core/process.ts'

const settings = 'specs: [{ id: engine, path: docs/engine.md }]\n'
const logged: unknown[] = []
const opened: Core[] = []

function core(limits: Partial<CoreLimits> = {}): Core {
  const log = { error: (fields: unknown) => void logged.push(fields) }
  const made = openCore(log as never, { ...coreLimits, milliseconds: 120_000, ...limits })
  opened.push(made)
  return made
}

afterEach(async () => {
  logged.length = 0
  await Promise.all(opened.splice(0).map((one) => one.close()))
})

describe('the core in its processes', () => {
  it('gives what it was asked for', async () => {
    expect(await core().run('settings', settings)).toMatchObject({ specs: [{ id: 'engine' }] })
  })

  it('refuses with the code and the words of the reader', async () => {
    await expect(core().run('settings', 'specs: []\n')).rejects.toMatchObject({
      name: 'InvalidInput',
      code: 'invalid-settings',
      message: expect.stringContaining('.github/codicil.yml:1:'),
    })
  })

  it('lets what answers webhooks go on meanwhile', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    await core().run('settings', settings)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(10)
  })

  it('ends a task that takes too long, refuses what it was given, and takes the next', async () => {
    const hasty = core({ milliseconds: 1, processes: 1 })
    await expect(hasty.run('settings', settings)).rejects.toMatchObject({ code: 'too-long' })
    await expect(hasty.run('settings', settings)).rejects.toMatchObject({ code: 'too-long' })
  })

  it('ends a task that takes too much memory, and refuses what it was given', async () => {
    const small = core({ heap: 8 })
    await expect(small.run('settings', settings)).rejects.toMatchObject({
      code: 'too-much-memory',
    })
  })

  it('says a defect as a refusal, logs it with its stack, and works on', async () => {
    const one = core({ processes: 1 })
    await expect(one.run('settings', null as never)).rejects.toMatchObject({
      name: 'InvalidInput',
      code: 'defect',
      message: expect.stringContaining('an error in Codicil itself (TypeError)'),
    })
    expect(logged).toMatchObject([{ task: 'settings', stack: expect.stringContaining('    at ') }])
    expect(await one.run('settings', settings)).toMatchObject({ specs: [{ id: 'engine' }] })
  })

  it.each([
    ["require('fs').readFileSync('/etc/hostname')", 'FileSystemRead'],
    ["require('fs').writeFileSync('written', '')", 'FileSystemWrite'],
    ["require('child_process').execFileSync('true')", 'ChildProcess'],
    ["new (require('worker_threads').Worker)('', { eval: true })", 'WorkerThreads'],
  ])('lets a process do nothing but reckon: %s is refused', (code, permission) => {
    const { stderr, status } = spawnSync(process.execPath, [...flags(coreLimits), '-e', code])
    expect({ status, stderr: String(stderr) }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`permission: '${permission}'`),
    })
  })
})
