/**
 * Two tensor files -> one `TensorPair` a stage, in the order of the stages.
 */
import { InflatedEntries, type InflationRoom } from './inflated.ts'
import { openTensorFile } from './open.ts'
import type { OpenTensorFile, TensorInfo, TensorPair, TensorSide } from './types.ts'
import { pairStages } from './pairing.ts'
import { StageWork, type OpenSide, type StageOptions } from './stage.ts'
import { openRunner, threadsFor } from './threads.ts'

export interface CompareOptions extends StageOptions {
  /** Threads that read and measure; results do not depend on it. */
  threads?: number
  /** Default: half of what is free in the folder for temporary files. */
  room?: Partial<InflationRoom>
  onProgress?: (progress: Progress) => void
}

export interface Progress {
  /** Index of the stage, and how many there are. */
  stage: number
  stages: number
  /** Bytes of both files measured so far, and to be measured. */
  bytes: number
  totalBytes: number
}

/**
 * Compares candidate `pathA` with reference `pathB`. Throws a TensorFileError if a file is refused;
 * differing shapes, missing stages and unreadable types are facts of a pair, not errors.
 */
export async function* compareFiles(
  pathA: string,
  pathB: string,
  options: CompareOptions = {},
): AsyncGenerator<TensorPair> {
  const a = await openTensorFile(pathA)
  try {
    const b = await openTensorFile(pathB)
    try {
      yield* compareOpen(a, b, options)
    } finally {
      b.close()
    }
  } finally {
    a.close()
  }
}

/** The same for files that are open already, so that a caller can show what they declare first. */
export async function* compareOpen(
  a: OpenTensorFile,
  b: OpenTensorFile,
  options: CompareOptions = {},
): AsyncGenerator<TensorPair> {
  const stages = pairStages(a, b)
  const totalBytes = stages.reduce((sum, { a: x, b: y }) => sum + bytesIn(x) + bytesIn(y), 0)
  const threads = options.threads ?? threadsFor(totalBytes, options.details)
  const runner = openRunner(threads)
  const room = new InflatedEntries(options.room)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])])
  // A few stages ahead, so that threads have work while one stage is being finished.
  const ahead: Promise<TensorPair>[] = []
  try {
    const work = new StageWork(runner, room, { ...options, signal })
    let bytes = 0
    for (const [index, stage] of stages.entries()) {
      while (ahead.length < 2 * threads && index + ahead.length < stages.length) {
        const next = stages[index + ahead.length]
        if (next === undefined) break
        const started = work.measure(next.stage, side(a, next.a), side(b, next.b), a, b)
        // Its error is met when its turn comes; until then it is not unhandled.
        started.catch(() => {})
        ahead.push(started)
      }
      options.signal?.throwIfAborted()
      const pair = await ahead.shift()
      if (pair === undefined) return
      bytes += bytesIn(stage.a) + bytesIn(stage.b)
      options.onProgress?.({ stage: index + 1, stages: stages.length, bytes, totalBytes })
      yield pair
    }
  } finally {
    // Nothing may read any more when the caller closes the files.
    stop.abort()
    await runner.close()
    await Promise.allSettled(ahead)
    await room.close()
  }
}

/** Statistics of every tensor of one file, in the order of its stages. */
export async function* measureFile(
  path: string,
  options: CompareOptions = {},
): AsyncGenerator<TensorSide> {
  const file = await openTensorFile(path)
  try {
    yield* measureOpen(file, options)
  } finally {
    file.close()
  }
}

/** The same for a file that is open already. */
export async function* measureOpen(
  file: OpenTensorFile,
  options: CompareOptions = {},
): AsyncGenerator<TensorSide> {
  const bytes = file.tensors.reduce((sum, tensor) => sum + bytesIn(tensor), 0)
  const runner = openRunner(options.threads ?? threadsFor(bytes, options.details))
  const room = new InflatedEntries(options.room)
  try {
    const work = new StageWork(runner, room, options)
    for (const tensor of file.tensors) {
      options.signal?.throwIfAborted()
      yield await work.measureSide(file, tensor)
    }
  } finally {
    await runner.close()
    await room.close()
  }
}

function side(file: OpenTensorFile, tensor: TensorInfo | null): OpenSide | null {
  return tensor === null ? null : { file, tensor }
}

function bytesIn(tensor: TensorInfo | null): number {
  return tensor === null ? 0 : tensor.end - tensor.start
}
