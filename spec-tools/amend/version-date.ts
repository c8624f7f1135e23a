/** The date that stands beside the version of a header: `Version 2.7.1 (2026-04-30)`. */
import type { Spec } from '../document/index.ts'
import { asMarkdown } from '../markdown.ts'
import { dateLike } from './date-like.ts'
import type { DraftedIntent } from './intent.ts'

const DATE = String.raw`\d{4}(?<sign>[-/.])\d{2}\k<sign>\d{2}|\d{2}\.\d{2}\.\d{4}|\d{4}年\d{1,2}月\d{1,2}日`
const BESIDE = new RegExp(
  String.raw`^[*_\x60]*\s*(?:[(（[]|[,;·|–—-]\s|\s(?:of|from|as of|dated|released(?: on)?|vom)\s)\s*(?:(?:released?|dated|date|updated|as of)(?:\s+on)?[:\s]\s*)?[*_\x60]*(?<date>${DATE})(?!\d)`,
  'diu',
)
const ANY = new RegExp(
  String.raw`${DATE}|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)\w* \d{4}\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:\d{1,2},\s+)?\d{4}\b`,
  'u',
)

/** What becomes of it: changed with the version, or left where nobody knows what it is the date of. */
export function versionDate(
  spec: Spec,
  date: string,
): { lines: DraftedIntent['lines']; left: { line: number; text: string } | null } {
  const { version, lines, text, tables } = spec
  const none = { lines: [], left: null }
  if (version === null || version.place === 'history' || version.place === 'badge') return none
  const { start, end } = lines.get(version.line)
  const behind = text.slice(version.range.end, end)
  const match = BESIDE.exec(behind)
  const inTable = tables.some(({ range }) => range.start <= start && end <= range.end)
  const [from] = match?.indices?.groups?.['date'] ?? []
  const old = match?.groups?.['date']
  if (from === undefined || old === undefined || inTable) {
    const other = ANY.exec(`${text.slice(start, version.range.start)}\n${behind}`)?.[0]
    return other === undefined ? none : { lines: [], left: { line: version.line, text: other } }
  }
  const now = dateLike(old, date)
  const column = version.range.end - start + from + 1
  return now === old
    ? none
    : {
        lines: [
          {
            line: version.line,
            text: text.slice(start, end),
            set: [{ column, old, new: asMarkdown(now) }],
          },
        ],
        left: null,
      }
}
