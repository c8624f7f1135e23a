import { execa } from 'execa'
import type { JobLog, WorkflowCommand } from './log.ts'

export interface ProcessRun {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  log: JobLog
  signal: AbortSignal
  onCommand?: (command: WorkflowCommand) => void
}

/**
 * Runs a step's process with exactly that environment; both streams go to the log line by line.
 *
 * @returns the exit code, or undefined where a signal ended it
 */
export async function runProcess(run: ProcessRun): Promise<number | undefined> {
  const { file, args, cwd, env, log, signal } = run
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 2500,
  })
  for await (const line of child.iterable({ from: 'all' })) {
    const command = log.output(line)
    if (command) run.onCommand?.(command)
  }
  const result = await child
  if (result.exitCode === undefined && result.code === 'ENOENT') {
    log.print(`##[error]${result.shortMessage}`)
  }
  return result.exitCode
}

/** A signal that also falls after so many minutes, if there is a limit. */
export function timeLimit(signal: AbortSignal, minutes: unknown) {
  const limit = Number(minutes)
  if (minutes === undefined || minutes === null || !(limit > 0)) return { signal, clear() {} }
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), limit * 60_000)
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    clear: () => clearTimeout(timer),
  }
}
