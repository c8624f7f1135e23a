/**
 * Numerals as logs print them, read exactly.
 *
 * `[+-]digits[.digits][e[+-]digits]`, with `_` or thousands commas between digits. Up to 15 digits
 * and a power of ten up to 22 the value is one correctly rounded division or product of two exact
 * numbers (Clinger 1990); beyond that JavaScript's own conversion decides.
 */
import { isDigit, text } from './bytes.ts'

const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** The evidence schema's limit for the characters of a figure. */
export const longestNumeral = 64

/** The value of a numeral that is `[+-]digits[.digits]`, of at most 15 digits. */
export function plainValue(bytes: Uint8Array, from: number, to: number): number {
  let mantissa = 0
  let point = to
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    if (isDigit(byte)) mantissa = mantissa * 10 + byte - 48
    else if (byte === 46) point = at + 1
  }
  const value = mantissa / powers[to - point]!
  return bytes[from] === 45 ? -value : value
}

export class NumeralScanner {
  /** Value of the numeral that was found last. */
  value = 0

  /**
   * Scans a numeral at `at`.
   *
   * @param commas whether commas may group thousands; a comma that groups nothing is left alone
   * @returns where the numeral ends, or `at` if there is none, or none that a figure can hold
   */
  scan(bytes: Uint8Array, at: number, commas: boolean): number {
    let end = at
    let byte = bytes[end]!
    const negative = byte === 45
    if (negative || byte === 43) byte = bytes[++end]!
    const first = end
    let mantissa = 0
    let digit = byte - 48
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      byte = bytes[++end]!
      digit = byte - 48
    }
    if ((byte === 95 && end > first) || (byte === 44 && commas)) {
      const grouped = this.#groups(bytes, first, end)
      if (grouped > end) return this.#slowly(bytes, at, grouped)
    }
    let digits = end - first
    let exponent = 0
    if (byte === 46 && isDigit(bytes[end + 1])) {
      const point = end
      digit = bytes[++end]! - 48
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        digit = bytes[++end]! - 48
      }
      exponent = point + 1 - end
      digits -= exponent
      byte = bytes[end]!
    }
    if (digits === 0) return at
    if ((byte | 32) === 101 && exponentEnd(bytes, end) > end) {
      return this.#slowly(bytes, at, end)
    }
    if (digits > 15 || exponent < -22) return this.#slowly(bytes, at, end)
    const size = exponent === 0 ? mantissa : mantissa / powers[-exponent]!
    this.value = negative ? -size : size
    return end
  }

  /** From the end of the integer part on: fraction, exponent, and the value by `Number`. */
  #slowly(bytes: Uint8Array, at: number, integerEnd: number): number {
    let end = integerEnd
    if (bytes[end] === 46 && isDigit(bytes[end + 1])) {
      end++
      while (isDigit(bytes[end])) end++
    }
    end = exponentEnd(bytes, end)
    if (end - at > longestNumeral) return at
    const value = valueOf(text(bytes, at, end))
    // A finite numeral that overflows is no measured infinity.
    if (!Number.isFinite(value)) return at
    this.value = value
    return end
  }

  /** Where digits grouped by `_` or by commas in threes end; `end` if they are not grouped so. */
  #groups(bytes: Uint8Array, first: number, end: number): number {
    const mark = bytes[end]
    let at = end
    if (mark === 95) {
      while (bytes[at] === 95 && isDigit(bytes[at + 1])) {
        at += 2
        while (isDigit(bytes[at])) at++
      }
      return at
    }
    if (end === first || end - first > 3 || bytes[first] === 48) return end
    while (bytes[at] === 44) {
      if (!isDigit(bytes[at + 1]) || !isDigit(bytes[at + 2]) || !isDigit(bytes[at + 3])) break
      if (isDigit(bytes[at + 4])) return end
      at += 4
    }
    // `1,234,56` is no number that anybody can be sure of.
    return bytes[at] === 44 && isDigit(bytes[at + 1]) ? end : at
  }
}

function exponentEnd(bytes: Uint8Array, at: number): number {
  if ((bytes[at]! | 32) !== 101) return at
  let end = at + 1
  if (bytes[end] === 43 || bytes[end] === 45) end++
  if (!isDigit(bytes[end])) return at
  while (isDigit(bytes[end])) end++
  return end
}

/** The value of a printed numeral: what `Number` says once its group marks are taken out. */
export function valueOf(printed: string): number {
  return Number(printed.replaceAll(/[_,]/g, ''))
}
