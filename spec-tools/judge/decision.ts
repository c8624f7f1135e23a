/** Which figure decided a stage, and how much of its limit it takes. */
import { pairMetrics } from '../evidence/index.ts'
import type { Compared, DivergenceRow } from './types.ts'
import { isAlarm, isMatch, outcomeOf } from './verdicts.ts'

export interface Decision extends Compared {
  /** value / limit; null where a count is met exactly, or the limit is 0. */
  share: number | null
}

/** A match that takes more of its limit than this is one to look at. */
const near = 0.8

type Decided = Pick<DivergenceRow, 'cell' | 'floor' | 'relativeL2'>

/** The figure that takes most of its limit; null where no figure decided. */
export function decisionOf(row: Decided): Decision | null {
  const known = decided.get(row)
  if (known !== undefined) return known
  const decision = decide(row)
  decided.set(row, decision)
  return decision
}

/** Tables, headline and plots ask for it many times of each of many rows, which nobody changes. */
const decided = new WeakMap<Decided, Decision | null>()

function decide(row: Decided): Decision | null {
  // Of values that are not finite no figure says how far the sides are apart.
  if (outcomeOf(row) === 'nonfinite') return null
  const stated = row.cell.reasons.flatMap(({ compared }) => compared ?? [])
  const compared = stated.length > 0 ? stated : againstFloor(row)
  const decisions = compared.map((one): Decision => ({ ...one, share: shareOf(one) }))
  return decisions.toSorted((a, b) => weightOf(b) - weightOf(a))[0] ?? null
}

/** Whether a stage matches by little. */
export function isNear(row: DivergenceRow): boolean {
  return isMatch(row) && (decisionOf(row)?.share ?? 0) > near
}

/** What diverges, what is near its limit, what is not judged, what matches: each the worst first. */
export function byTelling<Row extends DivergenceRow>(rows: readonly Row[]): Row[] {
  const ranked = rows.map((row, index) => ({ row, index, rank: rankOf(row), share: ofLimit(row) }))
  // What diverges stays in the order of the computation: the first is what is looked for.
  const inOrder = ranked.toSorted(
    (a, b) => a.rank - b.rank || (a.rank === 0 ? 0 : b.share - a.share) || a.index - b.index,
  )
  return inOrder.map(({ row }) => row)
}

function rankOf(row: DivergenceRow): number {
  if (isAlarm(row)) return 0
  if (isNear(row)) return 1
  return isMatch(row) ? 3 : 2
}

function ofLimit(row: DivergenceRow): number {
  return decisionOf(row)?.share ?? 0
}

function againstFloor({ cell, floor, relativeL2 }: Decided): Compared[] {
  const judged = isMatch({ cell }) || isAlarm({ cell })
  if (!judged || !floor || !relativeL2 || !Number.isFinite(relativeL2.value)) return []
  const { title: name } = pairMetrics.relativeL2
  const { value, from } = relativeL2
  return [{ name, value, limit: floor.relativeL2, bound: 'exactly', from }]
}

function shareOf({ value, limit, name }: Compared): number | null {
  if (!(limit > 0) || !Number.isFinite(value)) return null
  return value === limit && isCount(limit, name) ? null : value / limit
}

/** `hashes ≤ 1` is met by the only value that is right, not by a hair. */
function isCount(limit: number, name: string): boolean {
  return limit === 1 && !/error|share|ratio|over|relative|diff|sigma/i.test(name)
}

/** What exceeds a limit of 0 weighs most; a count that is met exactly least. */
function weightOf({ share, value, limit }: Decision): number {
  return share ?? (value > limit ? Infinity : -1)
}
