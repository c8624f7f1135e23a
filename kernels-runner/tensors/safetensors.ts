/**
 * safetensors: 8 bytes of header length, a JSON header, then the elements. The format allows no
 * holes and no overlaps, so a header that has them is refused.
 */
import { readBytes, type FileBytes } from './bytes.ts'
import { whyUnreadable } from './dtypes.ts'
import { TensorFileError, type TensorFileErrorCode } from './error.ts'
import { checkedJson } from './json.ts'
import { limits } from './limits.ts'
import { bytesOf, countElements } from './shape.ts'
import type { TensorInfo } from './types.ts'

export interface Header {
  tensors: TensorInfo[]
  metadata: Map<string, string>
  warnings: string[]
}

export function readSafetensors(file: FileBytes): Header {
  const prefix = readBytes(file, 0, 8)
  const length = new DataView(prefix.buffer).getBigUint64(0, true)
  const refuse = refusal(file.path, 8)
  if (length > BigInt(limits.headerBytes)) {
    throw refuse('too-large', `a header may have ${limits.headerBytes} bytes`, String(length), 0)
  }
  if (8n + length > BigInt(file.size)) {
    throw refuse(
      'truncated',
      `the header is longer than the file of ${file.size} bytes`,
      `${length}`,
      0,
    )
  }
  const start = 8 + Number(length)
  const parsed = checkedJson(headerText(file, Number(length)), limits.jsonDepth)
  if ('trouble' in parsed) {
    throw refuse(parsed.trouble.code, parsed.trouble.what, '', 8 + parsed.trouble.at)
  }
  if (!isRecord(parsed.value)) {
    throw refuse('malformed', 'the header is no JSON object', typeof parsed.value)
  }
  const entries = Object.entries(parsed.value)
  if (entries.length > limits.tensors) {
    throw refuse('too-large', `a file may have ${limits.tensors} tensors`, String(entries.length))
  }
  const metadata = new Map<string, string>()
  const warnings: string[] = []
  const tensors: TensorInfo[] = []
  for (const [name, value] of entries) {
    if (name === '__metadata__') readMetadata(value, metadata, warnings)
    else tensors.push(readEntry(name, value, start, file, refuse))
  }
  checkCover(tensors, start, file.size, refuse)
  return { tensors, metadata, warnings }
}

type Refuse = (
  code: TensorFileErrorCode,
  what: string,
  received?: string,
  offset?: number,
) => TensorFileError

function refusal(path: string, at: number): Refuse {
  return (code, what, received = '', offset = at) =>
    new TensorFileError({
      code,
      path,
      offset,
      what,
      received,
      remedy: 'The header does not describe the file: write it again with a safetensors library.',
    })
}

function headerText(file: FileBytes, length: number): string {
  const bytes = readBytes(file, 8, length)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new TensorFileError({
      code: 'malformed',
      path: file.path,
      offset: 8,
      what: 'the header is not UTF-8',
      remedy: 'Write it again with a safetensors library.',
      cause,
    })
  }
}

function readMetadata(value: unknown, into: Map<string, string>, warnings: string[]): void {
  if (!isRecord(value)) {
    warnings.push('__metadata__ is no object; it is left out')
    return
  }
  for (const [key, text] of Object.entries(value)) {
    // The format wants strings; a list or number that a producer left as it is means the same.
    into.set(key, typeof text === 'string' ? text : JSON.stringify(text))
  }
}

function readEntry(
  name: string,
  value: unknown,
  base: number,
  file: FileBytes,
  refuse: Refuse,
): TensorInfo {
  const where = `tensor ${JSON.stringify(name)}`
  if (Buffer.byteLength(name) > limits.nameBytes) {
    throw refuse('too-large', `a name may have ${limits.nameBytes} bytes`, name)
  }
  if (!isRecord(value)) throw refuse('malformed', `${where} is no object`, typeof value)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string' || !/^\w{1,32}$/.test(dtype)) {
    throw refuse('malformed', `${where} has no dtype`, String(JSON.stringify(dtype)))
  }
  if (!Array.isArray(shape)) throw refuse('bad-shape', `${where} has no shape`)
  const n = countElements(shape)
  if (typeof n === 'string') throw refuse('bad-shape', `${where}: ${n}`, JSON.stringify(shape))
  const [from, to] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : []
  if (!isOffset(from) || !isOffset(to) || from > to) {
    throw refuse(
      'out-of-range',
      `${where} has no valid data_offsets`,
      String(JSON.stringify(offsets)),
    )
  }
  if (to > file.size - base) {
    const held = `the ${file.size - base} bytes of data`
    throw refuse('out-of-range', `${where} ends after ${held}`, JSON.stringify([from, to]))
  }
  const unreadable = whyUnreadable(dtype.toUpperCase())
  const bytes = bytesOf(dtype.toUpperCase(), n)
  if (bytes !== to - from && !(unreadable !== null && bytes === null)) {
    const needed = bytes === null ? 'no whole number of' : `${bytes}`
    throw refuse(
      'size-mismatch',
      `${where}: ${dtype} ${JSON.stringify(shape)} takes ${needed} bytes`,
      `${to - from}`,
    )
  }
  return {
    name,
    dtype: dtype.toUpperCase(),
    shape: shape as number[],
    layout: 'row-major',
    bigEndian: false,
    n,
    start: base + from,
    end: base + to,
    deflated: null,
    unreadable,
  }
}

/** Data must lie end to end from the header to the end of the file. */
function checkCover(tensors: readonly TensorInfo[], start: number, size: number, refuse: Refuse) {
  const sorted = [...tensors].sort((x, y) => x.start - y.start || x.end - y.end)
  let at = start
  for (const tensor of sorted) {
    const where = `the data of tensor ${JSON.stringify(tensor.name)}`
    if (tensor.start < at) throw refuse('overlap', `${where} overlaps others`, '', tensor.start)
    if (tensor.start > at) throw refuse('hole', `nothing describes what is before ${where}`, '', at)
    at = tensor.end
  }
  if (at < size) throw refuse('hole', `nothing describes the last ${size - at} bytes`, '', at)
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
