/**
 * What changes in the document when verdicts flip criteria: the rows themselves, and every total
 * that counts them. A flip takes one from the one status and gives one to the other; a total that
 * did not agree with its rows before keeps its difference.
 */
import type { Markdown } from '../../markdown.ts'
import type { Spec } from '../types.ts'
import { followAnchors } from './anchors.ts'
import { changesOf, type CellChange, type Edit, type LineChange } from './changes.ts'
import { countCriteria } from './count.ts'
import { findDrift } from './drift.ts'
import { followStatement } from './statements/follow.ts'
import { dressed, remarkOf } from './dress.ts'
import { mentionsLeft } from './mentions.ts'
import { findStatuses } from './status.ts'
import { statusNamed, unknownStatus } from './vocabulary.ts'
import { followTotals } from './follow-totals.ts'
import type { Criterion, Scoreboard, Statement, Statuses, Unread } from './types.ts'

/** A criterion, by any of its ids, and the status that a verdict gives it. */
export interface Flip {
  row: string
  to: string
}

export interface Flipped {
  /** Cells and lines to be written, in the terms of an intent. */
  cells: CellChange[]
  lines: LineChange[]
  /** The scoreboard as it will stand. */
  after: Scoreboard
  /** Criteria whose standing changes, with the status they had. */
  flipped: { id: string; names: string[]; from: string; to: string; line: number }[]
  /** Flips that name no row, more than one, or a status that the document does not have. */
  unresolved: { row: string; reason: string }[]
  /** Counts that may speak of the flipped rows and were left as they are. */
  left: Unread[]
}

interface Change {
  /** The status in the document's own spelling. */
  to: Markdown
  /** The status cell as it will read. */
  cell: Markdown
}

/** Plans the flips; `version` is written beside a status that carries one. */
export function flipCriteria(
  spec: Spec,
  scoreboard: Scoreboard,
  flips: Flip[],
  version: string | null,
): Flipped {
  const { statuses } = scoreboard
  const { changes, unresolved } = resolveFlips(spec, scoreboard, flips, version)
  const criteria = new Map(
    scoreboard.criteria.map((one) => [one, flipOne(one, changes.get(one)?.to, statuses)]),
  )
  const counts = countCriteria([...criteria.values()], scoreboard.totals)
  const totals = followTotals(scoreboard, { ...scoreboard, ...counts })
  const followed = scoreboard.statements.map((statement) => ({
    statement,
    ...followStatement(statement, { criteria, totals: totals.after }),
  }))
  const edits = [
    ...[...changes].map(
      ([
        {
          cell: { start, end },
        },
        { cell: text },
      ]) => ({ start, end, text }),
    ),
    ...totals.edits,
    ...followed.flatMap((one) => one.edits),
  ]
  const after = {
    totals: scoreboard.totals.map((total) => totals.after.get(total) ?? total),
    statements: followed.map((one) => one.after),
  }
  return {
    ...changesOf(spec, [...edits, ...followAnchors(spec, edits)]),
    after: {
      ...scoreboard,
      ...counts,
      ...after,
      criteria: [...criteria.values()],
      drift: findDrift(counts, after.totals, after.statements, statuses),
    },
    flipped: [...changes].map(([{ id, ids, status, line }, { to }]) => ({
      id,
      names: ids,
      from: status,
      to,
      line,
    })),
    unresolved,
    left:
      changes.size === 0
        ? []
        : [
            ...[...changes.keys()].flatMap((one) => remarkLeft(one, statuses)),
            ...followed.flatMap(leftAlone),
            ...mentionsLeft(spec, scoreboard, [...changes.keys()], linesOf(spec, edits)),
            ...scoreboard.unread.filter(({ past }) => !past),
          ],
  }
}

/** The rows that are meant, each with the cell that it gets. */
function resolveFlips(
  spec: Spec,
  { criteria, statuses }: Scoreboard,
  flips: readonly Flip[],
  version: string | null,
): { changes: Map<Criterion, Change>; unresolved: Flipped['unresolved'] } {
  const unresolved: Flipped['unresolved'] = []
  const changes = new Map<Criterion, Change>()
  for (const { row, to } of flips) {
    const found = criteria.filter(({ ids }) => ids.includes(row))
    const [criterion] = found
    const status = statusNamed(to, statuses, criteria)
    if (criterion === undefined || found.length > 1) {
      const reason = criterion ? `${found.length} rows have this id` : 'no row has this id'
      unresolved.push({ row, reason })
    } else if (status === null) {
      unresolved.push({ row, reason: unknownStatus(to, statuses, criteria) })
    } else if (criterion.status !== status) {
      const cell = dressed(spec, criteria, criterion, status, { statuses, version })
      if (cell === null)
        unresolved.push({ row, reason: 'its status cell says more than its status' })
      else changes.set(criterion, { to: status, cell })
    }
  }
  return { changes, unresolved }
}

function linesOf({ lines }: Spec, edits: readonly Edit[]): ReadonlySet<number> {
  return new Set(edits.map(({ start }) => lines.at(start)))
}

function remarkLeft(criterion: Criterion, statuses: Statuses): Unread[] {
  const text = remarkOf(criterion, statuses)
  const reason = `it was written when ${criterion.id} was ${criterion.status}`
  return text === null ? [] : [{ text, line: criterion.line, reason, past: false }]
}

function leftAlone({ statement, left }: { statement: Statement; left: string | null }): Unread[] {
  return left === null
    ? []
    : [{ text: statement.text, line: statement.line, reason: left, past: false }]
}

function flipOne(criterion: Criterion, to: string | undefined, statuses: Statuses): Criterion {
  if (to === undefined) return criterion
  const [status] = findStatuses(to, statuses)
  return { ...criterion, status: to, standing: status?.standing ?? 'neither' }
}
