/**
 * The falsifiable next step, as data: repair what could not be judged next to the bracket; place
 * captures that split the bracket; replay the first divergent stage on captured inputs; and require
 * that capturing does not change the output.
 */
import { type Branch, branch, listed, repairOf, spelledOut } from './repair.ts'
import type { PlacedRow } from './table.ts'
import type { DivergenceRow, FirstDivergence, NextStep, SideName } from './types.ts'

export interface PlanOptions {
  sides: Readonly<Record<SideName, string>>
  /** Captures that one step may ask for. */
  captures: number
}

export function nextSteps(
  placed: readonly PlacedRow[],
  first: FirstDivergence,
  options: PlanOptions,
): NextStep[] {
  const repairs = repairSteps(nearBracket(placed, first), first, options)
  const apart = first.stages.at(-1)
  if (apart === undefined) return repairs
  return [
    ...repairs,
    ...bisectSteps(first, options),
    ...(first.status === 'one' && first.replays.length < 2 ? [replayStep(apart, options)] : []),
    controlStep(apart, options),
  ]
}

/** Rows that keep the bracket from being narrower: those in it, and those its end is computed from. */
function nearBracket(placed: readonly PlacedRow[], first: FirstDivergence): DivergenceRow[] {
  const end = first.stages.at(-1)
  const parents = placed.find(({ row }) => row.stage === end)?.after ?? []
  return placed
    .map(({ row }) => row)
    .filter(({ cell: { verdict } }) => !['MATCH', 'DIVERGENT', 'NONFINITE'].includes(verdict))
    .filter(
      ({ stage }) => end === undefined || first.stages.includes(stage) || parents.includes(stage),
    )
}

/** One step for all stages that lack the same. */
function repairSteps(
  rows: readonly DivergenceRow[],
  first: FirstDivergence,
  { sides: names }: PlanOptions,
): NextStep[] {
  const repairs = rows.map((row) => {
    const on = {
      candidate: row.candidate?.name ?? names.candidate,
      reference: row.reference?.name ?? names.reference,
    }
    return { stage: row.stage, on, repair: repairOf(row, on) }
  })
  const groups = Map.groupBy(repairs, ({ on, repair }) => JSON.stringify([on, repair]))
  return [...groups.values()].flatMap((group) => {
    const [one] = group
    if (!one) return []
    const { repair } = one
    const stages = group.map(({ stage }) => stage)
    const left = first.stages.filter((stage) => !stages.includes(stage))
    const on = repair.sides.map((side) => one.on[side]).join(' and ')
    const bracket = left.length > 0 ? ` Where it matches, first ∈ {${left.join(', ')}}.` : ''
    const text = `${listed(stages)}, on ${on}: ${repair.capture}. ${spelledOut(repair.outcomes)}${bracket}`
    return [{ kind: 'repair' as const, stages, ...repair, text }]
  })
}

/** Captures that split the stages before the divergent one into parts of equal cost. */
function bisectSteps(first: FirstDivergence, { captures, sides }: PlanOptions): NextStep[] {
  const open = first.stages.slice(0, -1)
  if (open.length < 2) return []
  const parts = Math.min(captures, open.length) + 1
  const at = Array.from({ length: parts - 1 }, (_, part) =>
    Math.floor(((part + 1) * open.length) / parts),
  )
  const stages = [...new Set(at)].flatMap((index) => open[index] ?? [])
  const outcomes = stages.flatMap((stage) => {
    const end = first.stages.indexOf(stage) + 1
    return [
      branch(`${stage} matches`, `first ∈ {${first.stages.slice(end).join(', ')}}`),
      branch(`${stage} diverges`, `first ∈ {${first.stages.slice(0, end).join(', ')}}`),
    ]
  })
  return [
    step('bisect', stages, {
      capture: 'capture the stage on both sides, with n and the token selection',
      selection: 'the same on both sides',
      predicate: 'relative L2 ≤ floor',
      outcomes,
      text: `Of ${first.stages.length} candidates capture ${listed(stages)} on ${sides.candidate} and ${sides.reference}.`,
    }),
  ]
}

function replayStep(stage: string, { sides }: PlanOptions): NextStep {
  return step('replay', [stage], {
    capture:
      'capture the inputs of the stage, compute it again from them in f64, and print `injected` and `propagated`',
    selection: 'the same on both sides',
    predicate: 'norm(f(x) - f64(x)) / norm(f64(x)) ≤ floor, on each side',
    outcomes: [
      branch('the injected error is above the floor', `${stage} itself is at fault`),
      branch(
        'it is not',
        'the error came in with its inputs, and an earlier capture is wrong or missing',
      ),
    ],
    text: `Replay ${stage} of ${sides.candidate} and of ${sides.reference} on captured inputs against f64.`,
  })
}

function controlStep(stage: string, { sides }: PlanOptions): NextStep {
  return step('control', [stage], {
    capture: 'hash the final output with capture on and with capture off',
    selection: 'all',
    predicate: 'sha256(output with capture) = sha256(output without)',
    outcomes: [
      branch('the hashes are equal', 'the captures may be believed'),
      branch('they differ', 'capturing changes the computation, and its figures are void'),
    ],
    text: `Run ${sides.candidate} and ${sides.reference} with capture and without.`,
  })
}

function step(
  kind: NextStep['kind'],
  stages: string[],
  details: Omit<NextStep, 'kind' | 'stages' | 'sides'> & { outcomes: Branch[] },
): NextStep {
  const text = `${details.text} ${spelledOut(details.outcomes)}`
  return { kind, stages, sides: ['candidate', 'reference'], ...details, text }
}
