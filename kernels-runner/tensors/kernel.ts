/** The WebAssembly kernel, and one instance of it: a span of two tensors at a time. */
import { fields, type TensorRecord } from './record.ts'

/** What a span is measured for; may be added up. The kernel knows them by the same bits. */
export const tasks = {
  statistics: 1,
  rowRecords: 2,
  histogram: 4,
  ulps: 8,
  argmax: 16,
  rowSums: 32,
  columnSums: 64,
} as const

/**
 * Bytes a side that the kernel takes at a time: small enough for both to stay in a second-level
 * cache between being read and being measured, large enough to make system calls cheap.
 */
export const chunkBytes = 2 ** 18
/** Elements that it works on at a time: chunks are whole tiles. */
export const tileElements = 4_096
/** Rows of which it keeps records in one span. */
export const maxRowRecords = 4_096
/** Rows of a span, and columns of a row, of which it keeps sums. */
export const maxUnits = 65_536

/** Bins of the histogram's first level, prefixes that later levels take, and their bins. */
export const histogramLevels = {
  bins: 2 ** 18,
  prefixes: 6,
  laterBins: 2 ** 15,
  levels: 4,
} as const

export interface SpanSettings {
  /** Index of the first element. */
  start: number
  rowWidth: number
  tasks: number
  kernelTypeA: number
  kernelTypeB: number
  /** Power of two that elements are multiplied by, so that squares of f64 neither over- nor underflow. */
  scale: number
  histogramLevel: number
  /** Leading digits that a level beyond the first counts behind. */
  prefixes: readonly number[]
}

/** A row of which a span holds a part, and what that part says. */
export interface RowPart {
  row: number
  elements: number
  sumDD: number
  sumBB: number
  /** Largest element, its column, second largest; of a, then of b. */
  tops: readonly number[]
}

export interface UlpTally {
  count: number
  max: number
  maxAt: number
  sum: number
  withinOne: number
  /** {exponent field of b, count, largest, sum} where there is anything. */
  exponents: Float64Array
}

interface Exports {
  memory: WebAssembly.Memory
  begin(start: number, width: number, what: number, a: number, b: number, scale: number): void
  beginHistogram(level: number, prefixes: number): void
  chunk(n: number, inputB: number): void
  end(): number
  merge(into: number, from: number): void
  reset(record: number): void
  enterRow(record: number, row: number, dd: number, bb: number): void
  resetTops(): void
  joinTops(first: number, where: number, second: number, side: number): void
  closeTops(row: number): void
}

type Place =
  | 'inputA'
  | 'inputB'
  | 'total'
  | 'scratchRecord'
  | 'partialRows'
  | 'rowRecords'
  | 'rowSums'
  | 'columnSums'
  | 'histogram'
  | 'prefixes'
  | 'ulpTable'
  | 'ulpTotal'
  | 'tops'
  | 'argmaxTotal'

export class Kernel {
  readonly #wasm: Exports
  readonly #places: Record<Place, WebAssembly.Global>
  readonly #buffer: ArrayBuffer

  constructor(compiled: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(compiled)
    this.#wasm = exports as unknown as Exports
    this.#places = exports as unknown as Record<Place, WebAssembly.Global>
    this.#buffer = this.#wasm.memory.buffer
  }

  /** Where the raw bytes of the next chunk of each side go. */
  input(side: 'a' | 'b', bytes: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#at(side === 'a' ? 'inputA' : 'inputB'), bytes)
  }

  begin(span: SpanSettings): void {
    const { start, rowWidth, kernelTypeA, kernelTypeB, scale } = span
    this.#wasm.begin(start, rowWidth, span.tasks, kernelTypeA, kernelTypeB, scale)
    if (span.tasks & tasks.histogram) {
      this.#f64('prefixes', histogramLevels.prefixes).set(span.prefixes)
      this.#wasm.beginHistogram(span.histogramLevel, span.prefixes.length)
    }
  }

  /** Takes `n` elements from the inputs, or from `a` alone for both sides. */
  chunk(n: number, alone: boolean): void {
    this.#wasm.chunk(n, this.#at(alone ? 'inputA' : 'inputB'))
  }

  end(): RowPart[] {
    const count = this.#wasm.end()
    const values = this.#f64('partialRows', 10 * count)
    return Array.from({ length: count }, (_, i) => {
      const [row = 0, elements = 0, sumDD = 0, sumBB = 0, ...tops] = values.slice(
        10 * i,
        10 * i + 10,
      )
      return { row, elements, sumDD, sumBB, tops }
    })
  }

  total(): TensorRecord {
    return this.#f64('total', fields).slice()
  }

  /** Records of the first `rows` rows that the span touched. */
  rowRecords(rows: number): TensorRecord[] {
    const all = this.#f64('rowRecords', rows * fields)
    return Array.from({ length: rows }, (_, i) => all.slice(i * fields, (i + 1) * fields))
  }

  /** {sum d^2, sum b^2, sum of squared steps} of each of the first `rows` rows that the span touched. */
  rowSums(rows: number): Float64Array {
    return this.#f64('rowSums', 3 * rows).slice()
  }

  /** Sums of d^2, then of b^2, then of squared steps, of each column. */
  columnSums(width: number): Float64Array {
    const all = this.#f64('columnSums', 3 * maxUnits)
    const sums = new Float64Array(3 * width)
    for (const at of [0, 1, 2])
      sums.set(all.subarray(at * maxUnits, at * maxUnits + width), at * width)
    return sums
  }

  /** Bins that are not empty: their numbers, then their counts. */
  histogram(): Uint32Array {
    const bins = new Uint32Array(this.#buffer, this.#at('histogram'), histogramLevels.bins)
    const filled: number[] = []
    for (let bin = 0; bin < bins.length; bin++) if (bins[bin] !== 0) filled.push(bin)
    return Uint32Array.from([...filled, ...filled.map((bin) => bins[bin] ?? 0)])
  }

  ulps(): UlpTally {
    const [count = 0, max = 0, maxAt = 0, sum = 0, withinOne = 0] = this.#f64('ulpTotal', 5)
    const table = this.#f64('ulpTable', 2048 * 3)
    const exponents: number[] = []
    for (let i = 0; i < 2048; i++) {
      const n = table[3 * i] ?? 0
      if (n > 0) exponents.push(i, n, table[3 * i + 1] ?? 0, table[3 * i + 2] ?? 0)
    }
    return { count, max, maxAt, sum, withinOne, exponents: Float64Array.from(exponents) }
  }

  argmax(): Float64Array {
    return this.#f64('argmaxTotal', 10).slice()
  }

  /** A record that has seen nothing. */
  empty(): TensorRecord {
    this.#wasm.reset(this.#at('total'))
    return this.total()
  }

  /** What both records have seen together. */
  merge(into: TensorRecord, from: TensorRecord): TensorRecord {
    this.#f64('total', fields).set(into)
    this.#f64('scratchRecord', fields).set(from)
    this.#wasm.merge(this.#at('total'), this.#at('scratchRecord'))
    return this.total()
  }

  /** Enters a row put together from its parts. */
  enterRow(record: TensorRecord, parts: readonly RowPart[]): TensorRecord {
    const sum = (pick: (part: RowPart) => number) => parts.reduce((s, part) => s + pick(part), 0)
    this.#f64('total', fields).set(record)
    this.#wasm.enterRow(
      this.#at('total'),
      parts[0]?.row ?? 0,
      sum((part) => part.sumDD),
      sum((part) => part.sumBB),
    )
    return this.total()
  }

  /** Enters the largest elements of a row put together from its parts. */
  enterTops(argmax: Float64Array, parts: readonly RowPart[]): Float64Array {
    this.#f64('argmaxTotal', 10).set(argmax)
    this.#wasm.resetTops()
    const tops = this.#at('tops')
    for (const {
      tops: [a1 = 0, aAt = 0, a2 = 0, b1 = 0, bAt = 0, b2 = 0],
    } of parts) {
      this.#wasm.joinTops(a1, aAt, a2, tops)
      this.#wasm.joinTops(b1, bAt, b2, tops + 24)
    }
    this.#wasm.closeTops(parts[0]?.row ?? 0)
    return this.argmax()
  }

  #at(place: Place): number {
    return this.#places[place].value as number
  }

  #f64(place: Place, length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#at(place), length)
  }
}
