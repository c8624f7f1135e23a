/** Where everything lies in the kernel's memory, and the fields of an accumulator. */

/** Elements that are worked on at a time. */
export const TILE: i32 = 4096

/** Raw bytes of the chunk as stored in the file. */
export const inputA: usize = memory.data(262144, 64)
export const inputB: usize = memory.data(262144, 64)
/** Decoded tiles, f32 or f64. */
export const tileA: usize = memory.data(4096 * 8, 64)
export const tileB: usize = memory.data(4096 * 8, 64)
/** The finite elements of a segment that also holds others, as f64. */
export const packedA: usize = memory.data(4096 * 8, 64)
export const packedB: usize = memory.data(4096 * 8, 64)
export const packedPairA: usize = memory.data(4096 * 8, 64)
export const packedPairB: usize = memory.data(4096 * 8, 64)

/** Accumulators: of the span, of the segment at hand, and one that the host may merge into. */
export const total: usize = memory.data(44 * 8, 64)
export const segmentRecord: usize = memory.data(44 * 8, 64)
export const scratchRecord: usize = memory.data(44 * 8, 64)
/** Rows of which the span holds a part only, at most two: {row, elements, sum d^2, sum b^2, tops}. */
export const partialRows: usize = memory.data(2 * 10 * 8, 64)
/** One accumulator a row, where rows are kept. */
export const ROWS: i32 = 4096
export const rowRecords: usize = memory.data(4096 * 44 * 8, 64)

/** Squared steps of the tile's block formats, one for each 16 elements. */
export const stepsA: usize = memory.data(256 * 8, 64)
export const stepsB: usize = memory.data(256 * 8, 64)
/** {sum d^2, sum b^2, sum of squared steps} of each row; the same of columns, one sum after the other. */
export const UNITS: i32 = 65536
export const rowSums: usize = memory.data(65536 * 24, 64)
export const columnSums: usize = memory.data(65536 * 24, 64)

/** Fields of an accumulator, in f64s. The host knows them by the same numbers (`record.ts`). */
export const N: i32 = 0
/** A side takes 11 fields: these, counted from its first. */
export const A: i32 = 1
export const B: i32 = 12
export const NAN_COUNT: i32 = 0
export const POS_INF: i32 = 1
export const NEG_INF: i32 = 2
export const ZERO: i32 = 3
export const FINITE: i32 = 4
export const MEAN: i32 = 5
/** Sum of squared deviations from the mean. */
export const M2: i32 = 6
export const MIN: i32 = 7
export const MIN_AT: i32 = 8
export const MAX: i32 = 9
export const MAX_AT: i32 = 10
/** The pair, over elements finite on both sides. */
export const PAIRS: i32 = 23
export const MEAN_D: i32 = 24
export const M2_D: i32 = 25
/** -1 before the first pair. */
export const MAX_ABS: i32 = 26
export const MAX_ABS_AT: i32 = 27
export const SAA: i32 = 28
export const SBB: i32 = 29
export const SDB: i32 = 30
/** Sum of squared residuals of d regressed on b through the origin. */
export const RESIDUAL: i32 = 31
export const MISMATCHES: i32 = 32
export const MISMATCH_AT: i32 = 33
/** Classes of both sides there: 0 finite, 1 NaN, 2 +inf, 3 -inf. */
export const MISMATCH_A: i32 = 34
export const MISMATCH_B: i32 = 35
export const NONFINITE_AT: i32 = 36
/** Row with the largest sum d^2 / sum b^2, that ratio (-1 before the first row). */
export const WORST_ROW: i32 = 37
export const WORST_RATIO: i32 = 38
export const ZERO_ROWS: i32 = 39
export const SAB: i32 = 40
/** Sum over the elements of the squared steps of both sides' block formats. */
export const STEPS: i32 = 41
/** 64-bit integers that differ, and the first of them. */
export const DIFFERENT: i32 = 42
export const DIFFERENT_AT: i32 = 43
export const FIELDS: i32 = 44

export function get(record: usize, field: i32): f64 {
  return load<f64>(record + ((<usize>field) << 3))
}

export function put(record: usize, field: i32, value: f64): void {
  store<f64>(record + ((<usize>field) << 3), value)
}
