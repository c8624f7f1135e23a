/**
 * JSON that is printed into a log, read as it arrives: one line, a line each, or over many lines.
 *
 * An event parser over bytes in bounded memory. Nested values become events with their place; what
 * a string or a numeral holds beyond a limit is dropped. Besides JSON it knows the NaN and Infinity
 * that Python prints.
 */
import {
  Class,
  classOf,
  colon,
  comma,
  Fours,
  hasByte,
  isDigit,
  newline,
  space,
  text,
} from './bytes.ts'

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
  /** Of all that is open, outermost first, and of the innermost: whether it is an array. */
  readonly #arrays: boolean[] = []
  #array = false
  #expect: number = Expect.value
  #in: number = In.structure
  readonly #fours = new Fours()
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
    while (at < to) {
      const byte = bytes[at]!
      if (byte === newline) break
      if (this.#in !== In.structure) {
        if (!this.#goOn(byte)) return 'broken'
        at++
      } else if (byte === space) at++
      else {
        if (!this.#structure(byte)) return 'broken'
        at++
        if (byte === quote) at = this.#plainString(bytes, at, to)
        else if (classOf[byte]! >= Class.digit) at = this.#plainNumber(bytes, at, to)
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
    const view = this.#fours.of(bytes)
    let end = from
    while (end + 4 <= to && !endsString(view.getInt32(end, true))) end += 4
    while (end < to && bytes[end] !== quote && bytes[end] !== backslash && bytes[end]! >= space) {
      end++
    }
    if (end === to || bytes[end] !== quote) return from
    const isKey = this.#expect >= Expect.key
    this.#string(bytes, from, Math.min(end, from + longestString), null)
    return isKey ? this.#colon(bytes, end + 1, to) : this.#comma(bytes, end + 1, to)
  }

  /** Takes a number whose first byte was taken if it ends in this piece; else leaves the rest. */
  #plainNumber(bytes: Uint8Array, from: number, to: number): number {
    const end = numeralEnd(bytes, from - 1, to)
    if (end < 0 || end === to || classOf[bytes[end]!]! >= Class.digit) return from
    this.#in = In.structure
    this.#expect = Expect.more
    this.#events.number(bytes, from - 1, end)
    return this.#comma(bytes, end, to)
  }

  /** Takes the colon right behind a key, as most keys have one; where to go on. */
  #colon(bytes: Uint8Array, at: number, to: number): number {
    if (at === to || bytes[at] !== colon) return at
    this.#expect = Expect.value
    return at + 1
  }

  /** Takes the comma right behind a value, if there is one; where to go on. */
  #comma(bytes: Uint8Array, at: number, to: number): number {
    if (at === to || bytes[at] !== comma) return at
    this.#expect = this.#array ? Expect.value : Expect.key
    return at + 1
  }

  /** Takes the next byte of a string or a scalar that was not taken at once. */
  #goOn(byte: number): boolean {
    if (this.#in === In.scalar) {
      if (classOf[byte]! < Class.digit) return this.#endScalar() && this.#structure(byte)
      this.#keep(byte)
      return true
    }
    if (this.#in === In.escape) {
      this.#keep(byte)
      this.#in = In.string
      return true
    }
    if (byte === quote) return this.#endString()
    // A raw control character is not allowed in a string; a line that ends inside one neither.
    if (byte < space) return false
    this.#keep(byte)
    if (byte === backslash) this.#in = In.escape
    return true
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
        this.#array = byte === 91
        this.#arrays.push(this.#array)
        this.#expect = byte === 91 ? Expect.firstValue : Expect.firstKey
        return true
      case 125:
        return (expect === Expect.firstKey || expect === Expect.more) && this.#close(false)
      case 93:
        return (expect === Expect.firstValue || expect === Expect.more) && this.#close(true)
      case comma:
        if (expect !== Expect.more) return false
        this.#expect = this.#array ? Expect.value : Expect.key
        return true
      case colon:
        if (expect !== Expect.colon) return false
        this.#expect = Expect.value
        return true
      case quote:
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
    if (this.#arrays.length === 0 || this.#array !== array) return false
    this.#arrays.pop()
    this.#array = this.#arrays.at(-1) ?? false
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
    if (numeralEnd(this.#buffer, 0, this.#length) === this.#length) {
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

/** Whether a string may end within four bytes of it, or hold what it may not. */
function endsString(four: number): boolean {
  const controls = (four - 0x20202020) & ~four & 0x80808080
  return controls !== 0 || hasByte(four, quote) || hasByte(four, backslash)
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

/** Where a numeral of JSON ends: `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`; -1 if there is none. */
function numeralEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = bytes[from] === 45 ? from + 1 : from
  const first = at
  at = digitsEnd(bytes, at, to)
  if (at === first || (bytes[first] === 48 && at > first + 1)) return -1
  if (at < to && bytes[at] === 46) {
    const point = at + 1
    at = digitsEnd(bytes, point, to)
    if (at === point) return -1
  }
  if (at < to && (bytes[at]! | 32) === 101) {
    at++
    if (bytes[at] === 43 || bytes[at] === 45) at++
    const exponent = at
    at = digitsEnd(bytes, at, to)
    if (at === exponent) return -1
  }
  return at - from > longestScalar ? -1 : at
}

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && isDigit(bytes[at])) at++
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
