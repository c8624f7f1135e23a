/**
 * The pure core, kept off the thread that answers webhooks. What others have written is read, judged
 * and drafted from in workers with a limit of time and memory; a worker that goes over it is ended,
 * and what it was given is refused. The same happens where the core meets a defect of its own: it is
 * logged and said, and not tried again.
 */
import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'probot'
import { InvalidInput } from '../errors.ts'
import { defect } from './refusal.ts'
import type { TaskName, Tasks } from './tasks.ts'
import type { Answer } from './worker.ts'

export interface CoreLimits {
  /** Milliseconds for one task, its waiting left out. */
  milliseconds: number
  /** MiB of a worker's heap; the bytes of a bundle's files come on top. */
  heap: number
  /** Tasks that run at once. */
  workers: number
  /** Milliseconds after which a worker without work is ended. */
  idle: number
}

export const coreLimits: CoreLimits = { milliseconds: 60_000, heap: 1024, workers: 2, idle: 30_000 }

type Input<Name extends TaskName> = Parameters<Tasks[Name]>[0]
type Output<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>

export interface Core {
  /**
   * Runs a task.
   *
   * @throws InvalidInput where what was given is refused: by the core (its code and words), as
   * `too-long` or `too-much-memory`, or as `defect`
   */
  run<Name extends TaskName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  close(): Promise<void>
}

interface Waiting {
  name: TaskName
  input: unknown
  resolve(value: unknown): void
  reject(error: Error): void
}

export function openCore(log: Pick<Logger, 'error'>, limits: CoreLimits = coreLimits): Core {
  const queue: Waiting[] = []
  const free: Thread[] = []
  const all = new Set<Thread>()

  function feed(): void {
    while (queue.length > 0) {
      const thread = free.pop() ?? (all.size < limits.workers ? start() : null)
      const task = thread && queue.shift()
      if (!thread || !task) return
      void work(thread, task)
    }
  }

  async function work(thread: Thread, task: Waiting): Promise<void> {
    const outcome = await thread.answer(task)
    if (outcome.kind === 'done' || outcome.kind === 'refused') free.push(thread)
    else void thread.end()
    feed()
    if (outcome.kind === 'done') task.resolve(outcome.value)
    else task.reject(refusal(outcome, limits))
    if (outcome.kind !== 'failed') return
    log.error({ task: task.name, stack: outcome.stack }, 'The core met a defect')
  }

  function start(): Thread {
    const thread = openThread(limits, () => {
      all.delete(thread)
      const at = free.indexOf(thread)
      if (at >= 0) free.splice(at, 1)
    })
    all.add(thread)
    return thread
  }

  return {
    run: (name, input) =>
      new Promise((resolve, reject) => {
        queue.push({ name, input, resolve: resolve as (value: unknown) => void, reject })
        feed()
      }),
    async close() {
      for (const { reject } of queue.splice(0)) reject(new Error('The app is being stopped.'))
      await Promise.all([...all].map((thread) => thread.end()))
    },
  }
}

interface Thread {
  answer(task: Waiting): Promise<Outcome>
  end(): Promise<unknown>
}

function openThread(limits: CoreLimits, ended: () => void): Thread {
  // The worker needs nothing of the environment, where the app's secrets are.
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    env: {},
    execArgv: [],
    workerData: { compileCache: getCompileCacheDir() },
    resourceLimits: { maxOldGenerationSizeMb: limits.heap, stackSizeMb: 4 },
  })
  worker.unref()
  let idle: NodeJS.Timeout | undefined
  let gone = false
  const end = () => {
    clearTimeout(idle)
    if (!gone) ended()
    gone = true
    return worker.terminate()
  }
  worker.on('error', () => void end())
  worker.on('exit', () => void end())
  return {
    end,
    async answer({ name, input }) {
      clearTimeout(idle)
      const { outcome, cancel } = answered(worker, limits)
      worker.postMessage({ name, input }, [])
      try {
        return await outcome
      } finally {
        cancel()
        idle = setTimeout(() => void end(), limits.idle).unref()
      }
    },
  }
}

type Outcome = Answer | { kind: 'too-long' } | { kind: 'too-much-memory' }

/** The worker's answer, or what kept it from giving one. */
function answered(worker: Worker, { milliseconds }: CoreLimits) {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const onError = (error: Error) =>
    resolve(
      (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? { kind: 'too-much-memory' }
        : { kind: 'failed', error: error.name, stack: error.stack ?? '' },
    )
  const onExit = () => resolve({ kind: 'failed', error: 'exit', stack: 'The worker has ended.' })
  const timer = setTimeout(() => resolve({ kind: 'too-long' }), milliseconds)
  worker.once('message', resolve)
  worker.once('error', onError)
  worker.once('exit', onExit)
  const cancel = () => {
    clearTimeout(timer)
    worker.off('message', resolve)
    worker.off('error', onError)
    worker.off('exit', onExit)
  }
  return { outcome: promise, cancel }
}

function refusal(outcome: Exclude<Outcome, { kind: 'done' }>, limits: CoreLimits): InvalidInput {
  switch (outcome.kind) {
    case 'refused':
      return new InvalidInput(outcome.code, outcome.message)
    case 'too-long':
      return new InvalidInput(
        'too-long',
        `It takes longer than the ${limits.milliseconds / 1000} s that are given to it. Let the ` +
          'diagnostics print less, declare fewer stages and hypotheses, or part the document.',
      )
    case 'too-much-memory':
      return new InvalidInput(
        'too-much-memory',
        `It takes more than the ${limits.heap} MiB of memory that are given to it. Let the ` +
          'diagnostics print less, declare fewer stages and hypotheses, or part the document.',
      )
    case 'failed':
      return defect(outcome.error)
    default:
      return outcome satisfies never
  }
}
