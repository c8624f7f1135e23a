/**
 * One stage of two files -> its `TensorPair`: cut the elements into spans, measure these on all
 * threads, merge them in order, and ask again where one pass is not enough.
 */
import { kernelModule } from './compiled.ts'
import type { InflatedEntries } from './inflated.ts'
import { Kernel, maxRowRecords, maxUnits, tasks } from './kernel.ts'
import { notesOn, ulpExponentBits, whyNotMeasured, whyUnpaired } from './measurable.ts'
import type { OpenTensorFile, TensorFile, TensorInfo, TensorPair, TensorSide } from './types.ts'
import { exactQuantiles, histogramQuantiles } from './quantiles.ts'
import { neededScale, pairStats, sideStats, type Measured } from './record.ts'
import { rowWidth as widthOf } from './shape.ts'
import { spanElements, type ElementSource, type SpanJob } from './span.ts'
import { Tally } from './tally.ts'
import type { Runner } from './threads.ts'

export interface StageOptions {
  /** Keep statistics of every row where there are no more than this; at most 4096. */
  rows?: number
  /** Also quantiles of |d|, distances in units in the last place, argmax and digests. */
  details?: boolean
  /** Up to how many elements quantiles are exact. */
  exactQuantiles?: number
  signal?: AbortSignal
}

const defaults = { rows: 64, exactQuantiles: 10_000_000 }

/** A tensor with the open file that holds it. */
export interface OpenSide {
  file: OpenTensorFile
  tensor: TensorInfo
}

/** Measures one stage: its spans on all threads, merged in their order. */
export class StageWork {
  readonly #runner: Runner
  readonly #room: InflatedEntries
  readonly #options: StageOptions
  /** For merging; spans are measured by the runner's own. */
  readonly #kernel = new Kernel(kernelModule())

  constructor(runner: Runner, room: InflatedEntries, options: StageOptions) {
    this.#runner = runner
    this.#room = room
    this.#options = options
  }

  async measure(
    stage: string,
    a: OpenSide | null,
    b: OpenSide | null,
    fileA: TensorFile,
    fileB: TensorFile,
  ): Promise<TensorPair> {
    const unpaired = whyUnpaired(a?.tensor ?? null, b?.tensor ?? null)
    const tokens = (fileB.facts.tokens ?? fileA.facts.tokens)?.length
    const shape = (b ?? a)?.tensor.shape ?? []
    const rowWidth = Math.max(1, widthOf(shape, tokens))
    const n = (b ?? a)?.tensor.n ?? 0
    const common = { stage, unpaired, rowWidth, nRows: n / rowWidth }
    if (a === null || b === null || unpaired !== null) {
      const [sideA, sideB] = [
        a === null ? null : await this.measureSide(a.file, a.tensor),
        b === null ? null : await this.measureSide(b.file, b.tensor),
      ]
      const nothing = {
        units: { rows: null, channels: null },
        pair: null,
        rows: null,
        quantiles: null,
        ulp: null,
        argmax: null,
        notes: [],
      }
      return { ...common, a: sideA, b: sideB, ...nothing }
    }
    return { ...common, ...(await this.#measurePair(a, b, rowWidth)) }
  }

  /** Statistics of one tensor alone; none where its elements cannot be decoded. */
  async measureSide(file: OpenTensorFile, tensor: TensorInfo): Promise<TensorSide> {
    const about = { path: file.path, tensor, facts: file.facts }
    if (whyNotMeasured(tensor) !== null) return { ...about, stats: null, sha256: null }
    const source = await this.#room.source(file, tensor)
    const measured = await this.#moments(source, null, tensor.n, Math.max(1, tensor.n))
    const sha256 = this.#options.details ? await this.#runner.digest(source) : null
    this.#room.release(source)
    return { ...about, stats: sideStats(measured, 'b'), sha256 }
  }

  async #measurePair(a: OpenSide, b: OpenSide, rowWidth: number) {
    const { details = false, rows = defaults.rows } = this.#options
    const sourceA = await this.#room.source(a.file, a.tensor)
    const sourceB = await this.#room.source(b.file, b.tensor)
    const n = b.tensor.n
    const nRows = n / rowWidth
    const keepRows = nRows > 1 && nRows <= Math.min(rows, maxRowRecords)
    const exponentBits = ulpExponentBits(sourceA, sourceB)
    const digests = details
      ? Promise.all([this.#runner.digest(sourceA), this.#runner.digest(sourceB)])
      : Promise.resolve([null, null])
    digests.catch(() => {})
    const sums = nRows > 1 ? unitTasks(nRows, rowWidth) : 0
    const first = await this.#pass(sourceA, sourceB, n, rowWidth, {
      tasks:
        tasks.statistics |
        sums |
        (keepRows ? tasks.rowRecords : 0) |
        (details ? tasks.histogram | tasks.argmax | (exponentBits === null ? 0 : tasks.ulps) : 0),
    })
    const measured = await this.#scaled(first, sourceA, sourceB, n, rowWidth, sums)
    const [shaA = null, shaB = null] = await digests
    const quantiles = details ? await this.#quantiles(first, sourceA, sourceB, n, rowWidth) : null
    this.#room.release(sourceA)
    this.#room.release(sourceB)
    const about = ({ file, tensor }: OpenSide) => ({ path: file.path, tensor, facts: file.facts })
    return {
      a: { ...about(a), stats: sideStats(measured, 'a'), sha256: shaA },
      b: { ...about(b), stats: sideStats(measured, 'b'), sha256: shaB },
      pair: pairStats(measured),
      units: measured.tally.units(measured.scale),
      rows: keepRows ? first.rows() : null,
      quantiles,
      ulp: details && exponentBits !== null ? first.ulps(exponentBits) : null,
      argmax: details ? first.argmax() : null,
      notes: notesOn(sourceA, sourceB, details),
    }
  }

  /** The one pass; for f64 beyond what can be squared, a second one with scaled elements. */
  async #moments(a: ElementSource, b: ElementSource | null, n: number, rowWidth: number) {
    const first = await this.#pass(a, b, n, rowWidth, {})
    return this.#scaled(first, a, b, n, rowWidth)
  }

  async #scaled(
    first: Tally,
    a: ElementSource,
    b: ElementSource | null,
    n: number,
    rowWidth: number,
    sums = 0,
  ): Promise<Measured & { tally: Tally }> {
    const { record } = first
    const scale = neededScale(record)
    if (scale === null) return { record, scaled: record, scale: 1, tally: first }
    const what = { scale, tasks: tasks.statistics | sums }
    const tally = await this.#pass(a, b, n, rowWidth, what)
    return { record, scaled: tally.record, scale, tally }
  }

  async #quantiles(first: Tally, a: ElementSource, b: ElementSource, n: number, rowWidth: number) {
    if (n > (this.#options.exactQuantiles ?? defaults.exactQuantiles)) {
      return histogramQuantiles(first.histogram)
    }
    return exactQuantiles(first.histogram, async (histogramLevel, prefixes) => {
      const counted = await this.#pass(a, b, n, rowWidth, {
        tasks: tasks.histogram,
        histogramLevel,
        prefixes,
      })
      return counted.histogram
    })
  }

  async #pass(
    a: ElementSource,
    b: ElementSource | null,
    n: number,
    rowWidth: number,
    what: Partial<SpanJob>,
  ): Promise<Tally> {
    const tally = new Tally(this.#kernel, rowWidth)
    const inFlight: Promise<void>[] = []
    let merged = Promise.resolve()
    for (let start = 0; start < n; start += spanElements) {
      this.#options.signal?.throwIfAborted()
      const span = this.#runner.measure({
        a,
        b,
        start,
        count: Math.min(spanElements, n - start),
        rowWidth,
        tasks: tasks.statistics,
        scale: 1,
        histogramLevel: 0,
        prefixes: [],
        ...what,
      })
      // Spans are measured in any order and merged in theirs.
      merged = Promise.all([merged, span]).then(([, result]) => tally.add(result))
      merged.catch(() => {})
      inFlight.push(merged)
      if (inFlight.length > 2 * this.#runner.threads) await inFlight.shift()
    }
    await merged
    return tally
  }
}

/** Sums of rows and columns, where they fit into what the kernel keeps. */
function unitTasks(nRows: number, rowWidth: number): number {
  const rows = nRows <= maxUnits ? tasks.rowSums : 0
  return rows | (rowWidth > 1 && rowWidth <= maxUnits ? tasks.columnSums : 0)
}
