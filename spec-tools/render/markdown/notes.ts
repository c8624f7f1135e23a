/** By what the stages were judged: limits, repeats, what was asserted, who vouches; folded as a table. */
import type { Table } from 'mdast'
import { softFacts } from '../../evidence/index.ts'
import type { DivergenceRow } from '../../judge/types.ts'
import { prose, table, type Inline } from './build.ts'
import { stageName } from './divergence.ts'

/** Undefined for no stages. */
export function noteTable(rows: readonly DivergenceRow[]): Table | undefined {
  if (rows.length === 0) return undefined
  const notes = [
    ...grouped('limit', rows, ({ floor, bound }) => {
      const known = [floor?.text, bound].filter((text) => text !== undefined)
      return known.length > 0 ? known : ['not known']
    }),
    // What a limit was measured by stands in its own row.
    ...grouped('repeats', rows, ({ repeats, floor }) =>
      (repeats ?? []).filter((text) => floor?.text.includes(text) !== true),
    ),
    ...grouped('asserted, not printed', rows, ({ candidate, reference }) =>
      [candidate, reference].flatMap((side) =>
        side && side.asserted.length > 0 ? [`${side.asserted.join(', ')} of ${side.name}`] : [],
      ),
    ),
    ...grouped('computed in', rows, softly),
    ...grouped('vouched for', rows, ({ vouch }) => [vouch]),
  ]
  return table(
    ['left', 'left', 'left'],
    ['What', 'Said', 'Stages'],
    notes.map(({ what, said, stages }) => [what, prose(said), namesOf(stages, rows.length)]),
  )
}

interface Note {
  what: string
  said: string
  stages: string[]
}

/** What is said of several stages alike is one row. */
function grouped(
  what: string,
  rows: readonly DivergenceRow[],
  say: (row: DivergenceRow) => readonly string[],
): Note[] {
  const pairs = rows.flatMap((row) => say(row).map((said) => [said, row.stage] as const))
  const groups = Map.groupBy(pairs, ([said]) => said)
  return [...groups].map(([said, all]) => ({
    what,
    said,
    stages: [...new Set(all.map(([, stage]) => stage))],
  }))
}

/** Facts that set no more than the noise floor. */
function softly({ candidate, reference }: DivergenceRow): string[] {
  const texts = [candidate, reference].flatMap((side) => {
    const stated = softFacts.flatMap((fact) => {
      const value = side?.facts[fact]
      return value === undefined ? [] : [`${fact} ${String(value)}`]
    })
    return side && stated.length > 0 ? [`${side.name}: ${stated.join(', ')}`] : []
  })
  return texts.length > 0 ? [texts.join('; ')] : []
}

/** Names of a few stages, and how many there are of more. */
const named = 4

function namesOf(stages: readonly string[], all: number): Inline {
  if (stages.length === all && all > 1) return `all ${all}`
  const shown = stages.slice(0, named).flatMap((stage, index): Inline[] => {
    return index === 0 ? [stageName(stage)] : [', ', stageName(stage)]
  })
  const more = stages.length - named
  return more > 0 ? [...shown, ` and ${more} more`] : shown
}
