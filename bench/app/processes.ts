/** Processes that a bench measures, each on cores of its own where it is told which. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'

/** `8-9,12`: the cores of a process; empty: any. */
export type Cores = string

/** What has a program run on some cores alone. */
export function on(cores: Cores | undefined): string[] {
  return cores ? ['taskset', '-c', cores] : []
}

export interface Part {
  process: ChildProcess
  /** The next line that it prints, as JSON. */
  said<T>(): Promise<T>
}

/** Starts a TypeScript file of a bench. */
export function startPart(
  file: string,
  args: readonly string[],
  cores?: Cores,
  env: NodeJS.ProcessEnv = process.env,
): Part {
  const [program = '', ...rest] = [
    ...on(cores),
    process.execPath,
    '--no-memory-protection-keys',
    file,
    ...args,
  ]
  const child = spawn(program, rest, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  if (!child.stdout) throw new Error(`${file} has no standard output.`)
  const lines = createInterface(child.stdout)
  return { process: child, said: () => next(child, lines, file) }
}

async function next<T>(child: ChildProcess, lines: Interface, file: string): Promise<T> {
  const ended = new AbortController()
  try {
    const [line] = (await Promise.race([
      once(lines, 'line', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(() => {
        throw new Error(`${file} ended before it said anything.`)
      }),
    ])) as [string]
    return JSON.parse(line) as T
  } finally {
    ended.abort()
  }
}

/** MiB of memory that a process holds. */
export function resident(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

/** Seconds of processor that a process has used. */
export function processor(pid: number): number {
  const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) | /)
  const ticks = Number(fields[11]) + Number(fields[12])
  return ticks / 100
}

/** Milliseconds, or what else is counted: how it is spread. */
export function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
    return value === undefined ? null : Math.round(value * 10) / 10
  }
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}

/** By how much values rise from one to the next, by least squares. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let over = 0
  let under = 0
  for (const [index, value] of values.entries()) {
    over += (index - middle) * (value - mean)
    under += (index - middle) ** 2
  }
  return under === 0 ? 0 : over / under
}
