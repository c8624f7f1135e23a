import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  CommandNotStarted,
  runCommand,
  type Order,
} from '../../kernels-runner/process/command.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-command-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Runs a script of bash; what it printed comes back as text. */
async function run(script: string, changed: Partial<Order> = {}) {
  const printed = { stdout: '', stderr: '' }
  const outcome = await runCommand({
    file: '/bin/bash',
    args: ['-euo', 'pipefail', '-c', script],
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 20_000,
    graceMs: 200,
    mark: `mark-of-${folder}`,
    signal: new AbortController().signal,
    onOutput: (stream, chunk) => {
      printed[stream] += chunk.toString()
    },
    ...changed,
  })
  return { ...outcome, ...printed }
}

/** Whether a process with this id is still there and not merely waiting to be collected. */
async function alive(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid.trim()}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}

describe('a command', () => {
  it('gives its output and its exit code', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toMatchObject({
      code: 3,
      signal: null,
      stopped: null,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  it('sees only the environment that it is given', async () => {
    process.env['SECRET_FOR_TEST'] = 'must not leak'
    const { stdout } = await run('env')
    delete process.env['SECRET_FOR_TEST']
    const names = stdout.match(/^\w+/gm)?.sort()
    expect(names).toEqual(['CODICIL_MARK', 'PATH', 'PWD', 'SHLVL', '_'])
  })

  it('has an empty input', async () => {
    expect(await run('cat')).toMatchObject({ code: 0, stdout: '' })
  })

  it('that is not there is named in the error', async () => {
    const error = await run('', { file: '/nowhere/bash' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CommandNotStarted)
    expect(String(error)).toContain('/nowhere/bash')
  })

  it('that cannot be handed to the system is refused as one that is not there', async () => {
    await expect(run('echo "\0"')).rejects.toThrow(CommandNotStarted)
  })

  it('is stopped at its time limit', async () => {
    expect(await run('echo begun; sleep 60', { timeoutMs: 300 })).toMatchObject({
      stopped: 'timeout',
      signal: 'SIGTERM',
      stdout: 'begun\n',
    })
  })

  it('that ignores SIGTERM is killed after its grace', async () => {
    expect(
      await run('trap "" TERM; while :; do sleep 0.05; done', { timeoutMs: 200 }),
    ).toMatchObject({ stopped: 'timeout', signal: 'SIGKILL' })
  })

  it('is stopped when the run is cancelled', async () => {
    const controller = new AbortController()
    const running = run('sleep 60', { signal: controller.signal })
    controller.abort()
    expect(await running).toMatchObject({ stopped: 'cancelled' })
  })

  it('that ignores SIGTERM is killed soon when the run is cancelled, whatever its grace', async () => {
    const controller = new AbortController()
    const running = run('trap "" TERM; echo on; while :; do sleep 0.05; done', {
      signal: controller.signal,
      graceMs: 600_000,
      onOutput: () => controller.abort(),
    })
    expect(await running).toMatchObject({ stopped: 'cancelled', signal: 'SIGKILL' })
  })

  it('is stopped when its watch says so', async () => {
    expect(await run('sleep 60', { watch: async () => 'disk full' })).toMatchObject({
      stopped: 'disk full',
    })
  })

  it('does not outlive itself in its process group', async () => {
    const { stdout } = await run('sleep 60 & echo $!')
    expect(await alive(stdout)).toBe(false)
  })

  it('does not outlive itself in a session of its own', async () => {
    const { stdout } = await run('setsid bash -c "echo \\$\\$; exec sleep 60" & sleep 0.3')
    expect(stdout).toMatch(/^\d+\n$/)
    expect(await alive(stdout)).toBe(false)
  })

  it('cannot keep the run waiting by leaving its output open', async () => {
    const { stdout } = await run('setsid env -i bash -c "echo \\$\\$; exec sleep 30" & sleep 0.3')
    const survivor = Number(stdout)
    expect(await alive(stdout)).toBe(true)
    process.kill(survivor, 'SIGKILL')
  })

  it('may leave a writer behind that ends by itself', async () => {
    const { stdout } = await run('echo through > >(sleep 0.1; cat)')
    expect(stdout).toBe('through\n')
  })

  it('loses nothing of a long output', async () => {
    let length = 0
    await run('head -c 20000000 /dev/zero', {
      onOutput: (_, chunk) => {
        length += chunk.length
      },
    })
    expect(length).toBe(20_000_000)
  })
})

describe('a trusted tool', () => {
  it('is asked in a clean environment', async () => {
    process.env['LD_PRELOAD_FOR_TEST'] = '/tmp/evil.so'
    const { stdout } = await ask('/usr/bin/env', [], 5000)
    delete process.env['LD_PRELOAD_FOR_TEST']
    expect(stdout.split('\n').sort()).toEqual(['LC_ALL=C', 'PATH=/usr/bin:/bin', 'TZ=UTC'])
  })

  it('that does not answer is given up', async () => {
    expect(await ask('/bin/sleep', ['30'], 200)).toMatchObject({ timedOut: true })
  })

  it('is heard up to a limit', async () => {
    const { stdout, timedOut } = await ask('/usr/bin/yes', [], 20_000)
    expect(stdout.length).toBeLessThanOrEqual(4 * 1024 * 1024)
    expect(timedOut).toBe(false)
  })

  it('that is not there is an error', async () => {
    await expect(ask('/nowhere/tool', [], 1000)).rejects.toThrow(CommandNotStarted)
  })
})
