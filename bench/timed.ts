/** How long a command takes, the built Action among them, in a folder with the checkouts of a job. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'

/** Seconds; those of the processor with all children. */
export interface Times {
  wall: number
  processor: number
}

/**
 * Bash counts the processor time of all that it waited for, children of children included.
 *
 * @param folder has `base` and `source`, the checkouts of a job; the bundle becomes `bundle`.
 */
export async function timed(folder: string, command: readonly string[]): Promise<Times> {
  const script = `TIMEFORMAT='%R %U %S'; time "$@" 2>/dev/null | cat > /dev/null`
  const child = spawn('/bin/bash', ['-c', script, 'bash', ...command], {
    cwd: join(folder, 'source'),
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      GITHUB_ACTIONS: 'true',
      GITHUB_TOKEN: 'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
      RUNNER_TOOL_CACHE: join(folder, 'tools'),
      HOME: join(folder, 'home'),
      INPUT_REQUEST: 'bench',
      INPUT_SHA: '0'.repeat(40),
      INPUT_BASE: 'base',
      INPUT_SOURCE: 'source',
      INPUT_OUTPUT: join(folder, 'bundle'),
      INPUT_UPLOAD: 'false',
      'INPUT_NVIDIA-SMI': '/nowhere/nvidia-smi',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await once(child, 'close')
  const [wall, user, system] = printed.trim().split(' ').map(Number)
  if (wall === undefined || user === undefined || system === undefined) {
    throw new Error(`Bash did not say how long ${command[0]} took, but: ${printed}`)
  }
  return { wall, processor: user + system }
}

export function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? NaN
}
