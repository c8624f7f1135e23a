/** Reads the header of a GGUF file forwards: numbers, texts, and metadata values of all types. */
import { readInto, type FileBytes } from './bytes.ts'
import { TensorFileError, type TensorFileErrorCode } from './error.ts'
import { limits } from './limits.ts'

/** Bytes of each scalar type by its number; strings (8) and arrays (9) have none. */
const scalarBytes = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8]

/** Reads forwards through the header, a window at a time. */
export class GgufCursor {
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
