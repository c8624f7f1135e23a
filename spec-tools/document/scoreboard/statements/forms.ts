/**
 * The forms in which prose counts criteria by status: `3 of 10 verified (30 %)`, `Verified: 3/10`,
 * `1 Verified + 3 Pending`, `30 % verified`. A form that leaves open which number is which is left.
 */
import { figureOf } from '../figure.ts'
import type { Bar, Figure, Place, Reading, Share } from '../types.ts'
import { shareFollows } from './scope.ts'
import { readBars } from './bars.ts'
import { EMPHASIS, PROGRESS, type Words } from './words.ts'

/** What was read of a text, and the text with all of it blanked out. */
export interface Read {
  readings: Reading[]
  rest: string
}

/** The forms with the words of a document, compiled once. */
export interface Forms {
  forms: Form[]
  /** Whether a text speaks of statuses, or of progress, at all. */
  topic: RegExp
}

export function compileForms(words: Words): Forms {
  return {
    forms: formsOf(words),
    topic: new RegExp(`${words.done}|${words.open}|${PROGRESS}|scoreboard`, 'iu'),
  }
}

/** Reads every statement of a text, in its order. */
export function readForms({ text, start, kind, bare }: Place, { forms, topic }: Forms): Read {
  const bars = readBars(text, start)
  const speaks = topic.test(text)
  const possible =
    bars.length > 0 ||
    (/\d/.test(text) && (speaks || bare || kind === 'heading' || COUNTING.test(text)))
  if (!possible) return { readings: [], rest: speaks ? text : '' }
  let rest = bars.reduce((left, { start: at, end }) => blank(left, at - start, end - start), text)
  const readings: Reading[] = []
  for (const form of forms) {
    if (form.only && !form.only({ kind, bare, speaks })) continue
    for (const match of rest.matchAll(form.pattern)) {
      const reading = readingOf(match, start, form)
      if (reading === null) continue
      rest = blank(rest, reading.from, reading.to, '\0')
      readings.push(reading)
    }
  }
  readings.sort((one, other) => one.from - other.from)
  const complete = readings.map((reading): Reading => {
    if (reading.percents.length > 0) return reading
    const found = percentBeside(rest, reading, start)
    if (found === null) return reading
    rest = blank(rest, found.figure.start - start, found.figure.end - start, '\0')
    return { ...reading, percents: [found] }
  })
  return { readings: withBars(complete, bars, start, text.length), rest }
}

export interface Form {
  pattern: RegExp
  worded: boolean
  ordered?: false
  of?: 'done' | 'open'
  only?: (place: { kind: Place['kind']; bare: boolean; speaks: boolean }) => boolean
}

type Source = Omit<Form, 'pattern'> & { source: string }

const START = String.raw`(?<![\p{L}\p{N}_.,/%#§+~≈-])`
const END = String.raw`(?![\p{L}\p{N}_%％/]|[.,]\d|\s?(?:%|％|per ?cent\b))`
const OF = String.raw`\s*(?:/|⁄|out of|of|von|sur|de|из|中)\s*(?:the |all )?`
const JOIN = String.raw`(?:\s*[+,;/·|&、，；•–—]\s*(?:and\s+)?|\s+(?:and|und|et|y|и|和)\s+|\s+)`
const SHARE = String.raw`(?<percent>\d{1,3}(?:[.,]\d{1,3})?)\s?(?:%|％|per ?cent\b)`
/** What may stand between a count and its percentage. */
const BESIDE = String.raw`[\s()（）\[\]–—=:：≈,，;；·|*_~\\]{0,16}`
const COUNTING = /criteria|score|acceptance|done|completed?|fertig/i
const BEHIND = new RegExp(String.raw`^${BESIDE}${SHARE}`, 'diu')
const AHEAD = new RegExp(String.raw`(?<![\d.,])${SHARE}${BESIDE}$`, 'diu')
/** What may stand before a number that is all that a cell says. */
const ALONE = String.raw`^[^\p{L}\p{N}\0]*?`
const COUNTED = String.raw`(?:\s+(?:acceptance\s+)?(?:criteria|criterion|requirements?|rows?|claims?|falsifiers?|items?|ACs?|checks?|kriterien|critères|criterios|критериев))?(?:\s+(?:are|is|have been|has been|sind|sont))?(?:\s+(?:still|now|already|currently|noch|bereits))?`

function formsOf({ done, open }: Words): Form[] {
  // Not the second number of `2 of 3`.
  const first = (name: string) =>
    `${START}(?<!\\d${EMPHASIS}${OF}${EMPHASIS})${EMPHASIS}(?<${name}>\\d{1,6})${EMPHASIS}`
  const next = (name: string) => `${EMPHASIS}(?<${name}>\\d{1,6})${EMPHASIS}${END}`
  const number = (name: string) =>
    `${EMPHASIS}(?<${name}>\\d{1,6})${EMPHASIS}(?![\\p{L}\\p{N}_%/]|[.,]\\d|\\s?%)`
  const label = (word: string) => String.raw`${word}\s*[:=：]${EMPHASIS}\s*`
  const gap = String.raw`\s*[:=：(（]?${EMPHASIS}[\s[\]|·\`]*${EMPHASIS}`.replace('\\`', '`')
  const share = (name: string) =>
    String.raw`(?:\s*[(（]?[^()（）\d\0]{0,3}(?<${name}Share>\d{1,3}(?:[.,]\d{1,3})?)\s?[%％][)）]?)?`
  const both = (source: (one: Side, other: Side) => string): Source[] => [
    { source: source(['done', done], ['open', open]), worded: true },
    { source: source(['open', open], ['done', done]), worded: true },
  ]
  const each = (source: (side: Side) => string): Source[] =>
    (
      [
        ['done', done],
        ['open', open],
      ] as const
    ).map((side) => ({ source: source(side), worded: true, of: side[0] }))
  const forms: Source[] = [
    ...both(
      ([a, A], [b, B]) =>
        String.raw`${first(a)}\s*${A}${share(a)}${JOIN}${next(b)}\s*${B}${share(b)}`,
    ),
    ...both(
      ([a, A], [b, B]) =>
        `${label(A)}${EMPHASIS}(?<${a}>\\d{1,6})${EMPHASIS}${share(a)}${JOIN}${label(B)}${number(b)}${share(b)}`,
    ),
    ...both(
      ([a, A], [b, B]) =>
        String.raw`${A}\s+${EMPHASIS}(?<${a}>\d{1,6})${EMPHASIS}\s*[,;|·/&]\s*${B}\s+${next(b)}`,
    ),
    ...both(
      ([a, A], [b, B]) =>
        String.raw`${A}\s*(?:\+|,|/|·|and)\s*${B}[^\d\n\0]{0,24}?${first(a)}\s*[+/]\s*${next(b)}`,
    ),
    ...each(([a, A]) => String.raw`${first(a)}${OF}${next('all')}${COUNTED}\s*[:：,，(（]?\s*${A}`),
    ...each(
      ([a, A]) =>
        String.raw`${A}\s*[:=：(（]?${EMPHASIS}\s*[(（]?${EMPHASIS}(?<${a}>\d{1,6})${EMPHASIS}${OF}${next('all')}`,
    ),
    ...each(([a, A]) => String.raw`${first(a)}\s*${A}${OF}${next('all')}`),
    ...each(
      ([, A]) =>
        String.raw`${START}${EMPHASIS}${SHARE}${EMPHASIS}(?:\s+of(?:\s+(?:the|all))?)?${COUNTED}\s*${A}`,
    ),
    ...each(([, A]) => String.raw`${A}\s*[:=：(（]${EMPHASIS}\s*${EMPHASIS}${SHARE}`),
    ...each(
      ([a, A]) => String.raw`^[^\p{L}\p{N}\0]*${label(A)}${next(a)}(?=\s*(?:$|[|·,，;；(（—–]))`,
    ),
    ...each(
      ([a, A]) => String.raw`${first(a)}${COUNTED}\s*${A}(?=\s*(?:$|[.。,，;；:：)）|·(（—–]))`,
    ),
    {
      source: `${PROGRESS}${gap}${SHARE}`,
      worded: false,
      of: 'done',
    },
    {
      source: String.raw`${START}${EMPHASIS}${SHARE}${EMPHASIS}\s*(?:complete|done)\b`,
      worded: false,
      of: 'done',
    },
    {
      source: `(?:${PROGRESS}|(?:acceptance )?criteria|score|acceptance)${gap}${first('done')}${OF}${next('all')}`,
      worded: false,
    },
    {
      source: String.raw`${first('done')}${OF}${next('all')}${COUNTED}\s*(?:completed?|done|fertig)\b`,
      worded: false,
    },
    {
      source: String.raw`(?:[(\[]\s*|[—–:]\s+)${EMPHASIS}(?<done>\d{1,6})${EMPHASIS}${OF}${next('all')}(?=\s*(?:[)\]]|$|[,;·|(—–]))`,
      worded: false,
      only: ({ kind }) => kind === 'heading',
    },
    {
      source: String.raw`${ALONE}${first('done')}${OF}${next('all')}(?=[^\p{L}]*$)`,
      worded: false,
      only: ({ bare }) => bare,
    },
    {
      source: String.raw`${ALONE}${EMPHASIS}${SHARE}[^\p{L}\p{N}\0]*$`,
      worded: false,
      of: 'done',
      only: ({ bare }) => bare,
    },
    {
      source: String.raw`${START}${EMPHASIS}(?<done>\d{1,6})\s?\+\s?(?<open>\d{1,6})${EMPHASIS}(?![\d+]|\.\d)`,
      worded: false,
      ordered: false,
      only: ({ speaks }) => speaks,
    },
  ]
  return forms.map(({ source, ...form }) => ({ ...form, pattern: new RegExp(source, 'dgiu') }))
}

type Side = readonly [name: 'done' | 'open', word: string]

function readingOf(match: RegExpExecArray, from: number, form: Form): Reading | null {
  const number = (group: string) => figureOf(match, group, from)
  const percent = number('percent')
  const reading = {
    from: match.index,
    to: match.index + match[0].length,
    done: number('done'),
    open: number('open'),
    all: number('all'),
    percents: percent ? [{ of: form.of ?? 'done', figure: percent }] : sharesOf(number),
    bars: [],
    ordered: form.ordered ?? true,
    worded: form.worded,
  }
  const part = reading.done ?? reading.open
  // More than all of them is no part of them.
  return part && reading.all && part.value > reading.all.value ? null : reading
}

/** Percentages of a pair; a single one behind both is that of the done ones where it may be. */
function sharesOf(number: (group: string) => Figure | null): Share[] {
  const [done, open] = [number('done'), number('open')]
  const [first, second] = [number('doneShare'), number('openShare')]
  const shares = [
    ...(first ? [{ of: 'done', figure: first } as const] : []),
    ...(second ? [{ of: 'open', figure: second } as const] : []),
  ]
  const [only, ...others] = shares
  if (!only || others.length > 0 || !done || !open) return shares
  const isDone = shareFollows(only.figure, done.value, done.value + open.value)
  return [{ of: isDone ? 'done' : only.of, figure: only.figure }]
}

/** A percentage right behind or right before a statement: `3 of 10 verified (30 %)`. */
function percentBeside(
  rest: string,
  { from, to, open, done }: Reading,
  start: number,
): Share | null {
  const of = done === null && open !== null ? 'open' : 'done'
  const after = BEHIND.exec(rest.slice(to))
  if (after) {
    const figure = figureOf(after, 'percent', start + to)
    return figure && { of, figure }
  }
  const ahead = AHEAD.exec(rest.slice(0, from))
  const figure = ahead && figureOf(ahead, 'percent', start)
  return figure && { of, figure }
}

/** Each bar goes to the statement that stands nearest; one without any stands for itself. */
function withBars(
  readings: readonly Reading[],
  bars: readonly Bar[],
  start: number,
  length: number,
): Reading[] {
  if (bars.length === 0) return [...readings]
  if (readings.length === 0) {
    const none = {
      done: null,
      open: null,
      all: null,
      percents: [],
      ordered: true,
      worded: false,
    }
    return bars.map((bar) => ({
      ...none,
      from: bar.start - start,
      to: bar.end - start,
      bars: [bar],
    }))
  }
  const distance = ({ from, to }: Reading, { start: at, end }: Bar) =>
    Math.min(Math.abs(from - (end - start)), Math.abs(at - start - to), length)
  const owner = bars.map((bar) =>
    readings.reduce((best, one) => (distance(one, bar) < distance(best, bar) ? one : best)),
  )
  return readings.map((reading) => ({
    ...reading,
    bars: bars.filter((_, at) => owner[at] === reading),
  }))
}

function blank(text: string, from: number, to: number, filling = ' '): string {
  return text.slice(0, from) + filling.repeat(to - from) + text.slice(to)
}
