/**
 * A status as the document writes it: `⏳ Pending` becomes `✅ Verified` where rows that are done look
 * like that, and bold among bold ones.
 */
import type { Markdown } from '../../markdown.ts'
import type { Spec } from '../types.ts'
import { findStatuses, withStatus, type FoundStatus } from './status.ts'
import { symbolsOf } from './statements/words.ts'
import type { Criterion, Statuses } from './types.ts'

/** What stands right before and right behind a status word. */
interface Dress {
  before: string
  after: string
}

const MARK = String.raw`(?:\p{Extended_Pictographic}\uFE0F?|\[[ xX]\]|[*_~\x60([])`
const BEFORE = new RegExp(`(?:${MARK}(?:${MARK}|[ \\t])*)?$`, 'u')
const AFTER = /^(?:[*_~`)\]]|[ \t]*\p{Extended_Pictographic}\uFE0F?)*/u

/** The status cell of a criterion once it has the status `to`; null where it would say two things. */
export function dressed(
  spec: Spec,
  criteria: readonly Criterion[],
  criterion: Criterion,
  to: Markdown,
  { statuses, version }: { statuses: Statuses; version: string | null },
): Markdown | null {
  const found = statusIn(criterion, statuses)
  if (found === null) return null
  const { text } = criterion.cell
  const own = dressOf(text, found)
  const model = modelOf(spec, criteria, criterion, to, statuses)
  const worn = model && isWhole(own) && isWhole(model) ? model : withMark(own, model)
  const from = found.start - own.before.length
  const end = found.start + found.text.length + own.after.length
  const plain = text.slice(0, from) + worn.before + found.text + worn.after + text.slice(end)
  const placed = { ...found, start: from + worn.before.length }
  const value = withStatus(plain, placed, to, version)
  const [now, ...others] = findStatuses(value, statuses)
  const [wanted] = findStatuses(to, statuses)
  const clear = others.every(({ standing }) => standing === now?.standing)
  return clear && now?.standing === wanted?.standing ? value : null
}

/** What is said behind a status, apart from a version: it was written for that one. */
export function remarkOf(criterion: Criterion, statuses: Statuses): string | null {
  const found = statusIn(criterion, statuses)
  const rest = found ? criterion.cell.text.slice(found.start + found.text.length) : ''
  const words = rest.replace(/v?\d+(?:\.\d+)+(?:-[a-z]+)?/, '')
  return /\p{L}{2}|\d{4}/u.test(words) ? rest.trim() : null
}

/** The status of a row's cell: one of the two, or the words of a third one. */
export function statusIn(criterion: Criterion, statuses: Statuses): FoundStatus | null {
  const { text } = criterion.cell
  const [found] = findStatuses(text, statuses)
  if (found) return found
  const at = new RegExp(RegExp.escape(criterion.status), 'u').exec(text)?.index
  return at === undefined ? null : { text: criterion.status, standing: 'open', start: at }
}

function dressOf(text: string, { start, text: word }: FoundStatus): Dress {
  return {
    before: BEFORE.exec(text.slice(0, start))?.[0] ?? '',
    after: AFTER.exec(text.slice(start + word.length))?.[0] ?? '',
  }
}

/** How most rows with that status are written: those of its own table, else all, else a legend. */
function modelOf(
  spec: Spec,
  criteria: readonly Criterion[],
  { table }: Criterion,
  to: string,
  statuses: Statuses,
): Dress | null {
  const same = criteria.filter(({ status }) => status === to)
  const own = same.filter((one) => one.table === table)
  const dresses = (own.length > 0 ? own : same).flatMap((one): Dress[] => {
    const found = statusIn(one, statuses)
    return found === null ? [] : [dressOf(one.cell.text, found)]
  })
  return mostCommon(dresses) ?? legendOf(spec, to)
}

/** The picture that stands before the word elsewhere: in a legend, in the title of a column. */
function legendOf({ text }: Spec, to: string): Dress | null {
  const pattern = String.raw`(\p{Extended_Pictographic}\uFE0F?)[ \t]?[*_~\`(]{0,3}${RegExp.escape(to)}(?![\p{L}\p{N}_])`
  const marks = new Set(
    [...text.matchAll(new RegExp(pattern.replaceAll('\\`', '`'), 'gu'))].map(([, mark]) => mark),
  )
  const [mark] = marks
  return mark === undefined || marks.size > 1 ? null : { before: `${mark} `, after: '' }
}

function mostCommon(dresses: readonly Dress[]): Dress | undefined {
  const counts = Map.groupBy(dresses, ({ before, after }) => `${before}\n${after}`)
  return [...counts.values()].toSorted((one, other) => other.length - one.length)[0]?.[0]
}

/** Whether what is opened before the word is closed right behind it. */
function isWhole({ before, after }: Dress): boolean {
  const opened = [...before.replaceAll(/\[[ xX]\]|[^*_~`([]/g, '')].toReversed().join('')
  const closed = after
    .replaceAll(/[^*_~`)\]]/g, '')
    .replaceAll(')', '(')
    .replaceAll(']', '[')
  return opened === closed
}

/** The same emphasis with the other status' picture; without one where none is known. */
function withMark(own: Dress, model: Dress | null): Dress {
  const [mark] = symbolsOf(own.before)
  const [wanted] = model ? symbolsOf(model.before) : []
  const swap = (text: string) =>
    mark === undefined
      ? text
      : text.replace(wanted ? mark : new RegExp(`${mark}[ \\t]?`, 'u'), wanted ?? '')
  return {
    before: swap(own.before),
    after: own.after.replaceAll(/[ \t]*\p{Extended_Pictographic}\uFE0F?/gu, ''),
  }
}
