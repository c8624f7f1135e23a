/**
 * The forms in which a text counts the words of a column: `3/5 pass`, `3 of 5 models (60 %) pass`,
 * `pass: 3`, `4 pass, 1 fail`, `4✓ 1✗`, `pass/fail: 4/1`, `60 % pass`; where the place says what is
 * counted, the number alone.
 */
import { figureOf } from '../scoreboard/figure.ts'
import type { Figure } from '../scoreboard/types.ts'
import { PROGRESS, SUM_NAME } from '../scoreboard/statements/words.ts'
import type { Vocabulary } from './words.ts'

export interface Part {
  /** The word that is counted; null where the text leaves it to the place. */
  word: string | null
  count: Figure | null
  all: Figure | null
  share: Figure | null
}

export interface Statement {
  parts: Part[]
  /** Offsets within the text. */
  from: number
  to: number
  text: string
  /** What stands before it, since the statement before. */
  label: string
  /** Whether it can be nothing but a count: `3/5 pass`, not the `2 pass` of `2 pass encoding`. */
  sure: boolean
  /** Whether it stands in the address of a badge. */
  badge?: true
}

/** What a number alone counts: all of a total, one word, or nothing. */
export type Alone = { kind: 'total' } | { kind: 'word'; word: string } | { kind: 'heading' } | null

export interface Read {
  statements: Statement[]
  /** A number beside a word that no form took. */
  left: string | null
}

interface Found extends Part {
  from: number
  to: number
  sure: boolean
}

const START = String.raw`(?<![\p{L}\p{N}_.,/%#§~≈-]|\d\s)`
const COUNT = String.raw`(\d{1,6})(?![\p{L}\p{N}_%/]|[.,]\d|\s?(?:%|％|per ?cent\b))`
const OF = String.raw`\s*(?:/|⁄|out of|of|von|sur|de|из|中)\s*(?:the |all )?`
const PERCENT = String.raw`(?<![\d.,])(?<share>\d{1,3}(?:[.,]\d{1,3})?)\s?(?:%|％|per ?cent\b)`
const BESIDE = String.raw`(?:\s*[(（\[,=:–—]?\s*${PERCENT}\s*[)）\]]?)?`
const NOUNS = String.raw`(?:\s+(?!not\b|or\b|than\b|no\b|never\b|don|do\b|does|cannot|can\b|must|should|to\b)\p{L}[\p{L}\p{N}'’-]*){0,2}?`
const JOIN = String.raw`(?:\s*[,;+&/·|、，；•–—]\s*(?:and\s+)?|\s+(?:and|und|et|y)\s+|\s+)`
/** What follows is no unit: `time to pass: 30 s`. */
const UNIT = String.raw`(?!\s?(?:[kmgt]i?b|[mµun]?s|sec|min|h|x|×|tok)(?![\p{L}\p{N}]))`
const GAP = /^\s*(?:[,;+&/·|、，；•–—]|and|und|et|y)?\s*(?:and\s+)?[(（]?\s*$/u
/** A word behind `2 pass` that makes it a thing of its own. */
const THING =
  /^\s+(?!(?:and|und|or|but|with|while|now|so|today|yet|already|currently|on|in|of|at|for|as|the|all|every|each|its|both|their|out|again|is|are)\b)\p{L}/iu

/** Reads every count of a text. `start` is where the text begins in the document. */
export type Reader = (written: string, start: number, alone: Alone) => Read

const readers = new Map<string, Reader>()

/** Compiled once for the same words, as long as a document is read. */
export function formsOf(vocabulary: Vocabulary): Reader {
  const key = vocabulary.words.join('\n')
  const known = readers.get(key) ?? compiled(vocabulary)
  if (readers.size > 32) readers.clear()
  readers.set(key, known)
  return known
}

function compiled({ source: word, plainSource, meant, mayBeIn }: Vocabulary): Reader {
  const number = (name: string) => `${START}${COUNT.replace('(', `(?<${name}>`)}`
  const bare = (name: string) => COUNT.replace('(', `(?<${name}>`)
  const named = (name: string) => `(?<${name}>${word})`
  const fraction = `${START}(?<count>\\d{1,6})${OF}${bare('all')}`
  const compile = (source: string) => new RegExp(source, 'dgu')
  const pairs = [
    String.raw`${named('one')}\s*[/:|+·,]\s*${named('other')}\s*[:=]?\s*[(（]?(?<first>\d{1,6})\s*[/:|+·]\s*${bare('second')}`,
  ].map(compile)
  const listed = compile(
    String.raw`(?<!\d\s*)${word}\s*[:=]?\s*\d{1,6}(?:${JOIN}${word}\s*[:=]?\s*${COUNT})+`,
  )
  const inList = compile(String.raw`${named('word')}\s*[:=]?\s*${bare('count')}`)
  const single: { pattern: RegExp; sure: 'always' | 'exact' }[] = [
    [`${fraction}${BESIDE}${NOUNS}\\s*[:：,，(（]?\\s*${named('word')}`, 'always'],
    [String.raw`${number('count')}\s*${named('word')}${OF}${bare('all')}`, 'always'],
    [
      String.raw`${named('word')}(?:[^\d\n.;\0]{0,24}[:=]|\s+(?:rate|count|total))?\s*[(（]?\s*(?<count>\d{1,6})${OF}${bare('all')}`,
      'always',
    ],
    [`${number('count')}${BESIDE}${NOUNS}\\s*\\(?${named('word')}`, 'exact'],
    [String.raw`${named('word')}[^\d:=.;,\n\0]{0,24}[:=]\s*${bare('count')}${UNIT}`, 'always'],
    [String.raw`${PERCENT}(?:\s+of(?:\s+(?:the|all))?)?${NOUNS}\s*${named('word')}`, 'always'],
    [
      String.raw`${named('word')}(?:[\s-]*(?:rate|ratio|share))?\s*(?:is|are|of|at|[:=(（])?\s*${PERCENT}`,
      'always',
    ],
  ].map(([source = '', sure]) => ({ pattern: compile(source), sure: sure as 'always' | 'exact' }))
  const near = new RegExp(
    String.raw`(?:(?<![\p{L}\p{N}_.-])\d+(?![\p{L}\p{N}_]|[.-]\d)|\b(?:none|one|two|three|four|five|six|seven|eight|nine|ten|half|all|both)\b)[^.,;=!?\0\d]{0,30}?${plainSource}|${plainSource}[^\p{L}\p{N}\0.;!?]{0,4}\d+(?![\d.])${UNIT}`,
    'u',
  )

  return (written, start, alone) => {
    // Small letters are far quicker to match than either.
    const text = plainOf(written).replaceAll(/\p{Lu}/gu, small)
    const found: Found[] = []
    let rest = text
    const take = (match: RegExpExecArray, parts: Part[], sure: boolean) => {
      const [from, to] = [match.index, match.index + match[0].length]
      for (const part of parts) found.push({ ...part, from, to, sure })
      rest = rest.slice(0, from) + '\0'.repeat(to - from) + rest.slice(to)
    }
    const partOf = (match: RegExpExecArray, from = start): Part => {
      const figure = (name: string) => figureOf(match, name, from)
      const [count, all] = [figure('count'), figure('all')]
      const said = match.groups?.word
      return {
        word: said === undefined ? null : meant(said).word,
        count,
        all,
        share: figure('share'),
      }
    }
    const speaks = mayBeIn(written)
    if (/\d/.test(text)) {
      for (const pattern of speaks ? pairs : []) {
        for (const match of rest.matchAll(pattern)) {
          const [one, other] = [match.groups?.one ?? '', match.groups?.other ?? '']
          const count = (name: string) => figureOf(match, name, start)
          const none = { all: null, share: null }
          take(
            match,
            [
              { word: meant(one).word, count: count('first'), ...none },
              { word: meant(other).word, count: count('second'), ...none },
            ],
            true,
          )
        }
      }
      for (const match of speaks ? rest.matchAll(listed) : []) {
        const inner = [...match[0].matchAll(inList)].map((one) => partOf(one, start + match.index))
        take(match, inner, true)
      }
      for (const { pattern, sure } of speaks ? single : []) {
        for (const match of rest.matchAll(pattern)) {
          const part = partOf(match)
          // More than all of them is no part of them.
          if (part.count && part.all && part.count.value > part.all.value) continue
          const { exact } = meant(match.groups?.word ?? '')
          const behind = text.slice(match.index + match[0].length)
          const article = /\b(?:an?|per|each|every|-)\s*$/i.test(text.slice(0, match.index))
          const whole = !/[\p{L}\p{N}\0]/u.test(`${text.slice(0, match.index)}${behind}`)
          const clear = whole || (exact && !THING.test(behind) && !article)
          if (sure === 'exact' && !exact && !whole && !part.share) continue
          take(match, [part], sure === 'always' || clear)
        }
      }
      for (const pattern of alonePatterns(alone)) {
        if (found.length > 0) break
        for (const match of rest.matchAll(pattern)) {
          const implied = alone?.kind === 'word' ? alone.word : null
          take(match, [{ ...partOf(match), word: implied }], true)
        }
      }
      completeShares(found, rest, start)
    }
    return {
      statements: merged(found, text, written),
      left: !speaks
        ? null
        : (near.exec(rest)?.[0].replaceAll('\0', ' ').trim().slice(0, 60) ?? null),
    }
  }
}

const FRACTION = String.raw`(?<count>\d{1,6})${OF}${COUNT.replace('(', '(?<all>')}`
const ALONE = [
  String.raw`^[^\p{L}\p{N}]*${FRACTION}${BESIDE}[^\p{L}\p{N}]*$`,
  String.raw`^[^\p{L}\p{N}]*${FRACTION}\s+(?:\p{L}+\s*){1,2}[^\p{L}\p{N}]*$`,
  String.raw`^[^\p{L}\p{N}]*${PERCENT}[^\p{L}\p{N}]*$`,
  String.raw`^[^\p{L}\p{N}]*${COUNT.replace('(', '(?<count>')}${BESIDE}[^\p{L}\p{N}]*$`,
].map((source) => new RegExp(source, 'dgu'))
const HEADING = new RegExp(
  String.raw`(?:[(\[]\s*|[—–:-]\s+)${FRACTION}${BESIDE}(?=\s*(?:[)\]]|$|[,;·|(—–]))`,
  'dgu',
)
const SUM = SUM_NAME.source.replace(/^\^\[\*_\\s\]\*/, '')
const PROSE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${SUM}|${PROGRESS}|score)\s*[:=(（–—-]?\s*(?:${FRACTION}${BESIDE}|${PERCENT})(?=\s*(?:[)\].,;·|]|$))`,
  'dgiu',
)

function alonePatterns(alone: Alone): readonly RegExp[] {
  if (alone === null) return [PROSE]
  return alone.kind === 'heading' ? [HEADING, PROSE] : ALONE
}

const AHEAD = new RegExp(String.raw`${PERCENT}[\s(（\[,=:–—|]{1,4}$`, 'du')

/** A percentage right behind or before a count: `3/5 pass (60 %)`. */
function completeShares(found: Found[], rest: string, start: number): void {
  for (const part of found) {
    if (part.share !== null) continue
    const after = new RegExp(String.raw`^[\s(（\[,=:–—*|]{1,4}${PERCENT}`, 'du').exec(
      rest.slice(part.to),
    )
    if (after !== null) {
      part.share = figureOf(after, 'share', start + part.to)
      part.to += after[0].length
      continue
    }
    const ahead = AHEAD.exec(rest.slice(0, part.from))
    if (ahead === null) continue
    part.share = figureOf(ahead, 'share', start)
    part.from = ahead.index
  }
}

/** Counts that stand side by side are one statement, as long as none counts the same word again. */
function merged(found: readonly Found[], text: string, written: string): Statement[] {
  const groups: Found[][] = []
  for (const part of found.toSorted((one, other) => one.from - other.from)) {
    const last = groups.at(-1)
    const end = last?.at(-1)?.to ?? 0
    const joined =
      last !== undefined &&
      (part.from < end || GAP.test(text.slice(end, part.from).replace(/^\s*[)）\]]/, ''))) &&
      last.every(({ word }) => word !== part.word)
    if (joined) last.push(part)
    else groups.push([part])
  }
  let before = 0
  return groups.map((parts) => {
    const from = parts[0]?.from ?? 0
    const to = parts.at(-1)?.to ?? 0
    const label = written.slice(before, from)
    before = to
    return {
      parts: parts.map(({ word, count, all, share }) => ({ word, count, all, share })),
      from,
      to,
      text: written
        .slice(from, to)
        .replaceAll(/\]\([^)]*\)|[*`[\]]/g, '')
        .trim(),
      label,
      sure: parts.length > 1 || parts.some(({ sure }) => sure),
    }
  })
}

function small(letter: string): string {
  const lower = letter.toLowerCase()
  return lower.length === letter.length ? lower : letter
}

/** The text with its marks blanked out, each character where it was. */
function plainOf(text: string): string {
  const blank = (part: string) => ' '.repeat(part.length)
  return text
    .replaceAll(/\]\([^()\s]*(?:\s+"[^"]*")?\)|https?:[^\s)]*|<[^<>]*>/g, (part) =>
      '\0'.repeat(part.length),
    )
    .replaceAll(/[*`~[\]]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, blank)
}
