/** Runs jobs on worker threads, or on this one. */
import { availableParallelism } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { kernelModule, workerCode } from './compiled.ts'
import { TensorFileError, type TensorFileErrorDetails } from './error.ts'
import { Kernel } from './kernel.ts'
import {
  digestElements,
  measureSpan,
  type ElementSource,
  type SpanJob,
  type SpanResult,
} from './span.ts'

export type Job =
  | { id: number; kind: 'span'; span: SpanJob }
  | { id: number; kind: 'digest'; source: ElementSource }

export type Reply =
  | { id: number; kind: 'span'; span: SpanResult }
  | { id: number; kind: 'digest'; sha256: string }
  | { id: number; kind: 'refused'; details: TensorFileErrorDetails }
  | { id: number; kind: 'failed'; message: string }

export interface Runner {
  /** How many jobs run at once. */
  threads: number
  measure(span: SpanJob): Promise<SpanResult>
  digest(source: ElementSource): Promise<string>
  close(): Promise<void>
}

/** Memory is some 12 MB a thread; from 8 threads on, memory bandwidth is what limits. */
export const defaultThreads = Math.min(availableParallelism(), 8)

export function openRunner(threads: number): Runner {
  return threads <= 1 ? new ThisThread() : new Threads(threads)
}

class ThisThread implements Runner {
  readonly threads = 1
  readonly #kernel = new Kernel(kernelModule())

  async measure(span: SpanJob): Promise<SpanResult> {
    await turn()
    return measureSpan(this.#kernel, span)
  }

  async digest(source: ElementSource): Promise<string> {
    await turn()
    return digestElements(source)
  }

  async close(): Promise<void> {}
}

interface Waiting {
  job: Job
  resolve(reply: Reply): void
  reject(error: unknown): void
}

class Threads implements Runner {
  readonly threads: number
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()
  readonly #queue: Waiting[] = []
  readonly #running = new Map<Worker, Waiting>()
  #next = 0

  constructor(threads: number) {
    this.threads = threads
    for (let i = 0; i < threads; i++) this.#start()
  }

  async measure(span: SpanJob): Promise<SpanResult> {
    const reply = await this.#run({ id: this.#next++, kind: 'span', span })
    if (reply.kind !== 'span') throw asError(reply)
    return reply.span
  }

  async digest(source: ElementSource): Promise<string> {
    const reply = await this.#run({ id: this.#next++, kind: 'digest', source })
    if (reply.kind !== 'digest') throw asError(reply)
    return reply.sha256
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.terminate()))
  }

  /** The worker's code travels as text, so that it works from a bundle of one file too. */
  #start(): void {
    const worker = new Worker(workerCode, { eval: true, workerData: { kernel: kernelModule() } })
    worker.unref()
    worker.on('message', (reply: Reply) => {
      this.#running.get(worker)?.resolve(reply)
      this.#running.delete(worker)
      worker.unref()
      this.#idle.push(worker)
      this.#feed()
    })
    worker.on('error', (error) => this.#lose(worker, error))
    worker.on('exit', () =>
      this.#lose(worker, new Error('a thread that measures tensors has ended')),
    )
    this.#all.add(worker)
    this.#idle.push(worker)
  }

  /** What a thread leaves unanswered fails, and so does what waits if no thread is left. */
  #lose(worker: Worker, error: Error): void {
    this.#running.get(worker)?.reject(error)
    this.#running.delete(worker)
    this.#all.delete(worker)
    const idle = this.#idle.indexOf(worker)
    if (idle >= 0) this.#idle.splice(idle, 1)
    if (this.#all.size > 0) return
    for (const { reject } of this.#queue.splice(0)) reject(error)
  }

  #run(job: Job): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#all.size === 0) {
        reject(new Error('no thread that measures tensors is left'))
        return
      }
      this.#queue.push({ job, resolve, reject })
      this.#feed()
    })
  }

  #feed(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop()
      const next = this.#queue.shift()
      if (worker === undefined || next === undefined) return
      this.#running.set(worker, next)
      worker.ref()
      worker.postMessage(next.job, [])
    }
  }
}

function asError(reply: Reply): Error {
  if (reply.kind === 'refused') return new TensorFileError(reply.details)
  return new Error(reply.kind === 'failed' ? reply.message : 'a worker answered another question')
}
