/** Numbers with their units where they stand in a line, and rows of them: `1.0 / 2.0 / 3.0 ms`. */
import { numeralEnd, valueOf } from './numeral.ts'
import { unitOf } from './units.ts'
import { wordValue } from './values.ts'

export interface Quantity {
  value: number
  /** Range of the numeral. */
  from: number
  to: number
  unit: string | null
  /** Where the unit ends, or the numeral if it has none. */
  end: number
}

export type Separator = '±' | '/' | ',' | '('

/** The number that stands here, with the unit at it; null if none does. */
export function quantityAt(line: string, from: number, commas = true): Quantity | null {
  const special = /[-+]?(?:nan|inf(?:inity)?)(?![\p{L}\p{N}_])/iuy
  special.lastIndex = from
  const word = special.exec(line)?.[0]
  const to = word === undefined ? numeralEnd(line, from, commas) : from + word.length
  if (to === from) return null
  const value = word === undefined ? valueOf(line.slice(from, to)) : wordValue(word)!
  const behind = /[ ]?([^\s,;()[\]{}±|=:]+)/y
  behind.lastIndex = to
  const found = behind.exec(line)
  if (found === null) return { value, from, to, unit: null, end: to }
  const glued = !found[0].startsWith(' ')
  const printed = found[1]!.replace(/\.$/, '')
  const unit = unitOf(printed)
  if (unit !== null) return { value, from, to, unit, end: to + found[0].length }
  // `0x1F`, `3rd` and `12:30` are no numbers; `1.0/2.0` is a row of two.
  if (glued && /^[\p{L}\p{N}_.]/u.test(printed)) return null
  return { value, from, to, unit: null, end: to }
}

/** A row of numbers with one kind of separator; the unit of the last holds for those without one. */
export function quantitiesAt(
  line: string,
  from: number,
  commas: boolean,
): { values: Quantity[]; separator: Separator | null; end: number } | null {
  const first = quantityAt(line, from, commas)
  if (first === null) return null
  const values = [first]
  let separator: Separator | null = null
  let end = first.end
  for (;;) {
    const next = /\s*(±|\+\/-|\+-|\/|,|\()\s*/y
    next.lastIndex = end
    const found = next.exec(line)
    if (found === null) break
    const kind = separatorOf(found[1]!)
    if (separator !== null && kind !== separator) break
    const value = quantityAt(line, end + found[0].length, commas)
    if (value === null) break
    if (kind === '(') {
      if (line[value.end] !== ')') break
      value.end++
      const behind = /\s?([^\s,;()[\]{}]+)/y
      behind.lastIndex = value.end
      const unit = behind.exec(line)
      if (unit !== null && unitOf(unit[1]!) !== null) {
        value.unit ??= unitOf(unit[1]!)
        value.end += unit[0].length
      }
    }
    separator = kind
    values.push(value)
    end = value.end
    if (kind === '(') break
  }
  const common = values.at(-1)!.unit
  if (values.slice(0, -1).every(({ unit }) => unit === null)) {
    for (const value of values) value.unit = common
  }
  return { values, separator, end }
}

export function separatorOf(mark: string): Separator {
  return mark === '/' || mark === ',' || mark === '(' ? mark : '±'
}
