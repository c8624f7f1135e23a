/**
 * What changes in the document when verdicts flip criteria: the rows themselves, and every total
 * that counts them. A flip takes one from the one status and gives one to the other; a total that
 * did not agree with its rows before keeps its difference.
 */
import { asMarkdown, type Markdown } from '../../markdown.ts'
import type { Spec, Table } from '../types.ts'
import { countCriteria, percentOf } from './count.ts'
import { countFor, decimalsOf, findDrift, percentFollows, sumOfRows } from './drift.ts'
import { findStatuses, statusWords, withStatus } from './status.ts'
import type { Criterion, PublishedNumber, Scoreboard, Standing, Statuses, Total } from './types.ts'

/** A criterion, by any of its ids, and the status that a verdict gives it. */
export interface Flip {
  row: string
  to: string
}

/** A cell to be written, in the terms of an intent. */
export interface CellChange {
  row: string
  under: string
  column: number
  columns: string[]
  value: Markdown
}

export interface Flipped {
  cells: CellChange[]
  /** The scoreboard as it will stand. */
  after: Scoreboard
  /** Criteria whose standing changes, with the status they had. */
  flipped: { id: string; names: string[]; from: string; to: string; line: number }[]
  /** Flips that name no row, more than one, or a status that the document does not have. */
  unresolved: { row: string; reason: string }[]
}

/** Plans the flips; `version` is written beside a status that carries one. */
export function flipCriteria(
  spec: Spec,
  scoreboard: Scoreboard,
  flips: Flip[],
  version: string | null,
): Flipped {
  const { statuses } = scoreboard
  const unresolved: Flipped['unresolved'] = []
  const words = statusWords(statuses, scoreboard.criteria)
  const changes = new Map<Criterion, Markdown>()
  for (const { row, to } of flips) {
    const found = scoreboard.criteria.filter(({ ids }) => ids.includes(row))
    const [criterion] = found
    const status = words.get(to)
    if (status === undefined) {
      unresolved.push({ row, reason: `${excerpt(to)} is no status of this document` })
    } else if (criterion === undefined || found.length > 1) {
      unresolved.push({
        row,
        reason: criterion ? `${found.length} rows have this id` : 'no row has this id',
      })
    } else if (criterion.status !== to) {
      changes.set(criterion, status)
    }
  }
  const criteria = scoreboard.criteria.map((one) => flipOne(one, changes.get(one), statuses))
  const counts = countCriteria(criteria, scoreboard.totals)
  const totals = followTotals(scoreboard, { ...scoreboard, ...counts, criteria })
  return {
    cells: [
      ...[...changes].map(([criterion, to]) => statusCell(spec, criterion, to, statuses, version)),
      ...totals.cells.map((change) => place(spec, change)),
    ],
    after: {
      ...scoreboard,
      ...counts,
      criteria,
      totals: totals.after,
      drift: findDrift(counts, totals.after, statuses),
    },
    flipped: [...changes].map(([{ id, ids, status, line }, to]) => ({
      id,
      names: ids,
      from: status,
      to,
      line,
    })),
    unresolved,
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
}

function flipOne(criterion: Criterion, to: string | undefined, statuses: Statuses): Criterion {
  if (to === undefined) return criterion
  const [status] = findStatuses(to, statuses)
  return { ...criterion, status: to, standing: status?.standing ?? 'open' }
}

function statusCell(
  spec: Spec,
  criterion: Criterion,
  to: Markdown,
  statuses: Statuses,
  version: string | null,
): CellChange {
  const [status] = findStatuses(criterion.cell.text, statuses)
  if (status === undefined) throw new Error(`The status of ${criterion.id} is gone.`)
  const value = withStatus(criterion.cell.text, status, to, version)
  return place(spec, {
    table: criterion.table,
    first: criterion.row.cells[0]?.text ?? '',
    column: criterion.column,
    value,
  })
}

interface TableChange {
  table: Table
  first: string
  column: number
  value: Markdown
}

/** Category rows first, since sums and percentages follow from what the rows will say. */
function followTotals(
  before: Scoreboard,
  after: Scoreboard,
): { cells: TableChange[]; after: Total[] } {
  const renewed = new Map<Total, Total>()
  for (const sum of [false, true]) {
    for (const total of before.totals) {
      if (total.sum === sum && total.form === 'table' && !total.snapshot) {
        const rows = before.totals.map((one) => renewed.get(one) ?? one)
        renewed.set(total, followTotal(total, before, after, rows))
      }
    }
  }
  const cells = [...renewed].flatMap(([old, now]) =>
    (['done', 'open', 'percent'] as const).flatMap((part) => cellOf(old, old[part], now[part])),
  )
  return { cells, after: before.totals.map((one) => renewed.get(one) ?? one) }
}

function followTotal(total: Total, before: Scoreboard, after: Scoreboard, rows: Total[]): Total {
  const count = countFor(total, before)
  const next = countFor(total, after)
  const follow = (standing: Standing): PublishedNumber | null => {
    const published = total[standing]
    if (published === null) return null
    const was = total.sum ? sumOfRows(total, before.totals, standing) : null
    const is = total.sum ? sumOfRows(total, rows, standing) : null
    const byRows = was === null || is === null ? 0 : is - was
    const byCriteria = count === null || next === null ? 0 : next[standing] - count[standing]
    // A sum that agrees with its rows follows them, whatever criteria stand outside of them.
    const moved = published.value === was ? byRows : byCriteria || byRows
    return withNumber(published, Math.max(0, published.value + moved))
  }
  const done = follow('done')
  const open = follow('open')
  return { ...total, done, open, percent: followPercent(total, done, open) }
}

function followPercent(
  { percent, done: oldDone, open: oldOpen }: Total,
  done: PublishedNumber | null,
  open: PublishedNumber | null,
): PublishedNumber | null {
  if (!percent || !oldDone || !oldOpen || !done || !open) return percent
  if (!percentFollows(percent, oldDone.value, oldOpen.value)) return percent
  const exact = percentOf(done.value, open.value)
  return exact === null ? percent : withNumber(percent, Number(exact.toFixed(decimalsOf(percent))))
}

/** The same text with another number: bold and `%` stay. */
function withNumber(published: PublishedNumber, value: number): PublishedNumber {
  if (value === published.value) return published
  const digits = value.toFixed(decimalsOf(published))
  return { ...published, value, text: published.text.replace(/\d+(?:\.\d+)?/, digits) }
}

function cellOf(
  total: Total,
  old: PublishedNumber | null,
  now: PublishedNumber | null,
): TableChange[] {
  if (!total.table || !total.row || !old || !now || old.text === now.text || old.column === null)
    return []
  return [
    {
      table: total.table,
      first: total.row.cells[0]?.text ?? '',
      column: old.column,
      value: asMarkdown(now.text),
    },
  ]
}

function place(spec: Spec, { table, first, column, value }: TableChange): CellChange {
  const under = table.section?.heading ?? table.caption ?? spec.title?.heading ?? ''
  return { row: first, under, column, columns: table.header.map(({ text }) => text), value }
}
