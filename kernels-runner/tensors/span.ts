/**
 * A span: a stretch of elements of two tensors, read and measured in one go on one thread. Where
 * spans begin and end depends on the tensor alone, so the merged result does not depend on how many
 * threads there are.
 */
import { readInto } from './bytes.ts'
import { ColumnMajorReader } from './columns.ts'
import { dtypes, type DType } from './dtypes.ts'
import {
  chunkBytes,
  tasks,
  tileElements,
  type Kernel,
  type RowPart,
  type UlpTally,
} from './kernel.ts'
import type { TensorRecord } from './record.ts'

/** Elements of a span. */
export const spanElements = 2 ** 22

/** Where the elements of a tensor are: all that a thread needs to read them. */
export interface ElementSource {
  path: string
  fd: number
  /** Byte of the file at which the elements start, and how many bytes they take. */
  offset: number
  bytes: number
  dtype: string
  bigEndian: boolean
  /** The shape where elements lie in column-major order, else null. */
  columnMajor: readonly number[] | null
}

export interface SpanJob {
  a: ElementSource
  /** Null measures `a` alone: what is said of side b is then said of it. */
  b: ElementSource | null
  start: number
  count: number
  rowWidth: number
  tasks: number
  scale: number
  histogramLevel: number
  prefixes: readonly number[]
}

export interface SpanResult {
  record: TensorRecord
  parts: RowPart[]
  /** Row of the first of the row records. */
  firstRow: number
  rows: TensorRecord[]
  rowSums: Float64Array | null
  columnSums: Float64Array | null
  histogram: Uint32Array | null
  ulps: UlpTally | null
  argmax: Float64Array | null
}

export function measureSpan(kernel: Kernel, job: SpanJob): SpanResult {
  const { a, b, start, count, rowWidth } = job
  kernel.begin({
    start,
    rowWidth,
    tasks: job.tasks,
    kernelTypeA: typeOf(a).kernel ?? 0,
    kernelTypeB: typeOf(b ?? a).kernel ?? 0,
    scale: job.scale,
    histogramLevel: job.histogramLevel,
    prefixes: job.prefixes,
  })
  const readers = [readerOf(a), b === null ? null : readerOf(b)]
  const chunk = chunkElements(a, b ?? a)
  for (let done = 0; done < count; done += chunk) {
    const n = Math.min(chunk, count - done)
    readers[0]?.(kernel.input('a', bytesOfElements(a, n)), start + done)
    if (b !== null) readers[1]?.(kernel.input('b', bytesOfElements(b, n)), start + done)
    kernel.chunk(n, b === null)
  }
  const parts = kernel.end()
  const firstRow = Math.floor(start / rowWidth)
  const lastRow = Math.floor((start + Math.max(count, 1) - 1) / rowWidth)
  return {
    record: kernel.total(),
    parts,
    firstRow,
    rows: job.tasks & tasks.rowRecords ? kernel.rowRecords(lastRow - firstRow + 1) : [],
    rowSums: job.tasks & tasks.rowSums ? kernel.rowSums(lastRow - firstRow + 1) : null,
    columnSums: job.tasks & tasks.columnSums ? kernel.columnSums(rowWidth) : null,
    histogram: job.tasks & tasks.histogram ? kernel.histogram() : null,
    ulps: job.tasks & tasks.ulps ? kernel.ulps() : null,
    argmax: job.tasks & tasks.argmax ? kernel.argmax() : null,
  }
}

/** SHA-256 of the stored bytes, in hex. */
export function digestElements(source: ElementSource): string {
  // Loaded here: most threads digest nothing, and would take a sixth longer to start.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const hash = createHash('sha256')
  const buffer = new Uint8Array(2 ** 18)
  for (let done = 0; done < source.bytes; done += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, source.bytes - done))
    readInto(source, part, source.offset + done)
    hash.update(part)
  }
  return hash.digest('hex')
}

type Reader = (into: Uint8Array, element: number) => void

function readerOf(source: ElementSource): Reader {
  const { bytes } = typeOf(source)
  let read: Reader = (into, element) =>
    readInto(source, into, source.offset + bytesOfElements(source, element))
  if (source.columnMajor !== null) {
    const columns = new ColumnMajorReader(source, source.columnMajor, bytes)
    read = (into, element) => columns.read(into, element)
  }
  if (!source.bigEndian) return read
  return (into, element) => {
    read(into, element)
    swapBytes(into, bytes)
  }
}

function swapBytes(data: Uint8Array, size: number): void {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (size === 2) buffer.swap16()
  else if (size === 4) buffer.swap32()
  else if (size === 8) buffer.swap64()
}

function chunkElements(a: ElementSource, b: ElementSource): number {
  const tileBytes = Math.max(bytesOfElements(a, tileElements), bytesOfElements(b, tileElements))
  return Math.floor(chunkBytes / tileBytes) * tileElements
}

function bytesOfElements(source: ElementSource, n: number): number {
  const { block, bytes } = typeOf(source)
  return (n / block) * bytes
}

function typeOf(source: ElementSource): DType {
  const type = dtypes.get(source.dtype)
  if (type === undefined) throw new Error(`element type ${source.dtype} is not known`)
  return type
}
