/**
 * Where two sides first part, over a DAG of stages.
 *
 * An error may rise and recover, so a stage that matches says nothing about what went before it, but
 * it clears what is computed from it alone. What may have caused a divergence is therefore the
 * divergent stage itself and every unjudged stage from which a path of unjudged stages leads to it.
 */
import { StageGraph } from './stage-graph.ts'
import type { FirstDivergence } from './types.ts'
import type { Outcome } from './verdicts.ts'

export interface JudgedStage {
  id: string
  /** Stages that it is computed from, listed before it. */
  after: readonly string[]
  /** Its file holds stages by name: of those that do not come after each other no order is known. */
  loose?: boolean
  outcome: Outcome
}

/** @param stages in the order of the computation; `after` names only stages before */
export function firstDivergence(stages: readonly JudgedStage[]): FirstDivergence {
  const graph = new StageGraph(stages)
  const { earliest, candidates } = partingOf(stages, graph)
  const first = stages[earliest[0] ?? -1]
  if (!first) return nothingApart(stages)
  const idsOf = (places: readonly number[]) => places.flatMap((place) => stages[place]?.id ?? [])
  const tainted = graph.behind((place) => isApart(stages[place]))
  const recovered = stages
    .filter(({ outcome }, place) => outcome === 'match' && tainted[place])
    .map(({ id }) => id)
  const rivals = rivalsOf(stages, graph, earliest)
  const bracket = idsOf([...candidates.slice(0, -1), ...rivals])
  const unordered = rivals.length > 1
  const lastMatch =
    stages.slice(0, candidates[0]).findLast(({ outcome }) => outcome === 'match')?.id ?? null
  return {
    status: bracket.length === 1 ? 'one' : 'bracket',
    lastMatch,
    stages: bracket,
    ...(unordered && { unordered }),
    recovered,
    replays: [],
    text: [
      unordered
        ? withoutOrder(bracket)
        : described(first, bracket, idsOf(earliest.slice(1)), recovered),
      ...otherKind(first, stages),
    ].join(' '),
  }
}

/**
 * The first that parts, and where the file holds stages by name, all that may as well be the first:
 * what parts or could not be judged, and comes neither before it nor after it.
 */
function rivalsOf(
  stages: readonly JudgedStage[],
  graph: StageGraph,
  [first, ...others]: readonly number[],
): number[] {
  if (first === undefined || !stages[first]?.loose) return first === undefined ? [] : [first]
  const behind = graph.behind((place) => place === first)
  const before = graph.openBefore([first], () => true)
  const open = [...stages.keys()].filter(
    (place) =>
      stages[place]?.loose &&
      stages[place].outcome === 'unjudged' &&
      !behind[place] &&
      !before.has(place),
  )
  const loose = others.filter((place) => stages[place]?.loose)
  return [...new Set([first, ...loose, ...open])].toSorted((a, b) => a - b)
}

function withoutOrder(bracket: readonly string[]): string {
  return (
    `The first divergence is one of ${list(bracket)}. The files hold their stages by name, so ` +
    'nothing says which of these is computed first. Name the stages in their order: `stages` in the ' +
    'investigation, or a JSON array `stages` in the metadata of the files.'
  )
}

/** Where the sides part, by places in the order of the computation. */
export interface Parting {
  /** Stages that are shown to part and follow from none that are; the first comes first. */
  earliest: number[]
  /** The first of them, after what may have parted before it. */
  candidates: number[]
}

/** Takes one walk over the stages for each of a few questions, so that it may be asked often. */
export function partingOf(stages: readonly JudgedStage[], graph: StageGraph): Parting {
  const parts = (place: number) => isApart(stages[place])
  const behind = graph.behind(parts)
  const earliest = [...stages.keys()].filter((place) => parts(place) && !behind[place])
  const suspects = graph.openBefore(earliest, (place) => stages[place]?.outcome === 'unjudged')
  const [first] = earliest
  const candidates =
    first === undefined ? [] : [...stages.keys()].filter((at) => at < first && suspects.has(at))
  return {
    earliest,
    candidates: first === undefined ? [] : [...candidates, first],
  }
}

function isApart(stage: JudgedStage | undefined): boolean {
  return stage?.outcome === 'divergent' || stage?.outcome === 'nonfinite'
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
  const what = kinds[outcome === 'nonfinite' ? 'nonfinite' : 'divergent']
  const sentences = [
    bracket.length === 1
      ? `The first stage with ${what} is ${id}.`
      : `The first is one of ${list(bracket)}: ${id} is the first stage with ${what}, and what lies before it could not be judged.`,
  ]
  if (others.length > 0) {
    sentences.push(`On other paths the same begins at ${list(others)}.`)
  }
  if (recovered.length > 0) {
    sentences.push(`${list(recovered)} ${recovered.length === 1 ? 'matches' : 'match'} again.`)
  }
  return sentences.join(' ')
}

/** Values that are not finite are named beside a divergence before them, and the other way round. */
function otherKind({ outcome }: JudgedStage, stages: readonly JudgedStage[]): string[] {
  const sought = outcome === 'nonfinite' ? 'divergent' : 'nonfinite'
  const other = stages.find((stage) => stage.outcome === sought)
  return other ? [`The first with ${kinds[sought]} is ${other.id}.`] : []
}

const kinds = { nonfinite: 'values that are not finite', divergent: 'a divergence' } as const

function list(names: readonly string[]): string {
  const more = names.length - 5
  return more > 0 ? `${names.slice(0, 5).join(', ')} and ${more} more` : names.join(', ')
}
