/** What the spans of one stage say together. Spans may be added in any order and split. */
import { histogramLevels, type Kernel, type RowPart } from './kernel.ts'
import { pairStats, sideStats, type Measured, type TensorRecord } from './record.ts'
import type { SpanResult } from './span.ts'
import type { ArgmaxStats, RowStats, Ulp, UlpBucket, UnitSums } from './types.ts'
import { unitSums } from './units.ts'

export class Tally {
  record: TensorRecord
  /** Counts by the leading digits of |d|; empty where none were asked for. */
  histogram = new Float64Array(0)
  readonly #kernel: Kernel
  readonly #rowWidth: number
  #rowSums: number[] = []
  #columnSums: Float64Array | null = null
  /** Parts of rows that are not yet complete. */
  readonly #parts = new Map<number, RowPart[]>()
  readonly #rows = new Map<number, TensorRecord>()
  readonly #exponents = new Map<number, { n: number; max: number; sum: number }>()
  #ulps = { count: 0, max: -1, maxAt: 0, sum: 0, withinOne: 0 }
  #argmax: Float64Array = Float64Array.of(0, 0, 0, Infinity, 0, 0, Infinity, 0, Infinity, 0)

  constructor(kernel: Kernel, rowWidth: number) {
    this.#kernel = kernel
    this.#rowWidth = rowWidth
    this.record = kernel.empty()
  }

  add(span: SpanResult): void {
    this.record = this.#kernel.merge(this.record, span.record)
    for (const part of span.parts) this.#addPart(part, span.argmax !== null)
    for (const [index, record] of span.rows.entries()) {
      const row = span.firstRow + index
      const held = this.#rows.get(row)
      this.#rows.set(row, held === undefined ? record : this.#kernel.merge(held, record))
    }
    for (const [at, sum] of (span.rowSums ?? []).entries()) {
      const place = 3 * span.firstRow + at
      this.#rowSums[place] = (this.#rowSums[place] ?? 0) + sum
    }
    if (span.columnSums !== null) this.#addColumns(span.columnSums)
    if (span.histogram !== null) this.#addHistogram(span.histogram)
    if (span.ulps !== null) this.#addUlps(span.ulps)
    if (span.argmax !== null) this.#argmax = joinArgmax(this.#argmax, span.argmax)
  }

  /** What rows and columns differ by; null where no sums were taken of them. */
  units(scale: number): { rows: UnitSums | null; channels: UnitSums | null } {
    const [rows, columns] = [this.#rowSums, this.#columnSums]
    const count = rows.length / 3
    const width = (columns?.length ?? 0) / 3
    return {
      rows: count === 0 ? null : unitSums(count, (unit, of) => rows[3 * unit + of] ?? 0, scale),
      channels: columns && unitSums(width, (unit, of) => columns[of * width + unit] ?? 0, scale),
    }
  }

  rows(): RowStats[] {
    return [...this.#rows]
      .sort(([x], [y]) => x - y)
      .map(([row, record]) => {
        const measured: Measured = { record, scaled: record, scale: 1 }
        return {
          row,
          a: sideStats(measured, 'a'),
          b: sideStats(measured, 'b'),
          pair: { ...pairStats(measured), worstRow: null },
        }
      })
  }

  /** `exponentBits` of the float format, by which |b| is put into buckets. */
  ulps(exponentBits: number): Ulp {
    const { count, max, maxAt, sum, withinOne } = this.#ulps
    const why = 'no element is finite on both sides'
    return {
      n: count,
      max: count === 0 ? { value: null, index: null, why } : { value: max, index: maxAt },
      mean: count === 0 ? { value: null, why } : { value: sum / count },
      nWithinOne: withinOne,
      buckets: this.#buckets(2 ** (exponentBits - 1) - 1),
    }
  }

  argmax(): ArgmaxStats {
    const [rows = 0, undecided = 0, matches = 0, row = 0, a = 0, b = 0, ...margins] = this.#argmax
    const margin = (at: number) => {
      const [value = Infinity, of = 0] = margins.slice(at, at + 2)
      return Number.isFinite(value) ? { row: of, margin: value } : null
    }
    return {
      rows,
      undecided,
      matches,
      firstMismatch: Number.isFinite(row) ? { row, a, b } : null,
      smallestMarginA: margin(0),
      smallestMarginB: margin(2),
    }
  }

  #addPart(part: RowPart, argmax: boolean): void {
    const parts = [...(this.#parts.get(part.row) ?? []), part]
    const elements = parts.reduce((sum, { elements: some }) => sum + some, 0)
    if (elements < this.#rowWidth) {
      this.#parts.set(part.row, parts)
      return
    }
    this.#parts.delete(part.row)
    this.record = this.#kernel.enterRow(this.record, parts)
    if (argmax) this.#argmax = this.#kernel.enterTops(this.#argmax, parts)
  }

  #addColumns(sums: Float64Array): void {
    const held = this.#columnSums
    if (held === null) this.#columnSums = sums
    else for (let at = 0; at < sums.length; at++) held[at] = (held[at] ?? 0) + (sums[at] ?? 0)
  }

  #addHistogram(sparse: Uint32Array): void {
    if (this.histogram.length === 0) this.histogram = new Float64Array(histogramLevels.bins)
    const filled = sparse.length / 2
    for (let i = 0; i < filled; i++) {
      const bin = sparse[i] ?? 0
      this.histogram[bin] = (this.histogram[bin] ?? 0) + (sparse[filled + i] ?? 0)
    }
  }

  #addUlps(span: NonNullable<SpanResult['ulps']>): void {
    const ulps = this.#ulps
    if (span.max > ulps.max || (span.max === ulps.max && span.maxAt < ulps.maxAt)) {
      ulps.max = span.max
      ulps.maxAt = span.maxAt
    }
    ulps.count += span.count
    ulps.sum += span.sum
    ulps.withinOne += span.withinOne
    for (let i = 0; i < span.exponents.length; i += 4) {
      const [exponent = 0, n = 0, max = 0, sum = 0] = span.exponents.subarray(i, i + 4)
      const held = this.#exponents.get(exponent) ?? { n: 0, max: 0, sum: 0 }
      this.#exponents.set(exponent, {
        n: held.n + n,
        max: Math.max(held.max, max),
        sum: held.sum + sum,
      })
    }
  }

  /** Subnormal numbers and 0 in one bucket, then eight powers of two in each. */
  #buckets(bias: number): UlpBucket[] {
    const buckets = new Map<number, UlpBucket & { sum: number }>()
    for (const [exponent, { n, max, sum }] of [...this.#exponents].sort(([x], [y]) => x - y)) {
      const power = exponent - bias
      const group = exponent === 0 ? -Infinity : Math.floor(power / 8)
      const from = exponent === 0 ? 0 : Math.max(2 ** (8 * group), smallestNormal(bias))
      const to = exponent === 0 ? smallestNormal(bias) : 2 ** Math.min(8 * group + 8, bias + 1)
      const held = buckets.get(group) ?? { from, to, n: 0, max: 0, mean: 0, sum: 0 }
      const total = held.sum + sum
      const count = held.n + n
      buckets.set(group, {
        ...held,
        n: count,
        max: Math.max(held.max, max),
        sum: total,
        mean: total / count,
      })
    }
    return [...buckets.values()].map(({ sum: _sum, ...bucket }) => bucket)
  }
}

function smallestNormal(bias: number): number {
  return 2 ** (1 - bias)
}

/** {rows, undecided, matches, first mismatch: row, a, b, margin a: value, row, margin b: value, row} */
function joinArgmax(x: Float64Array, y: Float64Array): Float64Array {
  const at = (of: Float64Array, i: number) => of[i] ?? 0
  const first = at(x, 3) <= at(y, 3) ? x : y
  const lower = (i: number) =>
    at(x, i) < at(y, i) || (at(x, i) === at(y, i) && at(x, i + 1) <= at(y, i + 1)) ? x : y
  return Float64Array.of(
    ...[0, 1, 2].map((i) => at(x, i) + at(y, i)),
    ...[3, 4, 5].map((i) => at(first, i)),
    ...[6, 7].map((i) => at(lower(6), i)),
    ...[8, 9].map((i) => at(lower(8), i)),
  )
}
