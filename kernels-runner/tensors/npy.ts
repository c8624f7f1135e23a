/**
 * .npy: a magic number, a Python dictionary as text, then the elements. Only literals of the form
 * that NumPy writes are read; nothing is evaluated, and pickled objects are refused.
 */
import { basename } from 'node:path'
import { readBytes, type FileBytes } from './bytes.ts'
import { whyUnreadable } from './dtypes.ts'
import { TensorFileError, type TensorFileErrorCode } from './error.ts'
import { limits } from './limits.ts'
import type { Header } from './safetensors.ts'
import { bytesOf, countElements } from './shape.ts'
import type { TensorInfo } from './types.ts'

/** What a .npy header says, and where it ends, counted from the magic number. */
export interface NpyHeader {
  dtype: string
  bigEndian: boolean
  shape: number[]
  n: number
  columnMajor: boolean
  headerBytes: number
  /** Bytes of the elements; null for a type of unknown size. */
  dataBytes: number | null
}

export function readNpy(file: FileBytes): Header {
  const head = readBytes(file, 0, Math.min(file.size, npyPrefixBytes))
  const header = parseNpyHeader(head, file.path, 0)
  const name = basename(file.path).replace(/\.npy$/i, '')
  const tensors = [npyTensor(name, header, 0, file.size, file.path, 0)]
  return { tensors, metadata: new Map(), warnings: [] }
}

/** Enough bytes to hold any header that is accepted. */
export const npyPrefixBytes = 12 + limits.npyHeaderBytes

/** Reads the header from the first bytes of a file or entry that begins at byte `at` of `path`. */
export function parseNpyHeader(head: Uint8Array, path: string, at: number): NpyHeader {
  const refuse = (code: TensorFileErrorCode, what: string, received = '', offset = 0) =>
    new TensorFileError({ code, path, offset: at + offset, what, received, remedy })
  if (head.length < 12 || String.fromCharCode(...head.subarray(0, 6)) !== '\x93NUMPY') {
    throw refuse('malformed', 'no .npy file: the magic number is missing')
  }
  const version = head[6] ?? 0
  if (version < 1 || version > 3) {
    throw refuse('unsupported', 'only versions 1 to 3 of .npy are read', String(version), 6)
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > limits.npyHeaderBytes) {
    throw refuse('too-large', `a header may have ${limits.npyHeaderBytes} bytes`, `${length}`, 8)
  }
  if (start + length > head.length) {
    throw refuse('truncated', 'the file ends within its header', `${length} bytes`, 8)
  }
  const text = Buffer.from(head.subarray(start, start + length)).toString('latin1')
  const fields = parseLiteral(text)
  if (typeof fields === 'string') throw refuse('malformed', fields, text, start)
  const type = elementType(fields.descr)
  if (type === 'object') {
    throw refuse(
      'unsafe',
      'it holds pickled Python objects, which are never read',
      fields.descr,
      start,
    )
  }
  if (type === null) throw refuse('unsupported', 'records are not read', fields.descr, start)
  const n = countElements(fields.shape)
  if (typeof n === 'string') throw refuse('bad-shape', n, text, start)
  const { shape, columnMajor } = fields
  return {
    ...type,
    shape,
    n,
    columnMajor,
    headerBytes: start + length,
    dataBytes: bytesOf(type.dtype, n),
  }
}

/** The tensor whose header starts at `at`, checked against the `size` bytes that there are. */
export function npyTensor(
  name: string,
  header: NpyHeader,
  at: number,
  size: number,
  path: string,
  offset: number,
): TensorInfo {
  const held = size - header.headerBytes
  if (header.dataBytes !== null && header.dataBytes !== held) {
    throw new TensorFileError({
      code: header.dataBytes > held ? 'truncated' : 'size-mismatch',
      path,
      offset: offset + header.headerBytes,
      what: `${header.dtype} ${JSON.stringify(header.shape)} takes ${header.dataBytes} bytes`,
      received: `${held}`,
      remedy,
    })
  }
  const axes = header.shape.filter((length) => length > 1).length
  const start = at + header.headerBytes
  return {
    name,
    dtype: header.dtype,
    shape: header.shape,
    // With fewer than two axes longer than 1 both orders are the same.
    layout: header.columnMajor && axes > 1 ? 'column-major' : 'row-major',
    bigEndian: header.bigEndian,
    n: header.n,
    start,
    end: start + held,
    deflated: null,
    unreadable: whyUnreadable(header.dtype),
  }
}

const remedy = 'Write the array again with numpy.save(..., allow_pickle=False).'

interface Fields {
  descr: string
  shape: number[]
  columnMajor: boolean
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }` -> fields, or what is wrong. */
function parseLiteral(text: string): Fields | string {
  const entry =
    /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d,\sL]*)\)|(\[.*\]))\s*(?:,|(?=\s*\}))/y
  const open = /^\s*\{/.exec(text)
  if (open === null) return 'the header is no dictionary'
  const found = new Map<string, RegExpExecArray>()
  entry.lastIndex = open[0].length
  let end = entry.lastIndex
  for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
    const key = match[2] ?? ''
    if (found.has(key)) return `the header has ${key} twice`
    found.set(key, match)
    end = entry.lastIndex
  }
  if (!/^\s*\}\s*$/.test(text.slice(end))) return 'the header is no dictionary of literals'
  const descr = found.get('descr')
  const order = found.get('fortran_order')?.[5]
  const shape = found.get('shape')?.[6]
  const type = descr?.[4] ?? descr?.[7]
  if (type === undefined || order === undefined || shape === undefined) {
    return 'the header lacks descr, fortran_order or shape'
  }
  const parts = shape.split(',').map((part) => part.trim().replace(/L$/, ''))
  if (parts.at(-1) === '') parts.pop()
  if (parts.some((part) => !/^\d+$/.test(part))) return 'the shape is no tuple of numbers'
  return { descr: type, columnMajor: order === 'True', shape: parts.map(Number) }
}

/** NumPy's type string -> element type; null for records. */
function elementType(descr: string): { dtype: string; bigEndian: boolean } | 'object' | null {
  const match = /^([<>|=])?([a-zA-Z?])(\d{1,4})?(\[.*\])?$/.exec(descr)
  if (match === null) return /['"][<>|=]?O/.test(descr) ? 'object' : null
  const [, order, kind = '', size = ''] = match
  if (kind === 'O') return 'object'
  const names: Record<string, string> = {
    f2: 'F16',
    f4: 'F32',
    f8: 'F64',
    i1: 'I8',
    i2: 'I16',
    i4: 'I32',
    i8: 'I64',
    u1: 'U8',
    u2: 'U16',
    u4: 'U32',
    u8: 'U64',
    b1: 'BOOL',
    c8: 'C64',
    c16: 'C128',
  }
  const known = names[kind + size]
  return { dtype: known ?? `NUMPY_${kind}${size}`, bigEndian: order === '>' && Number(size) > 1 }
}
