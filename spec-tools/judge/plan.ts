/**
 * The falsifiable next step, as data: repair what could not be judged next to the bracket; place
 * captures that split the bracket; replay the first divergent stage on captured inputs; and require
 * that capturing does not change the output.
 */
import { leastOf, mostOf } from '../many.ts'
import { branch, branchTo, listed } from './branch.ts'
import { Brackets, matchAll } from './bracket.ts'
import type { OpenHypothesis } from './hypotheses.ts'
import { passedGate } from './named.ts'
import { repairSteps } from './repair-steps.ts'
import type { PlacedRow, DivergenceRow, FirstDivergence, NextStep, SideName } from './types.ts'
import { isUnjudged } from './verdicts.ts'

export interface PlanOptions {
  sides: Readonly<Record<SideName, string>>
  /** Captures that one step may ask for. */
  captures: number
  /** Declared hypotheses that nothing has decided yet. */
  open?: readonly OpenHypothesis[]
}

export function nextSteps(
  placed: readonly PlacedRow[],
  first: FirstDivergence,
  options: PlanOptions,
): NextStep[] {
  const brackets = new Brackets(placed)
  const repairs = repairSteps(nearBracket(placed, first), brackets, options.sides)
  if (first.unordered) return [orderStep(first.stages)]
  const apart = first.stages.at(-1)
  const steps =
    apart === undefined
      ? repairs
      : [
          ...repairs,
          ...bisectSteps(first.stages, brackets, options),
          ...(first.status === 'one' && first.replays.length < 2
            ? [replayStep(apart, parentsOf(placed, apart), options)]
            : []),
          controlStep(apart, first.stages, options),
        ]
  return steps.map((one) => deciding(one, placed, options.open ?? [])).filter(isFalsifiable)
}

/**
 * The step with the open hypotheses that it may decide: it measures every stage that they still wait
 * for. A replay is of a stage that is judged, and may give the errors that one is about; a control
 * gives no figure.
 */
function deciding(
  one: NextStep,
  placed: readonly PlacedRow[],
  open: readonly OpenHypothesis[],
): NextStep {
  if (one.kind === 'control' || open.length === 0) return one
  const measured = new Set(one.stages)
  const waiting = new Set(placed.filter(({ row }) => waits(row)).map(({ row }) => row.stage))
  const decides = open
    .filter(({ stages }) => {
      const lacking = stages.filter((stage) => waiting.has(stage))
      if (one.kind === 'replay')
        return lacking.length === 0 && stages.some((at) => measured.has(at))
      return lacking.length > 0 && lacking.every((stage) => measured.has(stage))
    })
    .map(({ id }) => id)
  return decides.length > 0 ? { ...one, decides } : one
}

/** Whether figures of a stage are still to come: a floor alone adds none to those that are there. */
function waits(row: DivergenceRow): boolean {
  return isUnjudged(row) && (!passedGate(row) || row.relativeL2 === null)
}

/**
 * Whether a step can tell live hypotheses apart. Those are `the first stage is s`, for each s of the
 * bracket (where it is empty: that a stage diverges, or that none does), which predict different cells
 * exactly where two outcomes leave different brackets; and an open hypothesis that the step decides
 * against its own refutation, which exclude each other. One outcome tells nothing apart.
 */
export function isFalsifiable({ outcomes, decides = [] }: NextStep): boolean {
  if (outcomes.length < 2) return false
  if (decides.length > 0) return true
  return new Set(outcomes.map(({ first = [] }) => JSON.stringify(first))).size > 1
}

/** All that is needed was measured; what is missing is the order in which it is computed. */
function orderStep(stages: readonly string[]): NextStep {
  return step('repair', [...stages], {
    capture: 'their order',
    selection: 'nothing new',
    predicate: 'the first of them that diverges, in the order of the computation',
    outcomes: stages.slice(0, 6).map((stage) => branchTo(`${stage} is computed first`, [stage])),
    text: `Name the stages in the order in which they are computed (\`stages\` in the investigation, or in the metadata of the files): of ${listed(stages)} the first is where the sides part.`,
  })
}

/** Rows that keep the bracket from being narrower: those in it, and those its end is computed from. */
function nearBracket(placed: readonly PlacedRow[], first: FirstDivergence): DivergenceRow[] {
  const end = first.stages.at(-1)
  const near = end === undefined ? null : new Set([...first.stages, ...parentsOf(placed, end)])
  return placed
    .map(({ row }) => row)
    .filter(isUnjudged)
    .filter(({ stage }) => near === null || near.has(stage))
}

function parentsOf(placed: readonly PlacedRow[], stage: string): readonly string[] {
  return placed.find(({ row }) => row.stage === stage)?.after ?? []
}

/** Captures that split the stages before the divergent one into parts of equal cost. */
function bisectSteps(
  bracket: readonly string[],
  brackets: Brackets,
  { captures, sides }: PlanOptions,
): NextStep[] {
  const open = bracket.slice(0, -1)
  if (open.length < 2) return []
  const stages = captures === 1 ? mostEven(open, brackets) : spread(open, captures)
  const clear = stages.length === 1 ? `${stages[0]} matches` : `${stages.join(', ')} match`
  const outcomes = [
    branchTo(clear, brackets.after(matchAll(stages))),
    ...stages.map((stage, index) => {
      const before = stages.slice(0, index)
      const earlier =
        index === 0 ? '' : `${before.join(', ')} ${index === 1 ? 'matches' : 'match'} and `
      return branchTo(`${earlier}${stage} diverges`, brackets.afterFirst(stages, index))
    }),
  ]
  return [
    step('bisect', stages, {
      capture: 'capture the stage on both sides, with n and the token selection',
      selection: 'the same on both sides',
      predicate: 'relative L2 ≤ floor',
      outcomes,
      text: `Capture ${listed(stages)} on ${sides.candidate} and ${sides.reference}: that splits the ${bracket.length} candidates.`,
    }),
  ]
}

/** Of the stages that are tried, the one whose worse outcome leaves the fewest candidates. */
function mostEven(open: readonly string[], brackets: Brackets): string[] {
  const middle = Math.floor(open.length / 2)
  const at = open.length <= tried ? [...open.keys()] : [middle, ...positions(open.length, tried)]
  const costs = at
    .toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    .flatMap((index) => {
      const stage = open[index]
      if (stage === undefined) return []
      const left = (['match', 'divergent'] as const).map(
        (outcome) => brackets.after(new Map([[stage, outcome]])).length,
      )
      return [{ stage, cost: mostOf(left) }]
    })
  const least = leastOf(costs.map(({ cost }) => cost))
  return costs
    .filter(({ cost }) => cost === least)
    .map(({ stage }) => stage)
    .slice(0, 1)
}

/** Along a chain the middle is best; where paths part, a few stages are tried. */
const tried = 16

function spread(open: readonly string[], captures: number): string[] {
  return positions(open.length, Math.min(captures, open.length)).flatMap((at) => open[at] ?? [])
}

/** Indices that part a list of the given length into `count + 1` pieces. */
function positions(length: number, count: number): number[] {
  const at = Array.from({ length: count }, (_, part) =>
    Math.floor(((part + 1) * length) / (count + 1)),
  )
  return [...new Set(at)]
}

function replayStep(stage: string, parents: readonly string[], { sides }: PlanOptions): NextStep {
  return step('replay', [stage], {
    capture:
      'capture the inputs of the stage, compute it again from them in f64, and print `injected` and `propagated`, or write the results beside it (`@f64`, `@replay`)',
    selection: 'the same on both sides',
    predicate: 'norm(f(x) - f64(x)) / norm(f64(x)) ≤ floor, on each side',
    outcomes: [
      branch('the injected error is above the floor', `${stage} itself is at fault`, [stage]),
      branch(
        'it is not',
        'the error came in with its inputs, and an earlier capture is wrong or missing',
        [...parents],
      ),
    ],
    text: `Replay ${stage} of ${sides.candidate} and of ${sides.reference} on captured inputs against f64.`,
  })
}

function controlStep(stage: string, bracket: readonly string[], { sides }: PlanOptions): NextStep {
  return step('control', [stage], {
    capture: 'hash the final output with capture on and with capture off',
    selection: 'all',
    predicate: 'sha256(output with capture) = sha256(output without)',
    outcomes: [
      branch('the hashes are equal', 'the captures may be believed', [...bracket]),
      branch('they differ', 'capturing changes the computation, and its figures are void', []),
    ],
    text: `Run ${sides.candidate} and ${sides.reference} with capture and without, and compare the hashes of the output.`,
  })
}

function step(
  kind: NextStep['kind'],
  stages: string[],
  details: Omit<NextStep, 'kind' | 'stages' | 'sides'>,
): NextStep {
  return { kind, stages, sides: ['candidate', 'reference'], ...details }
}
