/**
 * GGUF, versions 2 and 3, little-endian: counts, key-value metadata, tensor descriptions, then the
 * aligned elements. Every length is checked against what is left of the file before it is used.
 */
import { readInto, type FileBytes } from './bytes.ts'
import { dtypes, ggmlTypes, whyUnreadable } from './dtypes.ts'
import { TensorFileError, type TensorFileErrorCode } from './error.ts'
import { limits } from './limits.ts'
import type { Header } from './safetensors.ts'
import { bytesOf, countElements } from './shape.ts'
import type { TensorInfo } from './types.ts'

export function readGguf(file: FileBytes): Header {
  const cursor = new Cursor(file)
  cursor.skip(4)
  const version = cursor.u32()
  if (version !== 2 && version !== 3) {
    const received = version > 0xffff ? 'big-endian' : String(version)
    throw cursor.refuse('unsupported', 'only little-endian GGUF 2 and 3 are read', received, 4)
  }
  const tensorCount = cursor.count(limits.tensors, 24, 'tensors')
  const entryCount = cursor.count(limits.entries, 13, 'metadata entries')
  const metadata = new Map<string, string>()
  let alignment = 32
  for (let i = 0; i < entryCount; i++) {
    const at = cursor.at
    const key = cursor.text(limits.nameBytes, 'a key')
    if (metadata.has(key)) throw cursor.refuse('duplicate', 'a key comes twice', key, at)
    const value = cursor.value(cursor.u32(), 0)
    metadata.set(key, value)
    if (key === 'general.alignment') alignment = checkedAlignment(value, cursor, at)
  }
  const described = new Map<string, Described>()
  for (let i = 0; i < tensorCount; i++) {
    const at = cursor.at
    const tensor = describe(cursor)
    if (described.has(tensor.name)) {
      throw cursor.refuse('duplicate', 'two tensors have one name', tensor.name, at)
    }
    described.set(tensor.name, tensor)
  }
  const base = Math.ceil(cursor.at / alignment) * alignment
  const tensors = placed([...described.values()], base, alignment, cursor)
  return { tensors, metadata, warnings: [] }
}

interface Described {
  name: string
  dtype: string
  shape: number[]
  n: number
  bytes: number | null
  /** From the start of the elements. */
  offset: number
  at: number
}

function describe(cursor: Cursor): Described {
  const at = cursor.at
  const name = cursor.text(limits.nameBytes, 'a name')
  const rank = cursor.u32()
  if (rank > limits.rank) throw cursor.refuse('bad-shape', 'too many axes', String(rank), at)
  // The file has the innermost axis first.
  const shape = Array.from({ length: rank }, () => cursor.u64()).toReversed()
  const n = countElements(shape)
  if (typeof n === 'string')
    throw cursor.refuse('bad-shape', `${name}: ${n}`, shape.join(' x '), at)
  const type = cursor.u32()
  const dtype = ggmlTypes.get(type) ?? `GGML_${type}`
  const offset = cursor.u64()
  const bytes = bytesOf(dtype, n)
  const block = dtypes.get(dtype)?.block ?? 1
  if (bytes === null ? dtypes.has(dtype) : (shape.at(-1) ?? 0) % block !== 0) {
    const what = `${name}: rows of ${dtype} must be whole blocks of ${block}`
    throw cursor.refuse('size-mismatch', what, shape.join(' x '), at)
  }
  return { name, dtype, shape, n, bytes, offset, at }
}

/** Tensors with their place in the file, checked for alignment, range and overlap. */
function placed(
  described: Described[],
  base: number,
  alignment: number,
  cursor: Cursor,
): TensorInfo[] {
  const sorted = described.sort((x, y) => x.offset - y.offset || (x.bytes ?? 0) - (y.bytes ?? 0))
  const size = cursor.size
  let last = 0
  return sorted.map((tensor, index) => {
    const { name, offset, at } = tensor
    if (offset % alignment !== 0) {
      const what = `${name} does not start at a multiple of ${alignment}`
      throw cursor.refuse('bad-alignment', what, String(offset), at)
    }
    // The size of an unknown type is not known: it reaches to the next tensor.
    const bytes = tensor.bytes ?? Math.max((sorted[index + 1]?.offset ?? size - base) - offset, 0)
    if (!(base + offset + bytes <= size)) {
      const what = `${name} needs ${bytes} bytes at ${base + offset} of a file of ${size}`
      throw cursor.refuse('out-of-range', what, String(offset), at)
    }
    if (offset < last) {
      throw cursor.refuse('overlap', `the data of ${name} overlap others`, String(offset), at)
    }
    last = offset + bytes
    return {
      name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      layout: 'row-major',
      bigEndian: false,
      n: tensor.n,
      start: base + offset,
      end: base + offset + bytes,
      deflated: null,
      unreadable: whyUnreadable(tensor.dtype),
    }
  })
}

function checkedAlignment(value: string, cursor: Cursor, at: number): number {
  const alignment = Number(value)
  const power =
    Number.isSafeInteger(alignment) && alignment > 0 && Number.isInteger(Math.log2(alignment))
  if (!power || alignment > 2 ** 20) {
    const what = 'the alignment must be a power of two up to 2^20'
    throw cursor.refuse('bad-alignment', what, value, at)
  }
  return alignment
}

/** Bytes of each scalar type by its number; strings (8) and arrays (9) have none. */
const scalarBytes = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8]

/** Reads forwards through the header, a window at a time. */
class Cursor {
  at = 0
  readonly size: number
  readonly #file: FileBytes
  #window = new DataView(new ArrayBuffer(0))
  #from = 0

  constructor(file: FileBytes) {
    this.#file = file
    this.size = file.size
  }

  refuse(code: TensorFileErrorCode, what: string, received: string, offset = this.at) {
    const remedy = 'The header does not describe the file: convert or download it again.'
    return new TensorFileError({ code, path: this.#file.path, offset, what, received, remedy })
  }

  skip(bytes: number): void {
    this.#need(bytes)
    this.at += bytes
  }

  u32(): number {
    const value = this.#view(4).getUint32(this.at - this.#from, true)
    this.at += 4
    return value
  }

  u64(): number {
    const value = this.#view(8).getBigUint64(this.at - this.#from, true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.refuse('too-large', 'a number is larger than any file', String(value))
    }
    this.at += 8
    return Number(value)
  }

  /** A number of things of which each takes at least `bytes` bytes. */
  count(limit: number, bytes: number, what: string): number {
    const count = this.u64()
    if (count > limit)
      throw this.refuse('too-large', `at most ${limit} ${what}`, `${count}`, this.at - 8)
    if (count * bytes > this.size - this.at) {
      throw this.refuse(
        'truncated',
        `the file is too short for its ${what}`,
        `${count}`,
        this.at - 8,
      )
    }
    return count
  }

  text(limit: number, what: string): string {
    const at = this.at
    const length = this.u64()
    if (length > limit)
      throw this.refuse('too-large', `${what} may have ${limit} bytes`, `${length}`, at)
    this.#need(length)
    const bytes = new Uint8Array(length)
    readInto(this.#file, bytes, this.at)
    this.at += length
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw this.refuse('malformed', `${what} is not UTF-8`, '', at)
    }
  }

  /** A metadata value as text: arrays as JSON, cut where they are long. */
  value(type: number, depth: number): string {
    if (type === 8) return this.#string()
    if (type === 9) return this.#array(depth)
    const bytes = scalarBytes[type]
    if (bytes === undefined) throw this.refuse('malformed', 'unknown type of value', String(type))
    const view = this.#view(bytes)
    const i = this.at - this.#from
    this.at += bytes
    if (type === 7) return view.getUint8(i) === 0 ? 'false' : 'true'
    return String(readScalar(view, i, type))
  }

  #string(): string {
    const length = this.u64()
    this.#need(length)
    const kept = Math.min(length, limits.metadataChars)
    const bytes = new Uint8Array(kept)
    readInto(this.#file, bytes, this.at)
    this.at += length
    const text = new TextDecoder().decode(bytes)
    return kept < length ? `${text}… (${length} bytes)` : text
  }

  #array(depth: number): string {
    if (depth >= 4) throw this.refuse('too-large', 'arrays are nested deeper than 4 levels', '')
    const type = this.u32()
    const bytes = scalarBytes[type]
    const length = this.count(limits.arrayLength, bytes ?? (type === 8 ? 8 : 12), 'array elements')
    const kept = Math.min(length, type === 8 || type === 9 ? limits.metadataChars : limits.tokens)
    const values: string[] = []
    for (let i = 0; i < kept; i++) {
      const value = this.value(type, depth + 1)
      values.push(type === 8 ? JSON.stringify(value) : value)
    }
    for (let i = kept; i < length; i++) {
      if (bytes !== undefined) {
        this.skip(bytes * (length - kept))
        break
      }
      if (type === 8) this.skip(this.u64())
      else this.value(type, depth + 1)
    }
    return kept < length ? `${length} values` : `[${values.join(',')}]`
  }

  #need(bytes: number): void {
    if (bytes > this.size - this.at) {
      const what = `${bytes} bytes are needed, but the file has ${this.size - this.at} left`
      throw this.refuse('truncated', what, '')
    }
  }

  #view(bytes: number): DataView {
    this.#need(bytes)
    if (this.at < this.#from || this.at + bytes > this.#from + this.#window.byteLength) {
      const window = new Uint8Array(Math.min(65_536, this.size - this.at))
      readInto(this.#file, window, this.at)
      this.#window = new DataView(window.buffer)
      this.#from = this.at
    }
    return this.#window
  }
}

function readScalar(view: DataView, i: number, type: number): number | bigint {
  switch (type) {
    case 0:
      return view.getUint8(i)
    case 1:
      return view.getInt8(i)
    case 2:
      return view.getUint16(i, true)
    case 3:
      return view.getInt16(i, true)
    case 4:
      return view.getUint32(i, true)
    case 5:
      return view.getInt32(i, true)
    case 6:
      return view.getFloat32(i, true)
    case 10:
      return view.getBigUint64(i, true)
    case 11:
      return view.getBigInt64(i, true)
    default:
      return view.getFloat64(i, true)
  }
}
