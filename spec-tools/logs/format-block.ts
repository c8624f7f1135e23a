/** What the reader of a known format found -> measurements, claims and unread lines. */
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { visible } from './clean.ts'
import { figure, type Found } from './collector.ts'
import type { FormatBlock, FormatFigure } from './formats/format.ts'
import type { ReadingState } from './grammar.ts'
import { cut } from './label.ts'
import { valueOf } from './numeral.ts'
import { Kind } from './outline.ts'
import { snakeCase } from './statistics.ts'
import { wordValue } from './values.ts'

export function addBlock(block: FormatBlock, { collector, outline, tables }: ReadingState): void {
  tables.close()
  outline.enter(0, Kind.plain)
  const headings = outline.under()
  const facts = outline.facts()
  if (block.figures.length > 0) outline.use()
  for (const one of measurementsOf(block.figures)) {
    collector.add({
      ...one,
      under: [...headings, ...one.under].slice(-16),
      facts: { ...facts, ...one.facts },
    })
  }
  for (const { line, text } of block.claims) collector.claim(cut(visible(text), 1024), line)
  for (const { line, reason } of block.unread) {
    if (collector.hasNumber(line)) collector.tell(line, reason)
  }
}

/** Figures that stand in a row and speak of the same thing make one measurement. */
function measurementsOf(figures: readonly FormatFigure[]): Found[] {
  const found: Found[] = []
  let open = ''
  for (const one of figures) {
    const { line, printed, name, under, side, unit, n, labels, facts } = one
    const value = wordValue(printed) ?? valueOf(printed)
    if (Number.isNaN(value) && wordValue(printed) === undefined) continue
    const statistic = snakeCase(one.statistic)
    const key = JSON.stringify([name, under, side, unit, labels])
    const stated: Facts = { ...facts, ...(unit !== null && { unit: cut(unit, 32) }) }
    if (n !== null && Number.isSafeInteger(n) && n >= 0) stated.n = n
    const last = found.at(-1)
    const own: Record<string, Figure> = { [statistic]: figure(value, cut(printed, 64), line) }
    if (last !== undefined && key === open && !Object.hasOwn(last.figures, statistic)) {
      Object.assign(last.figures, own)
      Object.assign(last.facts, stated)
      continue
    }
    open = key
    found.push({
      line,
      side: side === null ? null : cut(visible(side)),
      against: null,
      stage: cut(visible(name)) || 'value',
      under: under.map((text) => cut(visible(text))).slice(-16),
      facts: stated,
      labels: { ...labels },
      figures: own,
    })
  }
  return found
}
