/**
 * Where two sides first part, over a DAG of stages.
 *
 * An error may rise and recover, so a stage that matches says nothing about what went before it, but
 * it clears what is computed from it alone. What may have caused a divergence is therefore the
 * divergent stage itself and every unjudged stage from which a path of unjudged stages leads to it.
 */
import type { FirstDivergence, Verdict } from './types.ts'

export type Outcome = 'match' | 'divergent' | 'nonfinite' | 'unjudged'

export interface JudgedStage {
  id: string
  /** Stages that it is computed from, listed before it. */
  after: readonly string[]
  outcome: Outcome
  /**
   * Whether the magnitudes of a divergent stage have already left those of the reference far behind,
   * so that an overflow further on is its consequence.
   */
  runaway?: boolean
}

export function outcomeOf(verdict: Verdict): Outcome {
  if (verdict === 'MATCH') return 'match'
  if (verdict === 'DIVERGENT') return 'divergent'
  return verdict === 'NONFINITE' ? 'nonfinite' : 'unjudged'
}

/** @param stages in the order of the computation; `after` names only stages before */
export function firstDivergence(stages: readonly JudgedStage[]): FirstDivergence {
  const byId = new Map(stages.map((stage) => [stage.id, stage]))
  const position = new Map(stages.map(({ id }, index) => [id, index]))
  const tainted = descendantsOf(stages, isApart)
  const recovered = stages
    .filter(({ id, outcome }) => outcome === 'match' && tainted.has(id))
    .map(({ id }) => id)
  const decisive = decisiveOutcome(stages)
  const behind = descendantsOf(stages, ({ outcome }) => decisive(outcome))
  const earliest = stages.filter(({ id, outcome }) => decisive(outcome) && !behind.has(id))
  const first = earliest[0]
  if (!first) return nothingApart(stages)
  const limit = position.get(first.id) ?? 0
  const suspects = new Set(earliest.flatMap(({ id }) => [...unclearedBefore(id, byId)]))
  const bracket = stages
    .filter(({ id }, index) => id === first.id || (index < limit && suspects.has(id)))
    .map(({ id }) => id)
  const lastMatch =
    stages
      .slice(0, position.get(bracket[0] ?? first.id))
      .findLast(({ outcome }) => outcome === 'match')?.id ?? null
  const others = earliest.slice(1).map(({ id }) => id)
  return {
    status: bracket.length === 1 ? 'one' : 'bracket',
    lastMatch,
    stages: bracket,
    recovered,
    replays: [],
    text: described(first, bracket, others, recovered),
  }
}

function isApart({ outcome }: JudgedStage): boolean {
  return outcome === 'divergent' || outcome === 'nonfinite'
}

/**
 * What counts as parting. A value that is not finite is certain, while a divergence rests on a floor:
 * the first stage with NaN or infinity outranks it, unless that stage follows from a divergence
 * whose magnitudes were already running away.
 */
function decisiveOutcome(stages: readonly JudgedStage[]): (outcome: Outcome) => boolean {
  const nonFinite = stages.filter(({ outcome }) => outcome === 'nonfinite')
  if (nonFinite.length === 0) return (outcome) => outcome === 'divergent'
  const fromRunaway = descendantsOf(
    stages,
    ({ outcome, runaway }) => outcome === 'divergent' && runaway === true,
  )
  const explained = nonFinite.every(({ id }) => fromRunaway.has(id))
  return explained
    ? (outcome) => outcome === 'divergent' || outcome === 'nonfinite'
    : (outcome) => outcome === 'nonfinite'
}

/** Stages that are computed, over whatever steps, from a stage of the given kind. */
function descendantsOf(
  stages: readonly JudgedStage[],
  kind: (stage: JudgedStage) => boolean,
): Set<string> {
  const sources = new Set(stages.filter(kind).map(({ id }) => id))
  const reached = new Set<string>()
  for (const { id, after } of stages) {
    if (after.some((parent) => sources.has(parent) || reached.has(parent))) reached.add(id)
  }
  return reached
}

/** Unjudged stages from which a path of unjudged stages leads to a stage. */
function unclearedBefore(id: string, byId: ReadonlyMap<string, JudgedStage>): Set<string> {
  const found = new Set<string>()
  const queue = [id]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const parent of byId.get(at)?.after ?? []) {
      if (byId.get(parent)?.outcome !== 'unjudged' || found.has(parent)) continue
      found.add(parent)
      queue.push(parent)
    }
  }
  return found
}

function nothingApart(stages: readonly JudgedStage[]): FirstDivergence {
  const unjudged = stages.filter(({ outcome }) => outcome === 'unjudged').length
  const lastMatch = stages.findLast(({ outcome }) => outcome === 'match')?.id ?? null
  const of = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`
  const text =
    stages.length === 0
      ? 'No stage was compared.'
      : unjudged === 0
        ? `All of ${of} match.`
        : `Nothing is shown to diverge; ${unjudged} of ${of} could not be judged.`
  const status = unjudged === 0 && stages.length > 0 ? 'none' : 'unknown'
  return { status, lastMatch, stages: [], recovered: [], replays: [], text }
}

function described(
  { id, outcome }: JudgedStage,
  bracket: readonly string[],
  others: readonly string[],
  recovered: readonly string[],
): string {
  const what = outcome === 'nonfinite' ? 'values that are not finite' : 'a divergence'
  const sentences = [
    bracket.length === 1
      ? `The first stage with ${what} is ${id}.`
      : `first ∈ {${bracket.join(', ')}}: ${id} is the first stage with ${what}, and what lies before it could not be judged.`,
  ]
  if (others.length > 0) {
    sentences.push(`On other paths the same begins at ${list(others)}.`)
  }
  if (recovered.length > 0) {
    sentences.push(`${list(recovered)} ${recovered.length === 1 ? 'matches' : 'match'} again.`)
  }
  return sentences.join(' ')
}

function list(names: readonly string[]): string {
  const more = names.length - 5
  return more > 0 ? `${names.slice(0, 5).join(', ')} and ${more} more` : names.join(', ')
}
