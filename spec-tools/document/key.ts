/** Numbers of headings: `27.`, `§30.`, `5.3`, `E.2.1`, `IV.`, `Appendix B:`, `Phase 7`, `RFC-12`. */
import type { Key, Part } from './types.ts'
import {
  fromHan,
  fromRoman,
  HAN_DIGITS,
  letterOf,
  toHan,
  toLetter,
  toRoman,
  toWide,
} from './numerals.ts'
import { readAt } from './range.ts'

/** Anchors and emphasis that may stand before the number. */
const LEAD = /^(?:<a\b[^<>]*>[ \t]*(?:<\/a>)?[ \t]*|[*_]{1,3}(?=[^\s*_])|\[(?=[\dA-Z]+(?:\.|\])))*/
const DECIMAL = /^(?:\d+[A-Za-z]?|[A-Z](?=\.\d))(?:\.(?:\d+[a-z]?|[A-Za-z](?![\w])))*(?![\w])/
const LETTER = /^(?:[A-Z](?=[.):][ \t]|[.)]$)|[a-z가나다라마바사아자차카타파하](?=[.)][ \t]))/
const ROMAN = /^(?:[IVX]+(?=[.):][ \t]|[.)]$| [–—-] )|[ivx]+(?=[.)][ \t]))/
/** `１．２`, `③` */
const WIDE = /^(?:[０-９]+(?:[.．][０-９]+)*(?![０-９])|[①-⑳])/
/** `（三）`, `(3)` */
const BRACKET = /^[(（](?=(?:\d+|[０-９]+|[一二三四五六七八九十百]+)[)）])/
const LABEL =
  /^(?:\p{L}[\p{L}\p{N}_]*(?:-\p{L}+)*[ \t]|\p{L}+(?:-\p{L}+)*-|v(?=\d))(?=§?\d|[IVX]+(?![\p{L}\p{N}]))/u
/** Labels of which letters count too. */
const LETTERED =
  /^(?:(?:Appendix|Annexe?|Part|Section|Schedule|Exhibit|Chapter|Module|Anhang|Teil|Appendice|Anexo|Apéndice)[ \t]|(?:附录|附錄|付録|부록)[ \t]?)(?=[A-Z](?![\p{L}\p{N}]))/iu
/** What makes the number before it a day: `14 November 2017`. */
const DATE = /^[ \t]*(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,?[ \t]+\d{4}/
const CLOSE = /^\]?(?:[ \t]*(?:[.:)—–-]+(?=[ \t]|$)|[、．：）]))?[ \t\u3000]*/
/** What an ordinal counts: `章`. */
const COUNTED = /^[ \t]?(?:[章节節条條部篇]|장|절)/
/** `一、`, `十二、`: numbers of Chinese documents. */
const HAN = /^[一二三四五六七八九十百]+(?=[、．.章节節条條部篇）)]|[ \t\u3000])/
/** `第3章`, `第三节`, `제2장` */
const ORDINAL = /^(?:第|제)[ \t]?(?=[\d一二三四五六七八九十百]+[ \t]?(?:[章节節条條部篇]|장|절))/

/**
 * The key of a raw heading; offsets are within it. Letters that spell a Roman number are read as
 * one only if `roman` says that the document numbers in Roman.
 */
export function parseKey(heading: string, roman = false): Key | null {
  const lead = LEAD.exec(heading)?.[0].length ?? 0
  const rest = heading.slice(lead)
  const mark = /^§[ \t]*/.exec(rest)?.[0] ?? ''
  const plain = numberAt(rest.slice(mark.length), roman)
  if (plain) return complete(heading, lead, { ...plain, mark, label: '' })
  if (mark !== '') return null
  const bracket = BRACKET.exec(rest)?.[0]
  const enclosed = bracket === undefined ? null : numberAt(rest.slice(1), false)
  if (bracket !== undefined && enclosed !== null) {
    return complete(heading, lead, { ...enclosed, mark, label: bracket })
  }
  const label = (ORDINAL.exec(rest) ?? LETTERED.exec(rest) ?? LABEL.exec(rest))?.[0]
  if (label === undefined) return null
  const inner = /^§[ \t]*/.exec(rest.slice(label.length))?.[0] ?? ''
  const behind = rest.slice(label.length + inner.length)
  const number = ORDINAL.test(rest) ? ordinalNumber(behind) : labelledNumber(behind, roman)
  if (number === null) return null
  return complete(heading, lead, { ...number, kind: 'label', label, mark: inner })
}

/** Negative, zero or positive, part by part; a number comes before its own sub-numbers. */
export function compareKeys(one: Key, other: Key): number {
  const length = Math.max(one.parts.length, other.parts.length)
  for (let index = 0; index < length; index += 1) {
    const left = one.parts[index]
    const right = other.parts[index]
    if (left === undefined) return -1
    if (right === undefined) return 1
    const order = compareParts(left, right)
    if (order !== 0) return order
  }
  return 0
}

/** Whether two keys count the same thing, so that one may come before the other. */
export function comparable(one: Key, other: Key): boolean {
  return one.kind === other.kind && one.label.toLowerCase() === other.label.toLowerCase()
}

/** A number in the way of `model`: same kind, mark, label, zero padding and closing sign. */
export function writeKey(model: Key, parts: Part[]): string {
  const written = model.written.split(/[.．]/)
  const numbers = parts.map((part, index) => {
    const own = written[index] ?? ''
    if (model.kind === 'roman') {
      const numeral = toRoman(part.value)
      return /^[ivx]/.test(own) ? numeral.toLowerCase() : numeral
    }
    if (model.kind === 'han' || HAN_DIGITS.test(own)) return toHan(part.value)
    if (part.letter) return toLetter(part.value, own) + part.suffix
    const padded = /^0\d/.exec(own) ? own.length : 0
    return toWide(part.value, own) ?? String(part.value).padStart(padded, '0') + part.suffix
  })
  return numbers.join(model.written.includes('．') ? '．' : '.')
}

function compareParts(one: Part, other: Part): number {
  if (one.letter !== other.letter) return one.letter ? 1 : -1
  if (one.value !== other.value) return one.value - other.value
  return one.suffix < other.suffix ? -1 : Number(one.suffix > other.suffix)
}

type Numbered = Pick<Key, 'kind' | 'written' | 'parts'>

function numberAt(text: string, roman: boolean): Numbered | null {
  const decimal = DECIMAL.exec(text)?.[0]
  if (decimal !== undefined) {
    return { kind: 'decimal', written: decimal, parts: decimal.split('.').map(readPart) }
  }
  const wide = WIDE.exec(text)?.[0]
  if (wide !== undefined) {
    const parts = wide.split(/[.．]/).map((part) => readPart(part.normalize('NFKC')))
    return { kind: 'decimal', written: wide, parts }
  }
  const numeral = roman ? ROMAN.exec(text)?.[0] : undefined
  const value = numeral === undefined ? null : fromRoman(numeral.toUpperCase())
  if (numeral !== undefined && value !== null) {
    return { kind: 'roman', written: numeral, parts: [{ letter: false, value, suffix: '' }] }
  }
  const han = HAN.exec(text)?.[0]
  const count = han === undefined ? null : fromHan(han)
  if (han !== undefined && count !== null) {
    return { kind: 'han', written: han, parts: [{ letter: false, value: count, suffix: '' }] }
  }
  const letter = LETTER.exec(text)?.[0]
  return letter === undefined
    ? null
    : { kind: 'letter', written: letter, parts: [readPart(letter)] }
}

/** What stands between 第 and 章: digits, or a number in words. */
function ordinalNumber(text: string): Numbered | null {
  const digits = /^\d+/.exec(text)?.[0]
  if (digits !== undefined) {
    return { kind: 'decimal', written: digits, parts: [readPart(digits)] }
  }
  const words = /^[一二三四五六七八九十百]+/.exec(text)?.[0]
  const value = words === undefined ? null : fromHan(words)
  return words === undefined || value === null
    ? null
    : { kind: 'han', written: words, parts: [{ letter: false, value, suffix: '' }] }
}

function labelledNumber(text: string, roman: boolean): Numbered | null {
  const decimal = DECIMAL.exec(text)?.[0]
  if (decimal !== undefined) return numberAt(text, false)
  const numeral = /^[IVX]+(?![\p{L}\p{N}])/u.exec(text)?.[0]
  const value = numeral === undefined ? null : fromRoman(numeral)
  if (numeral !== undefined && value !== null && (roman || numeral.length > 1)) {
    return { kind: 'roman', written: numeral, parts: [{ letter: false, value, suffix: '' }] }
  }
  // `Section C deficiency` is no number; `Section C: Deficiencies` and `Annex C` are.
  const letter = /^[A-Z](?=[ \t]*(?:[.:)—–-](?:[ \t]|$)|$|\())/.exec(text)?.[0]
  return letter === undefined
    ? null
    : { kind: 'letter', written: letter, parts: [readPart(letter)] }
}

function complete(heading: string, lead: number, key: Omit<Key, 'close' | 'range'>): Key | null {
  const end = lead + key.mark.length + key.label.length + key.written.length
  const counted = /^[第제]/.test(key.label) ? (COUNTED.exec(heading.slice(end))?.[0] ?? '') : ''
  const close = counted + (CLOSE.exec(heading.slice(end + counted.length))?.[0] ?? '')
  // `3D rendering`, `2-phase commit` and `1st` begin with a number but are not numbered.
  if (close === '' && end < heading.length) return null
  // Nothing can be counted on from a number that is not exact.
  if (key.parts.some(({ value }) => !Number.isSafeInteger(value + 1))) return null
  const bare = close.trim() === ''
  if (bare && key.label === '' && key.parts.some(({ suffix }) => suffix !== '')) return null
  if (bare && DATE.test(heading.slice(end))) return null
  return { ...key, close, range: readAt(lead, end) }
}

function readPart(written: string): Part {
  const [, digits, suffix = ''] = /^(\d+)([A-Za-z]?)$/.exec(written) ?? []
  if (digits !== undefined) return { letter: false, value: Number(digits), suffix }
  return { letter: true, value: letterOf(written), suffix: '' }
}
