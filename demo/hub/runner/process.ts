import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import type { Patience } from './state.ts'
import type { JobLog, WorkflowCommand } from './log.ts'

export interface ProcessRun {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  log: JobLog
  signal: AbortSignal
  patience: Patience
  onCommand?: (command: WorkflowCommand) => void
}

/**
 * Runs a step's process with exactly that environment; both streams go to the log line by line.
 *
 * @returns the exit code, or undefined where a signal ended it
 */
export async function runProcess(run: ProcessRun): Promise<number | undefined> {
  const { file, args, cwd, env, log } = run
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  })
  const stopped = stopWhenAborted(child, run)
  for await (const line of child.iterable({ from: 'all' })) {
    // The runner's reader takes a lone carriage return for the end of a line, too.
    for (const part of line.split('\r')) {
      const command = log.output(part)
      if (command) run.onCommand?.(command)
    }
  }
  const result = await child
  stopped()
  if (result.exitCode === undefined && result.code === 'ENOENT') {
    log.print(`##[error]${result.shortMessage}`)
  }
  return result.exitCode
}

/** SIGINT, SIGTERM, and at last the end of the process and all that came of it, as the runner does. */
function stopWhenAborted(
  child: { pid?: number | undefined; kill: (signal: NodeJS.Signals) => boolean },
  { signal, patience }: ProcessRun,
): () => void {
  const timers: NodeJS.Timeout[] = []
  const stop = () => {
    const { interrupted, terminated } = patience
    // Looked at before any signal: who outlives its parent is no longer found below it.
    const family = treeOf(child.pid)
    child.kill('SIGINT')
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), interrupted),
      setTimeout(() => void killAll(family), interrupted + terminated),
    )
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return () => {
    signal.removeEventListener('abort', stop)
    for (const timer of timers) clearTimeout(timer)
  }
}

async function treeOf(pid: number | undefined): Promise<number[]> {
  if (pid === undefined) return []
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(treeOf))
  return [...below.flat(), pid]
}

async function killAll(pids: Promise<number[]>): Promise<void> {
  for (const pid of await pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It is gone already.
    }
  }
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
