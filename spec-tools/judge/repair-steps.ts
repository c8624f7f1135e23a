/** Repairs of stages next to the bracket as steps, with the bracket that each outcome leaves. */
import { branch, type Branch, listed, untold } from './branch.ts'
import { type Brackets, matchAll, spelledBracket } from './bracket.ts'
import { type Repair, type RepairOutcome, repairOf } from './repair.ts'
import type { DivergenceRow, NextStep, SideName } from './types.ts'

/** One step for all stages that lack the same. */
export function repairSteps(
  rows: readonly DivergenceRow[],
  brackets: Brackets,
  names: Readonly<Record<SideName, string>>,
): NextStep[] {
  const repairs = rows.map((row) => {
    const on = {
      candidate: row.candidate?.name ?? names.candidate,
      reference: row.reference?.name ?? names.reference,
    }
    return { stage: row.stage, on, repair: honest(repairOf(row, on), row) }
  })
  const groups = Map.groupBy(repairs, ({ on, repair }) => JSON.stringify([on, repair]))
  return [...groups.values()].flatMap((group) => {
    const [one] = group
    if (!one) return []
    const { repair } = one
    const stages = group.map(({ stage }) => stage)
    const outcomes = repair.outcomes.flatMap((outcome) => repaired(outcome, stages, brackets))
    const on = repair.sides.map((side) => one.on[side]).join(' and ')
    const { ask, ofDifference: _, ...step } = repair
    const text = ask.replace('{stages}', () => listed(stages)).replace('{sides}', () => on)
    return [{ ...step, kind: 'repair' as const, stages, outcomes, text }]
  })
}

/** An outcome that says what the cell becomes: no `judged` is left open. */
type HonestOutcome = RepairOutcome & { cell: Exclude<RepairOutcome['cell'], 'judged'> }
type HonestRepair = Omit<Repair, 'outcomes'> & { outcomes: HonestOutcome[] }

/**
 * A repair whose outcomes promise no more than the figures can hold: summaries prove a difference but
 * never agreement, so that without one the stage stays as it is; and without a floor nothing is decided
 * until there is one.
 */
function honest(
  repair: Repair,
  { cell, floor, bound, summariesOnly }: DivergenceRow,
): HonestRepair {
  const asked = new Set(cell.reasons.map(({ about }) => about))
  // What is asked for is the difference itself.
  const agreement =
    summariesOnly !== true || repair.ofDifference === true || asked.has('relative_l2')
  const by = floor || bound !== undefined || asked.has('floor') ? '' : byFloor
  return { ...repair, outcomes: repair.outcomes.flatMap((one) => limited(one, agreement, by)) }
}

const byFloor = ' under a floor that is yet to be declared'
const stays = 'the stage stays UNPROVEN: summaries can prove a difference, never agreement'

function limited(one: RepairOutcome, agreement: boolean, by: string): HonestOutcome[] {
  const { outcome, cell } = one
  // oxlint-disable-next-line unicorn/no-thenable -- data that is never awaited
  const open = (what: string) => ({ outcome: what, then: stays, cell: 'open' as const })
  if (cell === 'judged') {
    return [
      agreement
        ? { ...one, outcome: `${outcome}, and the figures match${by}`, cell: 'match' }
        : open(`${outcome}, and the figures prove no difference`),
      { ...one, outcome: `${outcome}, and the figures diverge${by}`, cell: 'divergent' },
    ]
  }
  return [
    cell === 'match' && !agreement ? open('summaries alone prove no difference') : { ...one, cell },
  ]
}

/** Of so many stages of one step it is told what each would mean. */
const told = 4

/** An outcome of a repair with the bracket that it leaves, which depends on where it is met first. */
function repaired(
  { outcome, then, cell }: HonestOutcome,
  stages: readonly string[],
  brackets: Brackets,
): Branch[] {
  const single = stages.length === 1
  const leaves = (what: string, bracket: string[]) => {
    const after = bracket.length > 0 ? `: ${spelledBracket(bracket)}` : ''
    return branch(what, `${then}${after}`, bracket)
  }
  const matching = (what: string) =>
    leaves(single ? what : `${what} at all of them`, brackets.after(matchAll(stages)))
  const diverging = (what: string) => {
    const each = stages
      .slice(0, told)
      .map((stage, index) =>
        leaves(single ? what : `${what} first at ${stage}`, brackets.afterFirst(stages, index)),
      )
    if (stages.length <= told) return each
    // What diverges already bounds the bracket; without that, the later stage itself will.
    const later = `${what} first at a later one`
    const bounded = brackets.after(matchAll(stages.slice(0, told)))
    return [...each, bounded.length > 0 ? branch(later, then, bounded) : untold(later, then)]
  }
  switch (cell) {
    case 'open':
      return [leaves(outcome, brackets.after(new Map()))]
    case 'match':
      return [matching(outcome)]
    case 'divergent':
      return diverging(outcome)
  }
}
