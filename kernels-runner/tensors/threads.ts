/** Runs jobs on this thread, and on worker threads beside it. */
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

export type Job = { kind: 'span'; span: SpanJob } | { kind: 'digest'; source: ElementSource }

/** Replies of a worker come in the order of its jobs. */
export type Reply =
  | { kind: 'span'; span: SpanResult }
  | { kind: 'digest'; sha256: string }
  | { kind: 'refused'; details: TensorFileErrorDetails }
  | { kind: 'failed'; message: string }

export interface Runner {
  /** How many jobs run at once. */
  threads: number
  measure(span: SpanJob): Promise<SpanResult>
  digest(source: ElementSource): Promise<string>
  /** When this is done, no file is read any more; what was not finished has failed. */
  close(): Promise<void>
}

/** A worker keeps next to nothing between its jobs; without limits its heap grows all the same. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 }
/** Memory is some 12 MB a thread; from 8 threads on, memory bandwidth is what limits. */
const mostThreads = Math.min(availableParallelism(), 8)
/** What a thread measures, without and with details, in about the time that another takes to start. */
const worthThread = { plain: 128 * 2 ** 20, details: 16 * 2 ** 20 }

/** How many threads pay off for so many bytes. */
export function threadsFor(bytes: number, details = false): number {
  const worth = details ? worthThread.details : worthThread.plain
  return Math.max(1, Math.min(mostThreads, Math.floor(bytes / worth)))
}

export function openRunner(threads: number): Runner {
  return threads <= 1 ? new ThisThread() : new Threads(threads)
}

class ThisThread implements Runner {
  readonly threads = 1
  readonly #kernel = new Kernel(kernelModule())
  #closed = false

  async measure(span: SpanJob): Promise<SpanResult> {
    await this.#turn()
    return measureSpan(this.#kernel, span)
  }

  async digest(source: ElementSource): Promise<string> {
    await this.#turn()
    return digestElements(source)
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  /** Lets others have their turn; files may be closed when it comes back. */
  async #turn(): Promise<void> {
    await turn()
    if (this.#closed) throw closed()
  }
}

interface Waiting {
  job: Job
  resolve(reply: Reply): void
  reject(error: unknown): void
}

/** Workers take tens of milliseconds to start: this thread measures too, from the beginning. */
class Threads implements Runner {
  readonly threads: number
  readonly #here = new ThisThread()
  readonly #starting = new Set<Worker>()
  /** Workers that have started, with what they were sent and have not answered. */
  readonly #sent = new Map<Worker, Waiting[]>()
  readonly #queue: Waiting[] = []
  #helping = false
  #closed = false

  constructor(threads: number) {
    this.threads = threads
    for (let i = 1; i < threads; i++) this.#start()
  }

  async measure(span: SpanJob): Promise<SpanResult> {
    const reply = await this.#run({ kind: 'span', span })
    if (reply.kind !== 'span') throw asError(reply)
    return reply.span
  }

  async digest(source: ElementSource): Promise<string> {
    const reply = await this.#run({ kind: 'digest', source })
    if (reply.kind !== 'digest') throw asError(reply)
    return reply.sha256
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#here.close()
    for (const { reject } of this.#queue.splice(0)) reject(closed())
    const workers = [...this.#starting, ...this.#sent.keys()]
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  /** The worker's code travels as text, so that it works from a bundle of one file too. */
  #start(): void {
    const workerData = { kernel: kernelModule() }
    const worker = new Worker(workerCode, { eval: true, workerData, resourceLimits })
    this.#starting.add(worker)
    worker.once('online', () => {
      if (!this.#starting.delete(worker)) return
      this.#sent.set(worker, [])
      worker.unref()
      this.#feed()
    })
    worker.on('message', (reply: Reply) => {
      const sent = this.#sent.get(worker)
      sent?.shift()?.resolve(reply)
      if (sent?.length === 0) worker.unref()
      this.#feed()
    })
    worker.on('error', (error) => this.#lose(worker, error))
    worker.on('exit', () =>
      this.#lose(worker, new Error('a thread that measures tensors has ended')),
    )
  }

  /** What a thread leaves unanswered fails; the others go on. */
  #lose(worker: Worker, error: Error): void {
    for (const { reject } of this.#sent.get(worker) ?? []) reject(error)
    this.#starting.delete(worker)
    this.#sent.delete(worker)
    this.#feed()
  }

  #run(job: Job): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closed())
        return
      }
      this.#queue.push({ job, resolve, reject })
      this.#feed()
    })
  }

  /** One job for each worker, then one more, so that none waits while this thread is busy. */
  #feed(): void {
    for (const depth of [1, 2]) {
      for (const [worker, sent] of this.#sent) {
        if (sent.length >= depth) continue
        const next = this.#queue.shift()
        if (next === undefined) return
        sent.push(next)
        worker.ref()
        worker.postMessage(next.job, [])
      }
    }
    void this.#help()
  }

  /** Measures here what no worker has taken. */
  async #help(): Promise<void> {
    if (this.#helping) return
    this.#helping = true
    for (let next = this.#forHere(); next !== undefined; next = this.#forHere()) {
      const { job, resolve, reject } = next
      await (
        job.kind === 'span'
          ? this.#here.measure(job.span).then((span) => resolve({ kind: 'span', span }))
          : this.#here.digest(job.source).then((sha256) => resolve({ kind: 'digest', sha256 }))
      ).catch(reject)
    }
    this.#helping = false
  }

  /** Digests take long and would keep the workers waiting: they are theirs, while there are any. */
  #forHere(): Waiting | undefined {
    const alone = this.#starting.size + this.#sent.size === 0
    const at = this.#queue.findIndex(({ job }) => alone || job.kind === 'span')
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0]
  }
}

function closed(): Error {
  return new Error('measuring was ended before this was done')
}

function asError(reply: Reply): Error {
  if (reply.kind === 'refused') return new TensorFileError(reply.details)
  return new Error(reply.kind === 'failed' ? reply.message : 'a worker answered another question')
}
