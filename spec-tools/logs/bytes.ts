/**
 * What a byte can be in a log, and how a piece of a line becomes text.
 *
 * The reader works on bytes, since most of them never need to become a string. Every line that is
 * handed on ends with a line feed just behind it, so that scanning needs no bounds check.
 */

export const newline = 10
export const tab = 9
export const space = 32
export const equals = 61
export const colon = 58
export const comma = 44
export const bar = 124
export const open = 40
export const close = 41
export const openList = 91
export const closeList = 93

/** From `digit` on, characters run together into words and numbers. */
export const Class = {
  newline: 0,
  blank: 1,
  control: 2,
  mark: 3,
  digit: 4,
  /** `-`, `+` and `.`: may begin a number. */
  sign: 5,
  letter: 6,
  /** Bytes of characters beyond ASCII; but for the express lane they are letters. */
  beyond: 7,
} as const

/** Byte -> class. */
export const classOf: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === newline) return Class.newline
  if (byte === space || byte === tab) return Class.blank
  if (byte < space || byte === 127) return Class.control
  if (byte > 127) return Class.beyond
  const character = String.fromCharCode(byte)
  if (/\d/.test(character)) return Class.digit
  if ('+-.'.includes(character)) return Class.sign
  return '=:,;|()[]{}<>"`'.includes(character) ? Class.mark : Class.letter
})

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The text of bytes; what is not UTF-8 becomes U+FFFD. */
export function text(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to))
}

/** Bytes of a line, with the line feed behind it that scanning relies on. */
export function lineBytes(line: string): Uint8Array {
  return encoder.encode(`${line}\n`)
}

export function encode(piece: string): Uint8Array {
  return encoder.encode(piece)
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}

export function isBlank(byte: number): boolean {
  return byte === space || byte === tab || byte === newline
}

/** The last byte of a line that is no blank; its first where there is none. */
export function lastVisible(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1
  while (at > from && isBlank(bytes[at]!)) at--
  return at
}

/** The line feed that ends a line here, with or without a carriage return; else -1. */
export function lineEnd(bytes: Uint8Array, at: number): number {
  const end = bytes[at] === 13 ? at + 1 : at
  return bytes[end] === newline ? end : -1
}

/** A view of bytes for `fourAt`. The bytes of one piece are asked for again and again. */
export class Fours {
  #bytes: Uint8Array | null = null
  #view: DataView = new DataView(new ArrayBuffer(0))

  of(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return this.#view
  }
}

/** Four bytes as one little-endian number; zeros are behind the last byte. */
export function fourAt(view: DataView, at: number): number {
  if (at + 4 <= view.byteLength) return view.getInt32(at, true)
  let four = 0
  for (let nth = 0; at + nth < view.byteLength; nth++) four |= view.getUint8(at + nth) << (8 * nth)
  return four
}

/** Whether one of four bytes is this one. */
export function hasByte(four: number, byte: number): boolean {
  // The highest bit of a byte that is zero is borrowed to; no other borrows without one below it.
  const other = four ^ Math.imul(byte, 0x01010101)
  return ((other - 0x01010101) & ~other & 0x80808080) !== 0
}

/** What leaves as many of four bytes, the first ones, and takes out the others. */
export const firstOfFour: Int32Array = Int32Array.of(0, 0xff, 0xffff, 0xffffff)

/** Whether the bytes hold a digit anywhere. */
export function hasDigit(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (classOf[bytes[at]!] === Class.digit) return true
  }
  return false
}
