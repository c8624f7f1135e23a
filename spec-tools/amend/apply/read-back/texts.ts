import { readSpec } from '../../../document/index.ts'
import { placesOf } from '../texts.ts'
import { lineOf, type Misread, type Read } from './types.ts'

/** Texts and rows that were to be written stand there as what they were meant to be. */
export function texts({ spec, after, intent, edits, shift }: Read): Misread[] {
  const written = new Set(
    placesOf(after, null).map(({ start, end }) => after.text.slice(start, end)),
  )
  const rows = new Set(
    after.tables.flatMap((table) =>
      table.rows.map(({ cells }) => key(cells.map(({ text }) => text))),
    ),
  )
  const lost = intent.texts.filter(
    (one) => !written.has(one.new) && !standsBelowQuote(one, written),
  )
  const lostRows = intent.row_texts.filter((one) => !rows.has(key(one.new)))
  const line = lineOf(after, shift(edits[0]?.start ?? 0))
  const lineOfRow = (old: readonly string[]) => {
    const row = spec.tables
      .flatMap((table) => table.rows)
      .find(({ cells }) => key(cells.map(({ text }) => text)) === key(old))
    return row === undefined ? line : lineOf(after, shift(row.start))
  }
  return [
    ...lost.map((one) => ({ what: `The text "${one.new}" is read as something else`, line })),
    ...lostRows.map((one) => ({
      what: `The row "${one.new.join(' | ')}" is read as another`,
      line: lineOfRow(one.old),
    })),
  ]
}

/** A banner and below it the text as it was. */
function standsBelowQuote(
  { old, new: text }: { old: string; new: string },
  written: ReadonlySet<string>,
): boolean {
  const kinds = readSpec(text).blocks.map(({ kind }) => kind)
  return written.has(old) && text.endsWith(old) && kinds.join() === 'quote,paragraph'
}

function key(cells: readonly string[]): string {
  const last = cells.findLastIndex((cell) => cell !== '')
  return cells.slice(0, last + 1).join('\u0000')
}
