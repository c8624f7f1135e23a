/**
 * The kernel: statistics of two tensors, chunk after chunk. The host resets a span, writes raw bytes
 * to `inputA` and `inputB`, calls `chunk`, and at the end reads the accumulators.
 */
import { bytesBefore, isLong, isQuantised, isWide, narrow, wide } from './decode'
import {
  argmaxTotal,
  closeTops,
  histogram,
  histogramOf,
  joinTops,
  prefixes,
  resetTops,
  tops,
  topsOf,
  ulpTable,
  ulpTotal,
  ulpsOf,
} from './detail'
import {
  DIFFERENT,
  DIFFERENT_AT,
  FIELDS,
  M2_D,
  MEAN_D,
  PAIRS,
  ROWS,
  SBB,
  STEPS,
  TILE,
  UNITS,
  WORST_RATIO,
  WORST_ROW,
  ZERO_ROWS,
  columnSums,
  get,
  inputA,
  inputB,
  partialRows,
  put,
  rowRecords,
  rowSums,
  scratchRecord,
  segmentRecord,
  stepsA,
  stepsB,
  tileA,
  tileB,
  total,
} from './layout'
import { columnsOf, stepsOf } from './units'
import { merge, reset } from './record'
import { segment } from './segment'

export {
  argmaxTotal,
  histogram,
  inputA,
  inputB,
  joinTops,
  closeTops,
  resetTops,
  merge,
  partialRows,
  prefixes,
  reset,
  rowRecords,
  rowSums,
  columnSums,
  scratchRecord,
  tops,
  total,
  ulpTable,
  ulpTotal,
}

/** What `chunk` does, as bits. */
export const STATISTICS: i32 = 1
export const ROW_RECORDS: i32 = 2
export const HISTOGRAM: i32 = 4
export const ULPS: i32 = 8
export const ARGMAX: i32 = 16
/** Sums of each row and column, where there are no more than 65,536 of them. */
export const ROW_SUMS: i32 = 32
export const COLUMN_SUMS: i32 = 64

let tasks: i32 = 0
let typeA: i32 = 0
let typeB: i32 = 0
let scaleBy: f64 = 1
let histogramLevel: i32 = 0
let prefixCount: i32 = 0

/** Index of the next element; the row that it is in, and its place there. */
let at: i64 = 0
let row: i64 = 0
let column: i64 = 0
let width: i64 = 1
let firstRow: i64 = 0

/** What the row at hand has so far in this span. */
let rowSeen: i64 = 0
let rowDD: f64 = 0
let rowBB: f64 = 0
let partials: usize = 0
let quantised: bool = false

/** Starts a span at element `start` of tensors with rows of `rowWidth` elements. */
export function begin(start: f64, rowWidth: f64, what: i32, a: i32, b: i32, scale: f64): void {
  tasks = what
  typeA = a
  typeB = b
  scaleBy = scale
  width = <i64>rowWidth
  at = <i64>start
  row = at / width
  firstRow = row
  column = at - row * width
  partials = 0
  startRow()
  reset(total)
  quantised = isQuantised(a) || isQuantised(b)
  memory.fill(stepsA, 0, 256 * 8)
  memory.fill(stepsB, 0, 256 * 8)
  if (what & COLUMN_SUMS) {
    for (let sums: usize = 0; sums < 3; sums++) {
      memory.fill(columnSums + sums * 65536 * 8, 0, (<usize>width) << 3)
    }
  }
  if (what & ULPS) {
    memory.fill(ulpTable, 0, 2048 * 24)
    memory.fill(ulpTotal, 0, 40)
    store<f64>(ulpTotal, -1, 8)
  }
  if (what & ARGMAX) {
    memory.fill(argmaxTotal, 0, 80)
    store<f64>(argmaxTotal, Infinity, 24)
    store<f64>(argmaxTotal, Infinity, 48)
    store<f64>(argmaxTotal, Infinity, 64)
  }
}

/** Empties the histogram and chooses what it counts from here on. */
export function beginHistogram(level: i32, count: i32): void {
  memory.fill(histogram, 0, 262144 * 4)
  histogramLevel = level
  prefixCount = count
}

/** Takes the next `n` elements from the inputs; `pb` is `inputA` where there is one tensor only. */
export function chunk(n: i32, pb: usize): void {
  const f64s = isWide(typeA) || isWide(typeB) || scaleBy != 1
  for (let i = 0; i < n; i += TILE) {
    const m = min(TILE, n - i)
    const rawA = inputA + bytesBefore(typeA, i)
    const rawB = pb + bytesBefore(typeB, i)
    if (tasks & ULPS) ulps(rawA, rawB, m)
    if (isLong(typeA) && isLong(typeB)) longs(rawA, rawB, m)
    if (f64s) {
      const a = wide(rawA, typeA, m, tileA, scaleBy, stepsA)
      tile<f64>(a, rawA == rawB ? a : wide(rawB, typeB, m, tileB, scaleBy, stepsB), m)
    } else {
      const a = narrow(rawA, typeA, m, tileA, stepsA)
      tile<f32>(a, rawA == rawB ? a : narrow(rawB, typeB, m, tileB, stepsB), m)
    }
  }
}

/** Ends a span; returns how many rows it holds in part only. */
export function end(): i32 {
  if (column > 0) leaveRow()
  return <i32>partials
}

/** 64-bit integers as such: f64 holds no more than 53 bits of them. Beyond 2^63 no I64 equals a U64. */
function longs(a: usize, b: usize, n: i32): void {
  const mixed = typeA != typeB
  for (let i = 0; i < n; i++) {
    const x = load<i64>(a + ((<usize>i) << 3))
    if (x == load<i64>(b + ((<usize>i) << 3)) && !(mixed && x < 0)) continue
    const first = get(total, DIFFERENT_AT)
    put(total, DIFFERENT, get(total, DIFFERENT) + 1)
    put(total, DIFFERENT_AT, min(first, <f64>(at + i)))
  }
}

function ulps(a: usize, b: usize, n: i32): void {
  const index = <f64>at
  switch (typeA) {
    case 0:
      ulpsOf<u32>(a, b, n, 23, index)
      break
    case 1:
      ulpsOf<u64>(a, b, n, 52, index)
      break
    case 2:
      ulpsOf<u16>(a, b, n, 10, index)
      break
    case 3:
      ulpsOf<u16>(a, b, n, 7, index)
      break
    default:
      unreachable()
  }
}

function tile<T>(pa: usize, pb: usize, n: i32): void {
  if (tasks & HISTOGRAM) histogramOf<T>(pa, pb, n, histogramLevel, prefixCount)
  for (let i = 0; i < n;) {
    const m = <i32>min(<i64>(n - i), width - column)
    const a = pa + <usize>i * sizeof<T>()
    const b = pb + <usize>i * sizeof<T>()
    if (tasks & STATISTICS) {
      segment<T>(a, b, m, <f64>at, (tasks & ROW_RECORDS) != 0)
      merge(total, segmentRecord)
      if (tasks & ROW_RECORDS) {
        merge(recordOfRow(<i32>(row - firstRow)), segmentRecord)
      }
      const pairs = get(segmentRecord, PAIRS)
      const mean = get(segmentRecord, MEAN_D)
      const dd = get(segmentRecord, M2_D) + pairs * mean * mean
      const bb = get(segmentRecord, SBB)
      const steps = quantised ? stepsOf(i, m) : 0
      rowDD += dd
      rowBB += bb
      put(total, STEPS, get(total, STEPS) + steps)
      const held = row - firstRow
      if (tasks & ROW_SUMS && held < UNITS) addSums(rowSums + <usize>held * 24, dd, bb, steps)
      if (tasks & COLUMN_SUMS) {
        columnsOf<T>(a, b, m, i, <i32>column, pairs == <f64>m, quantised)
      }
    }
    if (tasks & ARGMAX) {
      topsOf<T>(a, m, <f64>column, tops)
      topsOf<T>(b, m, <f64>column, tops + 24)
    }
    i += m
    at += m
    column += m
    rowSeen += m
    if (column == width) leaveRow()
  }
}

function startRow(): void {
  rowSeen = 0
  rowDD = 0
  rowBB = 0
  if (tasks & ARGMAX) resetTops()
  // One by one, so that memory of rows that a span does not have is never touched.
  const held = <i32>(row - firstRow)
  if (tasks & ROW_RECORDS && held < ROWS) reset(recordOfRow(held))
  if (tasks & ROW_SUMS && held < UNITS) memory.fill(rowSums + <usize>held * 24, 0, 24)
}

/** A row seen whole is entered; a part is handed to the host, which has the other parts. */
function leaveRow(): void {
  if (rowSeen == width) {
    if (tasks & STATISTICS) enterRow(total, <f64>row, rowDD, rowBB)
    if (tasks & ARGMAX) closeTops(<f64>row)
  } else {
    const p = partialRows + partials * 80
    store<f64>(p, <f64>row)
    store<f64>(p, <f64>rowSeen, 8)
    store<f64>(p, rowDD, 16)
    store<f64>(p, rowBB, 24)
    memory.copy(p + 32, tops, 48)
    partials++
  }
  row++
  column = 0
  startRow()
}

/** Enters the relative L2 of a whole row into an accumulator. */
export function enterRow(record: usize, index: f64, dd: f64, bb: f64): void {
  if (bb > 0) {
    const ratio = dd / bb
    const worst = get(record, WORST_RATIO)
    if (ratio > worst || (ratio == worst && index < get(record, WORST_ROW))) {
      put(record, WORST_RATIO, ratio)
      put(record, WORST_ROW, index)
    }
  } else if (dd > 0) {
    put(record, ZERO_ROWS, get(record, ZERO_ROWS) + 1)
  }
}

function addSums(sums: usize, dd: f64, bb: f64, steps: f64): void {
  store<f64>(sums, load<f64>(sums) + dd)
  store<f64>(sums, load<f64>(sums, 8) + bb, 8)
  store<f64>(sums, load<f64>(sums, 16) + steps, 16)
}

function recordOfRow(i: i32): usize {
  return rowRecords + <usize>(i * (FIELDS << 3))
}
