/** The bracket of stages that may be first, as it would be if more of them were judged. */
import { type JudgedStage, type Parting, partingOf } from './order.ts'
import { StageGraph } from './stage-graph.ts'
import type { PlacedRow } from './types.ts'
import { type Outcome, outcomeOf } from './verdicts.ts'

export function judgedStages(placed: readonly PlacedRow[]): JudgedStage[] {
  return placed.map(({ row, after, loose = false }) => ({
    id: row.stage,
    after,
    loose,
    outcome: outcomeOf(row),
  }))
}

/** Stage -> what a measurement of it shows. */
export type Answers = ReadonlyMap<string, Outcome>

export function matchAll(stages: readonly string[]): Answers {
  return new Map(stages.map((stage) => [stage, 'match']))
}

export class Brackets {
  readonly #stages: readonly JudgedStage[]
  readonly #graph: StageGraph

  constructor(placed: readonly PlacedRow[]) {
    this.#stages = judgedStages(placed)
    this.#graph = new StageGraph(this.#stages)
  }

  after(answers: Answers): string[] {
    return this.#idsOf(partingOf(this.#answered(answers), this.#graph).candidates)
  }

  /**
   * The bracket after a measurement of several stages, in their order, of which the one at `index` is
   * the first that diverges. What those behind it show is open: each of them that is not computed from
   * it may diverge on a path of its own, and so put stages of that path into the bracket.
   */
  afterFirst(stages: readonly string[], index: number): string[] {
    const at = stages[index]
    if (at === undefined) return this.after(new Map())
    const answers = new Map<string, Outcome>([
      ...matchAll(stages.slice(0, index)),
      [at, 'divergent'],
    ])
    const answered = this.#answered(answers)
    const parting = partingOf(answered, this.#graph)
    const behind = this.#graph.behind((place) => this.#stages[place]?.id === at)
    const apart = this.#graph.placesOf(stages.slice(index + 1)).filter((place) => !behind[place])
    const more = this.#onPathsOf(apart, answered, parting)
    const bracket = new Set([...parting.candidates, ...more])
    return this.#idsOf([...bracket].toSorted((a, b) => a - b))
  }

  /**
   * What any of the stages would put into the bracket by diverging. Each comes after what diverges
   * already, so it bounds nothing: it adds what is open before it, if it follows from nothing apart.
   * Whichever is taken, the others are open, so that one walk back from all of them finds the same.
   */
  #onPathsOf(
    later: readonly number[],
    answered: readonly JudgedStage[],
    parting: Parting,
  ): number[] {
    const limit = parting.earliest[0] ?? 0
    const earliest = new Set(parting.earliest)
    const behind = this.#graph.behind((place) => earliest.has(place))
    const ends = later.filter((place) => !behind[place])
    const open = this.#graph.openBefore(ends, (place) => answered[place]?.outcome === 'unjudged')
    return [...open].filter((place) => place < limit)
  }

  #answered(answers: Answers): JudgedStage[] {
    return this.#stages.map((stage) => {
      const outcome = answers.get(stage.id)
      return outcome === undefined ? stage : { ...stage, outcome }
    })
  }

  #idsOf(places: readonly number[]): string[] {
    return places.flatMap((place) => this.#stages[place]?.id ?? [])
  }
}

const shown = 8

export function spelledBracket(stages: readonly string[]): string {
  if (stages.length === 0) return 'nothing is shown to diverge'
  if (stages.length === 1) return `the first is ${stages[0]}`
  if (stages.length <= shown) return `the first is one of ${stages.join(', ')}`
  const ends = [...stages.slice(0, shown - 2), '…', stages.at(-1)]
  return `the first is one of ${ends.join(', ')} (${stages.length} stages)`
}
