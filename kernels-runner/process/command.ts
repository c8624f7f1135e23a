/**
 * All child processes are started here.
 *
 * A diagnostic is code of a pull request: it may ignore signals, leave its process group, keep its
 * output open or print without end. Whatever it does, `runCommand` comes back, and what it started is
 * killed as far as the operating system lets the same user see it.
 */
import { CodicilError } from '../../spec-tools/index.ts'
import { execFile, spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import { Writable, type Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { killGroup, killMarked, markName, signalDescendants } from './processes.ts'

export type StreamName = 'stdout' | 'stderr'

export interface Order {
  /** Absolute path of the program. */
  file: string
  args: readonly string[]
  /** What it reads from its file descriptor 3. */
  given?: Uint8Array
  cwd: string
  /** The whole environment; nothing is inherited. */
  env: Readonly<Record<string, string>>
  timeoutMs: number
  /** Time between SIGTERM and SIGKILL; at most a second where the run is cancelled. */
  graceMs: number
  /** Unguessable; by it the processes that left the group are found again. */
  mark: string
  /** Aborting it stops the command as a timeout would. */
  signal: AbortSignal
  onOutput(stream: StreamName, chunk: Buffer): void
  /** Whether the command is a sandbox: what is in it is told to end, the sandbox follows. */
  sandbox?: boolean
  /** Asked twice a second: why the command must stop now, or undefined. */
  watch?(): Promise<string | undefined>
  /** Ends all that it started and comes back when that is gone; without it, the mark is looked for. */
  kill?: (() => Promise<void>) | null
}

export interface Outcome {
  code: number | null
  signal: string | null
  /** Why it was stopped: `timeout`, `cancelled`, or what `watch` said; null if it ended by itself. */
  stopped: string | null
  /** Wall time. */
  seconds: number
}

/** How long the output may stay open after the command itself has ended. */
const drainMs = 500
const watchMs = 500

export class CommandNotStarted extends CodicilError<'command-not-started'> {
  override readonly name = 'CommandNotStarted'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'command-not-started', what, ...options })
  }
}

/**
 * Runs a command in its own process group and waits until it and all that it started are gone.
 *
 * @throws CommandNotStarted if the program cannot be started at all.
 */
export async function runCommand(order: Order): Promise<Outcome> {
  const started = performance.now()
  const { child, pid } = await start(order)
  child.stdout.on('data', (chunk: Buffer) => order.onOutput('stdout', chunk))
  child.stderr.on('data', (chunk: Buffer) => order.onOutput('stderr', chunk))

  const supervision = supervise(pid, order)
  const closed = Promise.all([ended(child.stdout), ended(child.stderr)])
  const exit = await exitOf(child)
  const seconds = (performance.now() - started) / 1000
  supervision.end()

  // What a shell leaves behind may still be writing: `> >(tee log)` ends after its shell.
  await Promise.race([closed, sleep(drainMs, undefined, { ref: false })])
  killGroup(pid, 'SIGKILL')
  await killAll(order)
  await Promise.race([closed, sleep(drainMs, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()

  return { ...exit, stopped: supervision.stopped(), seconds }
}

async function start({ file, args, given, cwd, env, mark }: Order) {
  try {
    const child = spawn(file, args, {
      cwd,
      env: { ...env, [markName]: mark },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(given ? (['pipe'] as const) : [])],
    }) as ChildProcessByStdio<null, Readable, Readable>
    const pid = await pidOf(child)
    // It may end without reading it.
    const third = child.stdio[3]
    if (third instanceof Writable) third.on('error', () => {}).end(given)
    return { child, pid }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandNotStarted(`${file} could not be started in ${cwd}: ${reason}.`, {
      cause: error,
    })
  }
}

/** Rejects with the reason if the process could not be started. */
function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    if (child.pid !== undefined) resolve(child.pid)
  })
}

function exitOf(child: ChildProcess): Promise<Pick<Outcome, 'code' | 'signal'>> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
}

/** A runner leaves a cancelled job ten seconds, in which the bundle has to be uploaded, too. */
const cancelledGraceMs = 1000

/** Stops the command at its time limit, when cancelled, or when the watch says so. */
function supervise(pid: number, order: Order) {
  let stopped: string | null = null
  let grace: NodeJS.Timeout | undefined
  const stop = (reason: string) => {
    if (stopped !== null) return
    stopped = reason
    if (order.sandbox) void signalDescendants(pid, 'SIGTERM')
    else killGroup(pid, 'SIGTERM')
    grace = setTimeout(
      () => {
        killGroup(pid, 'SIGKILL')
        void killAll(order)
      },
      Math.min(order.graceMs, reason === 'cancelled' ? cancelledGraceMs : Infinity),
    )
  }
  const cancel = () => stop('cancelled')
  const limit = setTimeout(() => stop('timeout'), order.timeoutMs)
  const watching = watch(order, stop)
  if (order.signal.aborted) cancel()
  order.signal.addEventListener('abort', cancel)
  return {
    stopped: () => stopped,
    end() {
      clearTimeout(limit)
      clearTimeout(grace)
      watching.end()
      order.signal.removeEventListener('abort', cancel)
    },
  }
}

/** One look after the other: a look may take longer than the time between two. */
function watch(order: Order, stop: (reason: string) => void) {
  let next: NodeJS.Timeout | undefined
  let over = false
  const look = async () => {
    const reason = await order.watch?.()
    if (over) return
    if (reason !== undefined) stop(reason)
    else next = setTimeout(look, watchMs)
  }
  next = setTimeout(look, watchMs)
  return {
    end() {
      over = true
      clearTimeout(next)
    },
  }
}

async function killAll({ kill, mark }: Order): Promise<void> {
  await (kill ? kill() : killMarked(mark))
}

function ended(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('end', resolve)
    stream.once('close', resolve)
    stream.once('error', () => resolve())
  })
}

const clean = { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } } as const

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
  timedOut: boolean
}

/**
 * Asks a trusted tool, such as nvidia-smi: an absolute path, a clean environment, at most
 * 4 MiB of answer.
 *
 * @param input What it reads from its standard input.
 * @throws CommandNotStarted if the program cannot be started.
 */
export function ask(
  file: string,
  args: readonly string[],
  timeoutMs: number,
  input: Uint8Array | null = null,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ...clean,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 4 * 1024 * 1024,
    } as const
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (child.pid === undefined) {
        const reason = error?.message ?? 'unknown error'
        reject(new CommandNotStarted(`${file} could not be started: ${reason}.`, { cause: error }))
        return
      }
      const timedOut = error?.killed === true && error.code === null
      resolve({
        code: child.exitCode,
        stdout: stdout.trimEnd(),
        stderr: stderr.trimEnd(),
        timedOut,
      })
    })
    // It may end without reading it.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input ?? undefined)
  })
}

/**
 * Lets a trusted tool run on and hands over what it prints, until it is stopped. One that cannot be
 * started or ends by itself prints nothing more.
 */
export function follow(
  file: string,
  args: readonly string[],
  onOutput: (chunk: Buffer) => void,
): { stop(): Promise<void> } {
  const child = spawn(file, args, { ...clean, stdio: ['ignore', 'pipe', 'ignore'] })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.on('error', () => {})
  child.stdout.on('data', onOutput)
  return {
    async stop() {
      child.kill('SIGTERM')
      await closed
    },
  }
}
