/** Holds published totals against their own rows, their own percentages, and the criteria. */
import { leastOf, mostOf } from '../../many.ts'
import { percentOf } from './count.ts'
import { decimalsOf } from './figure.ts'
import type {
  Count,
  Counts,
  Drift,
  PublishedNumber,
  Standing,
  Statement,
  Statuses,
  Total,
} from './types.ts'
import { statementDrift } from './statements/drift.ts'

export function findDrift(
  counts: Counts,
  totals: Total[],
  statements: readonly Statement[],
  statuses: Statuses,
): Drift[] {
  return [
    ...totals.flatMap((total) => {
      const ofRows = sumDrift(total, totals, statuses)
      // What its rows say already is not said again of the criteria.
      const said = ({ lines: [line], counted }: Drift) =>
        ofRows.some((drift) => drift.lines[0] === line && drift.counted === counted)
      const ofCriteria = criteriaDrift(total, counts, statuses).filter((drift) => !said(drift))
      return [...ofRows, ...percentDrift(total), ...ofCriteria]
    }),
    ...statements.flatMap((statement) => statementDrift(statement, statuses)),
  ]
}

/** What the rows of a sum add up to in one column; null where a row has no number. */
export function sumOfRows(total: Total, totals: Total[], standing: Standing): number | null {
  const rows = rowsOf(total, totals)
  const numbers = rows.map((row) => row[standing]?.value)
  if (rows.length === 0 || numbers.includes(undefined)) return null
  return numbers.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

/** The count of the criteria that a total speaks of; null where the document has no such rows. */
export function countFor(total: Total, { categories, total: all }: Counts): Count | null {
  if (total.snapshot) return null
  if (!total.sum) return categories.get(total.label) ?? null
  return all.percent === null ? null : all
}

/** Whether a printed percentage is done / (done + open), rounded as it is printed. */
export function percentFollows(percent: PublishedNumber, done: number, open: number): boolean {
  const exact = percentOf(done, open)
  const decimals = decimalsOf(percent.figure)
  return exact !== null && Math.abs(percent.value - exact) <= 0.5 * 10 ** -decimals + 1e-9
}

function rowsOf(total: Total, totals: Total[]): Total[] {
  return totals.filter((other) => other.table === total.table && !other.sum)
}

function sumDrift(total: Total, totals: Total[], statuses: Statuses): Drift[] {
  if (!total.sum) return []
  return standings.flatMap((standing) => {
    const published = total[standing]
    const counted = sumOfRows(total, totals, standing)
    if (!published || counted === null || published.value === counted) return []
    const lines = rowsOf(total, totals).map(({ line }) => line)
    const what = `${total.label}, ${statuses[standing]}`
    return {
      what: `${what}, against its rows`,
      published: published.value,
      counted,
      lines: [published.line, ...lines],
      text: `${what}: published as ${published.value} (line ${published.line}), while its rows add up to ${counted} (lines ${span(lines)})`,
    }
  })
}

function percentDrift(total: Total): Drift[] {
  const { done, open, percent, label } = total
  if (!done || !open || !percent || percentFollows(percent, done.value, open.value)) return []
  const counted = percentOf(done.value, open.value)
  if (counted === null) return []
  return [
    {
      what: `${label}, per cent`,
      published: percent.value,
      counted,
      lines: [percent.line],
      text: `${label}: published as ${percent.text.replaceAll('*', '')} (line ${percent.line}), while ${done.value} of ${done.value + open.value} are ${counted.toFixed(decimalsOf(percent.figure))} %`,
    },
  ]
}

function criteriaDrift(total: Total, counts: Counts, statuses: Statuses): Drift[] {
  const count = countFor(total, counts)
  if (count === null) return []
  return standings.flatMap((standing) => {
    const published = total[standing]
    if (!published || published.value === count[standing]) return []
    const what = `${total.label}, ${statuses[standing]}`
    return {
      what: `${what}, against the criteria`,
      published: published.value,
      counted: count[standing],
      lines: [published.line],
      text: `${what}: published as ${published.value} (line ${published.line}), while the criteria rows count ${count[standing]}`,
    }
  })
}

const standings: Standing[] = ['done', 'open']

function span(lines: number[]): string {
  const first = leastOf(lines)
  const last = mostOf(lines)
  return last - first === lines.length - 1 && lines.length > 1
    ? `${first} to ${last}`
    : lines.join(', ')
}
