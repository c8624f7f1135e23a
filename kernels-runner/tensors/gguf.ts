/**
 * GGUF, versions 2 and 3, little-endian: counts, key-value metadata, tensor descriptions, then the
 * aligned elements. Every length is checked against what is left of the file before it is used.
 */
import type { FileBytes } from './bytes.ts'
import { dtypes, ggmlTypes, whyUnreadable } from './dtypes.ts'
import { GgufCursor } from './gguf-cursor.ts'
import { limits } from './limits.ts'
import type { Header } from './safetensors.ts'
import { bytesOf, countElements } from './shape.ts'
import type { TensorInfo } from './types.ts'

export function readGguf(file: FileBytes): Header {
  const cursor = new GgufCursor(file)
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

function describe(cursor: GgufCursor): Described {
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
  cursor: GgufCursor,
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

function checkedAlignment(value: string, cursor: GgufCursor, at: number): number {
  const alignment = Number(value)
  const power =
    Number.isSafeInteger(alignment) && alignment > 0 && Number.isInteger(Math.log2(alignment))
  if (!power || alignment > 2 ** 20) {
    const what = 'the alignment must be a power of two up to 2^20'
    throw cursor.refuse('bad-alignment', what, value, at)
  }
  return alignment
}
