/** The words of a column that are counted, and how texts write them: `3 passing` counts rows that say `pass`. */
import { said, seen } from '../said.ts'

/** Words that say one thing; those of the first list say that something is met. */
const MET = [
  ['pass', 'passed', 'passes', 'passing', 'ok', 'green', '✓', '✔', '✅', '☑', '🟢'],
  ['done', 'complete', 'completed', 'finished'],
  ['verified'],
  ['discharged'],
  ['met'],
  ['closed'],
  ['implemented'],
  ['supported'],
  ['confirmed'],
  ['yes'],
]
const UNMET = [
  ['fail', 'failed', 'fails', 'failing', 'failure', 'failures', 'red', '✗', '✘', '✖', '❌', '🔴'],
  ['open', 'pending', 'to do', 'todo', '⏳'],
  ['partial'],
  ['unverified'],
  ['unmet'],
  ['planned'],
  ['in progress', 'wip', '🚧'],
  ['unsupported'],
  ['refuted'],
  ['no'],
  ['skip', 'skipped'],
  ['blocked'],
  ['not started'],
]
const FAMILIES = [...MET, ...UNMET]

/** Words that a row has where nothing was judged. */
const NOTHING = /^(?:|[-–—]+|n\/?a|skip(?:ped)?|\?)$/i
const SYMBOL = /^(?:\p{Extended_Pictographic}\uFE0F?|[✓✔✗✘✖])$/u

export interface Vocabulary {
  words: readonly string[]
  /** The word that a cell says; its own text where it is none of them. */
  of(cell: string): string
  /** The word that is meant by one of the source's matches, and whether it is written just so. */
  meant(match: string): { word: string; exact: boolean }
  /** Whether a text may hold any of them; quicker than the source, and less exact. */
  mayBeIn(text: string): boolean
  /** The source of a regular expression for any of them, for the flags `iu`. */
  source: string
  /** The same for the words as the column writes them. */
  plainSource: string
}

export function vocabularyOf(cells: readonly string[]): Vocabulary {
  const texts = [...new Set(cells.map(wordOf))].filter(isCounted)
  const words = texts
    .toSorted((one, other) => one.length - other.length)
    .reduce<string[]>(
      (known, text) => (known.some((word) => goesOn(text, word)) ? known : [...known, text]),
      [],
    )
  const meanings = new Map<string, { word: string; exact: boolean }>()
  for (const family of FAMILIES) {
    const own = words.filter((word) => family.includes(word))
    const [word] = own
    if (word === undefined || own.length > 1) continue
    for (const other of family) meanings.set(other, { word, exact: isSymbol(other) })
  }
  for (const word of words) meanings.set(word, { word, exact: true })
  const of = (cell: string) => {
    const text = wordOf(cell)
    return words.find((word) => goesOn(text, word)) ?? meanings.get(text)?.word ?? text
  }
  return {
    words,
    of,
    meant: (match) => meanings.get(plain(match)) ?? { word: plain(match), exact: true },
    mayBeIn: (text) => {
      const small = text.toLowerCase()
      return [...meanings.keys()].some((word) => small.includes(word.split(' ', 1)[0] ?? word))
    },
    source: sourceOf([...meanings.keys()]),
    plainSource: sourceOf(words),
  }
}

/** Whether a word says that something is met. */
export function isMet(word: string): boolean {
  return MET.flat().includes(word)
}

/** Whether a cell has one of the usual words for how something stands. */
export function isUsual(cell: string): boolean {
  return FAMILIES.flat().includes(wordOf(cell))
}

/** Whether a row with this text was judged at all. */
export function isJudged(cell: string): boolean {
  return !NOTHING.test(wordOf(cell))
}

function wordOf(cell: string): string {
  return plain(said(seen(cell)))
}

function plain(text: string): string {
  return text.replaceAll('\uFE0F', '').replace(/\s+/g, ' ').trim().toLowerCase()
}

/** Numbers and long remarks are not counted, and neither are dashes. */
function isCounted(text: string): boolean {
  if (text === '' || text.length > 40 || /^[\d.,\s%±+-]+$/.test(text)) return false
  return /[\p{L}\p{N}]/u.test(text) || isSymbol(text)
}

function isSymbol(text: string): boolean {
  return SYMBOL.test(text)
}

/** `fail (out of memory)` is `fail`; `pass-through` is no `pass`. */
function goesOn(text: string, word: string): boolean {
  return text === word || (text.startsWith(word) && /^[\s]*[(,;:—–*]/.test(text.slice(word.length)))
}

function sourceOf(all: readonly string[]): string {
  const words = all.toSorted((one, other) => other.length - one.length)
  const letters = words
    .filter((word) => !isSymbol(word))
    .map((word) => RegExp.escape(word).replaceAll('\\x20', String.raw`\s+`))
  const symbols = words.filter(isSymbol)
  const sources = [
    ...(letters.length > 0
      ? [String.raw`(?<![\p{L}\p{N}_-])(?:${letters.join('|')})(?![\p{L}\p{N}_]|-[\p{L}\p{N}])`]
      : []),
    ...(symbols.length > 0 ? [`(?:${symbols.join('|')})\\uFE0F?`] : []),
  ]
  return sources.length === 0 ? '(?!)' : `(?:${sources.join('|')})`
}
