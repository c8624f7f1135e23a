/** Figures that no stage compares, where several say the same: one line for all of them. */
import type { Evidence, Measurement } from '../../evidence/index.ts'
import type { Judgement } from '../../judge/types.ts'
import { briefly, clip, code, type Inline } from '../../render/markdown/index.ts'
import { firstOf } from '../bounded.ts'
import type { Figures } from '../figures.ts'
import { inPrintedOrder } from './printed.ts'

/** From so many on they are a group; a list shows this many groups, a line this many figures. */
const fewest = 3
const shownGroups = 6
const shownFigures = 12

export function alikeLines(
  { measurements }: Evidence,
  { unused, rows }: Judgement,
  figures: Figures,
): Inline[] {
  if (rows.length === 0 && unused.length === measurements.length) return []
  const compared = new Set(
    rows.flatMap(({ candidate, reference }) =>
      [candidate, reference].flatMap((side) => side?.measurements ?? []),
    ),
  )
  const first = measurements.filter(({ id, repeat = 0 }) => repeat === 0 && !compared.has(id))
  const groups = [...Map.groupBy(first, saidBy).values()].filter(
    (group) => group.length >= fewest && new Set(group.map(({ stage }) => stage)).size > 1,
  )
  return firstOf(
    groups.map((group) => lineOf(group, figures)),
    shownGroups,
  )
}

/** What a measurement says, without the name of what it is about. */
function saidBy({ stage, side, figures, source }: Measurement): string {
  const values = Object.entries(figures).map(([name, { value }]) => [name, value])
  return JSON.stringify([stage.replaceAll(/\d+/g, '#'), side, source.diagnostic, values])
}

/** `layer 0 to layer 5 (6) alike: Q = O = 147,456, K = V = 73,728`, with the lines of the log. */
function lineOf(group: readonly Measurement[], figures: Figures): Inline {
  const [one, last] = [group[0]!, group.at(-1)!]
  const byValue = Map.groupBy(inPrintedOrder(one), (name) => String(one.figures[name]?.value))
  const parts = [...byValue.values()].slice(0, shownFigures).map((same) => {
    const from = group.flatMap(({ id }) => same.map((name) => `${id}#${name}`))
    const value = Number(one.figures[same[0]!]?.value)
    const names = same.join(' = ')
    return `${names} = ${figures.value(briefly(value), from, 'printed')}`
  })
  const unit = one.facts.unit === undefined ? '' : ` ${one.facts.unit}`
  const count = figures.value(
    group.length,
    group.map(({ id }) => `${id}#${inPrintedOrder(one)[0]}`),
    'counted',
  )
  return [
    code(clip(namesOf(group.map(({ stage }) => stage)), 120)),
    `, ${count} alike: ${parts.join(', ')}${unit} (`,
    code(one.source.file),
    one.source.line === last.source.line
      ? `, line ${one.source.line}).`
      : `, lines ${one.source.line} to ${last.source.line}).`,
  ]
}

/** `layer 0–4, 27`: names that differ in one number, its runs together; else the first names. */
function namesOf(stages: readonly string[]): string {
  const names = [...new Set(stages)]
  const parts = names.map((name) => /^(\D*)(\d+)(\D*)$/.exec(name))
  const [first] = parts
  const alike = parts.every((part) => part?.[1] === first?.[1] && part?.[3] === first?.[3])
  if (!first || !alike) return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`
  const numbers = parts.map((part) => Number(part?.[2])).sort((a, b) => a - b)
  return `${first[1]}${runsOf(numbers).join(', ')}${first[3]}`
}

function runsOf(numbers: readonly number[]): string[] {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`))
}
