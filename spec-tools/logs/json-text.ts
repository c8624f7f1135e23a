/**
 * JSON that is printed into a log, read as it arrives: one line, a line each, or over many lines.
 *
 * An event parser over bytes in bounded memory. Nested values become events with their place; what
 * a string or a numeral holds beyond a limit is dropped. Besides JSON it knows the NaN and Infinity
 * that Python prints.
 */
import { Class, classOf, newline, space, text } from './bytes.ts'

/**
 * What is found, in order. Texts come as bytes, since few of them need to become strings; with a
 * text in which something is escaped comes what it stands for.
 */
export interface JsonEvents {
  open(array: boolean): void
  close(array: boolean): void
  key(bytes: Uint8Array, from: number, to: number, unescaped: string | null): void
  string(bytes: Uint8Array, from: number, to: number, unescaped: string | null): void
  number(bytes: Uint8Array, from: number, to: number): void
  literal(value: true | false | null): void
}

/** What may come next. */
const Expect = { value: 0, firstValue: 1, key: 2, firstKey: 3, colon: 4, more: 5, end: 6 } as const
const In = { structure: 0, string: 1, escape: 2, scalar: 3 } as const

const quote = 34
const backslash = 92
const deepest = 64
const longestString = 4096
const longestScalar = 64

export type JsonState = 'more' | 'whole' | 'broken'

export class JsonText {
  readonly #events: JsonEvents
  readonly #arrays: boolean[] = []
  #expect: number = Expect.value
  #in: number = In.structure
  readonly #buffer = new Uint8Array(longestString)
  #length = 0
  #returned = false
  /** Where the piece taken last was left: behind it, or at the line feed that ends its line. */
  end = 0

  constructor(events: JsonEvents) {
    this.#events = events
  }

  /** Begins a text, whatever became of the last. */
  begin(): void {
    this.#arrays.length = 0
    this.#expect = Expect.value
    this.#in = In.structure
    this.#length = 0
    this.#returned = false
  }

  /**
   * Takes a piece of text, up to a line feed if it holds one; `whole` once the outermost value is
   * closed and only blanks follow.
   */
  feed(bytes: Uint8Array, from: number, to: number): JsonState {
    let at = from
    for (; at < to; at++) {
      const byte = bytes[at]!
      if (byte === newline) break
      if (this.#in === In.structure) {
        if (byte === space) continue
        if (!this.#structure(byte)) return 'broken'
        if (byte === quote) at = this.#plainString(bytes, at + 1, to)
        else if (classOf[byte]! >= Class.digit) at = this.#plainScalar(bytes, at, to)
      } else if (this.#in === In.scalar) {
        if (classOf[byte]! >= Class.digit) this.#keep(byte)
        else if (!this.#endScalar() || !this.#structure(byte)) return 'broken'
      } else if (this.#in === In.escape) {
        this.#keep(byte)
        this.#in = In.string
      } else if (byte === 34) {
        if (!this.#endString()) return 'broken'
      } else {
        // A raw control character is not allowed in a string; a line that ends inside one neither.
        if (byte < 32) return 'broken'
        this.#keep(byte)
        if (byte === 92) this.#in = In.escape
      }
    }
    this.end = at
    return this.#expect === Expect.end ? 'whole' : 'more'
  }

  /** The line ends: a string or an escape may not go on to the next. */
  endLine(): JsonState {
    this.#returned = false
    if (this.#in === In.string || this.#in === In.escape) return 'broken'
    if (this.#in === In.scalar && !this.#endScalar()) return 'broken'
    return this.#expect === Expect.end ? 'whole' : 'more'
  }

  /** Takes a string that ends in this piece and holds no escape; else leaves it byte by byte. */
  #plainString(bytes: Uint8Array, from: number, to: number): number {
    let end = from
    while (end < to && bytes[end] !== quote && bytes[end] !== backslash && bytes[end]! >= space) {
      end++
    }
    if (end === to || bytes[end] !== quote) return from - 1
    this.#string(bytes, from, Math.min(end, from + longestString), null)
    return end
  }

  /** Takes a number or a word that ends in this piece; else leaves it byte by byte. */
  #plainScalar(bytes: Uint8Array, from: number, to: number): number {
    let end = from + 1
    while (end < to && classOf[bytes[end]!]! >= Class.digit) end++
    if (end === to || !isNumeral(bytes, from, end)) return from
    this.#in = In.structure
    this.#expect = Expect.more
    this.#events.number(bytes, from, end)
    return end - 1
  }

  #structure(byte: number): boolean {
    if (byte === 13) this.#returned = true
    if (byte === 32 || byte === 9 || byte === 13) return true
    // What a carriage return overwrites was never shown; only one that ends the line is harmless.
    if (this.#returned) return false
    const expect = this.#expect
    switch (byte) {
      case 123:
      case 91:
        if (expect > Expect.firstValue || this.#arrays.length === deepest) return false
        this.#events.open(byte === 91)
        this.#arrays.push(byte === 91)
        this.#expect = byte === 91 ? Expect.firstValue : Expect.firstKey
        return true
      case 125:
        return (expect === Expect.firstKey || expect === Expect.more) && this.#close(false)
      case 93:
        return (expect === Expect.firstValue || expect === Expect.more) && this.#close(true)
      case 44:
        if (expect !== Expect.more) return false
        this.#expect = this.#arrays.at(-1) === true ? Expect.value : Expect.key
        return true
      case 58:
        if (expect !== Expect.colon) return false
        this.#expect = Expect.value
        return true
      case 34:
        if (expect > Expect.firstKey) return false
        this.#in = In.string
        this.#length = 0
        return true
      default:
        if (expect > Expect.firstValue || this.#arrays.length === 0) return false
        this.#in = In.scalar
        this.#length = 0
        this.#keep(byte)
        return true
    }
  }

  #close(array: boolean): boolean {
    if (this.#arrays.at(-1) !== array) return false
    this.#arrays.pop()
    this.#events.close(array)
    this.#expect = this.#arrays.length === 0 ? Expect.end : Expect.more
    return true
  }

  #keep(byte: number): void {
    if (this.#length < longestString) this.#buffer[this.#length] = byte
    this.#length++
  }

  #endString(): boolean {
    const length = Math.min(this.#length, longestString)
    const value = unescaped(this.#buffer, length)
    if (value === null) return false
    this.#string(this.#buffer, 0, length, value)
    return true
  }

  #string(bytes: Uint8Array, from: number, to: number, value: string | null): void {
    this.#in = In.structure
    if (this.#expect >= Expect.key) {
      this.#events.key(bytes, from, to, value)
      this.#expect = Expect.colon
    } else {
      this.#events.string(bytes, from, to, value)
      this.#expect = Expect.more
    }
  }

  #endScalar(): boolean {
    this.#in = In.structure
    this.#expect = Expect.more
    if (this.#length > longestScalar) return false
    if (isNumeral(this.#buffer, 0, this.#length)) {
      this.#events.number(this.#buffer, 0, this.#length)
      return true
    }
    const printed = text(this.#buffer, 0, this.#length)
    if (/^(?:NaN|-?Infinity)$/.test(printed)) {
      this.#events.number(this.#buffer, 0, this.#length)
      return true
    }
    if (printed !== 'true' && printed !== 'false' && printed !== 'null') return false
    this.#events.literal(printed === 'null' ? null : printed === 'true')
    return true
  }
}

/** Whether a line that begins here may begin a JSON text. */
export function mayBeJson(bytes: Uint8Array, from: number, to: number): boolean {
  const open = bytes[from]
  if (open !== 123 && open !== 91) return false
  let at = from + 1
  while (at < to && classOf[bytes[at]!] === Class.blank) at++
  if (at === to) return true
  const next = bytes[at]!
  if (open === 123) return next === 34 || next === 125
  return (
    next === 123 ||
    next === 91 ||
    next === 34 ||
    next === 93 ||
    next === 45 ||
    classOf[next] === Class.digit ||
    next === 78 ||
    next === 110 ||
    next === 116 ||
    next === 102
  )
}

/** Whether the bytes are a numeral of JSON: `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`. */
function isNumeral(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > longestScalar) return false
  let at = bytes[from] === 45 ? from + 1 : from
  const first = at
  at = digitsEnd(bytes, at, to)
  if (at === first || (bytes[first] === 48 && at > first + 1)) return false
  if (at < to && bytes[at] === 46) {
    const point = at + 1
    at = digitsEnd(bytes, point, to)
    if (at === point) return false
  }
  if (at < to && (bytes[at]! | 32) === 101) {
    at++
    if (bytes[at] === 43 || bytes[at] === 45) at++
    const exponent = at
    at = digitsEnd(bytes, at, to)
    if (at === exponent) return false
  }
  return at === to
}

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && classOf[bytes[at]!] === Class.digit) at++
  return at
}

function unescaped(buffer: Uint8Array, length: number): string | null {
  const raw = text(buffer, 0, length)
  if (!raw.includes('\\')) return raw
  // A cut string may end inside of an escape.
  const whole = length === longestString ? raw.replace(/\\(?:u[\da-fA-F]{0,3})?$/, '') : raw
  if (/\\(?!["\\/bfnrt]|u[\da-fA-F]{4})/.test(whole.replaceAll('\\\\', ''))) return null
  return whole.replaceAll(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code: string, plain: string) =>
    code === undefined ? (short[plain] ?? plain) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

const short: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
