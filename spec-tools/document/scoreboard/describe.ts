/** Every criterion, status word and count of a document with its line, for a person and a program. */
import type { Finding } from '../types.ts'
import { countOf } from './statements/scope.ts'
import type { Criterion, Scoreboard, Statuses, Total, Unread } from './types.ts'

export interface DescribedScoreboard {
  /** The two statuses that are counted. */
  statuses: Statuses
  /** Each status word that a row has, with its number of rows and their lines. */
  words: { word: string; standing: Criterion['standing']; rows: number; lines: number[] }[]
  criteria: Pick<Criterion, 'id' | 'status' | 'standing' | 'category' | 'line'>[]
  totals: DescribedCount[]
  counts: DescribedCount[]
  /** Counts that are not understood, and rows whose status cannot be told. */
  unread: Pick<Unread, 'text' | 'line' | 'reason'>[]
  findings: Finding[]
}

interface DescribedCount {
  text: string
  line: number
  done: number | null
  open: number | null
  percent: number | null
  /** What it counts. */
  of: string
  /** What that comes to. */
  counted: { done: number; open: number } | null
}

export function describeScoreboard(board: Scoreboard): DescribedScoreboard {
  const { criteria, statuses } = board
  const words = [...Map.groupBy(criteria, ({ status }) => status)].map(([word, rows]) => ({
    word,
    standing: rows[0]?.standing ?? 'neither',
    rows: rows.length,
    lines: rows.map(({ line }) => line),
  }))
  const described = {
    statuses,
    words,
    criteria: criteria.map(({ id, status, standing, category, line }) => ({
      id,
      status,
      standing,
      category,
      line,
    })),
    totals: board.totals.map((total) => describeTotal(total, board)),
    counts: board.statements.map((statement): DescribedCount => {
      const { done, open } = countOf(statement.scope)
      return {
        text: statement.text.trim(),
        line: statement.line,
        done: statement.done?.value ?? null,
        open: statement.open?.value ?? null,
        percent: statement.percents[0]?.figure.value ?? null,
        of: statement.scope.kind === 'unknown' ? '' : statement.scope.name,
        counted: { done, open },
      }
    }),
    unread: [
      ...board.unread.map(({ text, line, reason }) => ({ text, line, reason })),
      ...board.unclear.map(({ id, line, reason }) => ({ text: id, line, reason })),
    ],
  }
  return { ...described, findings: findingsOf(described) }
}

function describeTotal(total: Total, { categories, total: all }: Scoreboard): DescribedCount {
  const { label, line, done, open, percent, sum, snapshot } = total
  const counted = sum ? all : categories.get(label)
  return {
    text: label,
    line,
    done: done?.value ?? null,
    open: open?.value ?? null,
    percent: percent?.value ?? null,
    of: snapshot ? 'the rows of an earlier amendment' : sum ? 'all rows' : `"${label}"`,
    counted: snapshot || !counted ? null : { done: counted.done, open: counted.open },
  }
}

function findingsOf({
  statuses,
  words,
  criteria,
  totals,
  counts,
  unread,
}: Omit<DescribedScoreboard, 'findings'>): Finding[] {
  const number = (of: string) => (count: DescribedCount) => {
    const rows = count.counted
      ? `; counted: ${count.counted.done} ${statuses.done}, ${count.counted.open} ${statuses.open}`
      : ''
    const said = [
      ...(count.done === null ? [] : [`${count.done} ${statuses.done}`]),
      ...(count.open === null ? [] : [`${count.open} ${statuses.open}`]),
      ...(count.percent === null ? [] : [`${count.percent} %`]),
    ].join(', ')
    const finding = `${count.text}: ${said || 'no number'} of ${count.of}${rows}`
    return { topic: of, finding, line: count.line }
  }
  return [
    ...words.map(({ word, standing, rows, lines }) => ({
      topic: 'status',
      finding: `${word}, which is ${standing}, in ${rows} ${rows === 1 ? 'row' : 'rows'}`,
      line: lines[0] ?? null,
    })),
    ...criteria.map(({ id, status, category, line }) => ({
      topic: 'criterion',
      finding: `${id}: ${status}${category === null ? '' : ` (${category})`}`,
      line,
    })),
    ...totals.map(number('total')),
    ...counts.map(number('count')),
    ...unread.map(({ text, reason, line }) => ({
      topic: 'not understood',
      finding: `${text}: ${reason}`,
      line,
    })),
  ]
}
