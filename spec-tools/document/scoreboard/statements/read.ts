/** Finds the counts that a document gives outside of its tables of totals, and what they count. */
import type { Statement, Statuses, Unread } from '../types.ts'
import { ADDRESS, readBadges, unreadBadges } from './badges.ts'
import { compileForms, readForms } from './forms.ts'
import { findPlaces } from './places.ts'
import { groupsOf, scopeOf, type Known } from './scope.ts'
import { readStatusTables } from './status-table.ts'
import { otherTime } from './time.ts'
import { wordsOf, type Words } from './words.ts'

export function readStatements(
  known: Known,
  statuses: Statuses,
): { statements: Statement[]; unread: Unread[] } {
  const { spec, criteria, totals } = known
  if (criteria.length === 0 && totals.length === 0) return { statements: [], unread: [] }
  const words = wordsOf(statuses, criteria)
  const forms = compileForms(words)
  const leftOver = leftOvers(words)
  const groups = groupsOf(known)
  const tables = readStatusTables(known, words, groups)
  const found: Statement[] = [...tables.statements]
  const unread: Unread[] = []
  for (const place of findPlaces(spec, criteria, totals)) {
    if (place.cell && tables.tables.has(place.cell.table)) continue
    // What stands in an address is read by its own rules.
    const plain = place.text.replaceAll(NO_PROSE, (url) => '\0'.repeat(url.length))
    const badges = readBadges(place.text, place.start, words)
    const { readings, rest } =
      place.kind === 'markup'
        ? { readings: [], rest: '' }
        : readForms({ ...place, text: plain }, forms)
    let last = 0
    for (const reading of [...badges, ...readings].sort((one, other) => one.from - other.from)) {
      const text = place.text.slice(reading.from, reading.to)
      const label = place.text.slice(Math.min(last, reading.from), reading.from)
      last = reading.to
      const scope = scopeOf(reading, place, label, known, groups)
      const other = badges.includes(reading) ? null : otherTime(plain, reading, spec)
      const statement = { ...reading, text, line: place.line, place, scope }
      if (other === null || scope.kind === 'unknown') found.push(statement)
      else if (reading.worded) {
        unread.push({ text, line: place.line, reason: other, past: true })
      }
    }
    const left = leftOver.exec(rest)?.[0] ?? /[█▓▰🟩]+/u.exec(rest)?.[0]
    for (const text of [...unreadBadges(place.text, words), ...(left ? [left.slice(0, 60)] : [])]) {
      const reason = 'the form of this count is not known'
      unread.push({ text, line: place.line, reason, past: false })
    }
  }
  return {
    statements: found
      .filter(({ scope }) => scope.kind !== 'unknown')
      .sort((one, other) => one.line - other.line),
    unread: [...found.flatMap(unknown), ...unread].sort((one, other) => one.line - other.line),
  }
}

/** A statement whose rows are not known; a number without a status word may be about anything. */
function unknown({ scope, worded, ordered, text, line }: Statement): Unread[] {
  return scope.kind === 'unknown' && (worded || !ordered)
    ? [{ text, line, reason: scope.reason, past: false }]
    : []
}

const NO_PROSE = new RegExp(String.raw`${ADDRESS.source}|<[^<>]*>`, 'g')

/** A number beside a status word that no form took. */
function leftOvers({ done, open }: Words): RegExp {
  const number = String.raw`(?<![\p{L}\p{N}_.-])\d+(?![\p{L}\p{N}_]|[.-]\d)`
  const word = String.raw`\b(?:none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|all)\b[^.;!?\0]{0,40}?`
  const near = String.raw`[^.;!?\0]{0,40}?`
  const beside = String.raw`[^\p{L}\p{N}\0.;!?]{0,4}`
  const status = `(?:${done}|${open})`
  return new RegExp(`(?:${number}${near}|${word})${status}|${status}${beside}${number}`, 'iu')
}
