/** The divergence table of an investigation: each stage with the measurements that speak of it. */
import type { Measurement } from '../evidence/index.ts'
import type { Investigation, Stage } from '../settings/index.ts'
import { compare } from './gate.ts'
import { declaredFloor, largestFloor, measuredFloor } from './floor.ts'
import { sameWords, words } from './label.ts'
import { noiseOfSide } from './repeats.ts'
import { type Run, runsOf, sideBySide } from './runs.ts'
import { measurementsOfPair, measurementsOfSide } from './select.ts'
import { Shelf } from './shelf.ts'
import { contradicted, type Known, put } from './side.ts'
import { judgeStage } from './stage.ts'
import { summaryMetrics } from './summary.ts'
import type { DivergenceRow, NoiseFloor, SideName } from './types.ts'
import type { Warn } from './warning.ts'

export interface PlacedRow {
  row: DivergenceRow
  /** Stages that it is computed from. */
  after: readonly string[]
}

export interface Table {
  rows: PlacedRow[]
  /** Ids of the measurements that a stage uses. */
  used: Set<string>
}

export function tableOf(
  measurements: readonly Measurement[],
  investigation: Pick<Investigation, 'stages' | 'sides' | 'floor'>,
  warn: Warn,
): Table {
  const used = new Set<string>()
  const shelf = new Shelf(measurements)
  const rows = investigation.stages.map((stage, index) => {
    const after = stage.after ?? previous(investigation.stages, index)
    return { row: rowOf(stage, { shelf, investigation, warn, used }), after }
  })
  return { rows, used }
}

function previous(stages: readonly Stage[], index: number): string[] {
  const before = stages[index - 1]
  return before ? [before.id] : []
}

interface Context {
  shelf: Shelf
  investigation: Pick<Investigation, 'sides' | 'floor'>
  warn: Warn
  used: Set<string>
}

function rowOf(stage: Stage, context: Context): DivergenceRow {
  const { shelf, investigation, warn, used } = context
  const names = {
    candidate: stage.candidate.name ?? investigation.sides.candidate,
    reference: stage.reference.name ?? investigation.sides.reference,
  }
  const fitting = (side: SideName, other: SideName) =>
    measurementsOfSide(shelf, {
      stage: stage.id,
      selector: stage[side],
      side: names[side],
      other: names[other],
    })
  const candidates = fitting('candidate', 'reference')
  const references = fitting('reference', 'candidate')
  const pairs = measurementsOfPair(shelf, {
    stage: stage.id,
    selector: stage.pair,
    side: names.candidate,
    other: names.reference,
  })
  for (const { id } of [...candidates, ...references, ...pairs]) used.add(id)
  const unclear = candidates.some((one) => references.includes(one))
  // Where only the difference was printed, what is asserted about its sides still counts.
  const asserted = (side: SideName) =>
    pairs.length > 0 && Object.keys(stage[side].assert ?? {}).length > 0
  const side = (which: SideName, found: readonly Measurement[]): PartRun[] =>
    runsOrAsserted(found, asserted(which)).map((run) => {
      const { assert = {} } = stage[which]
      const known = unclear ? null : put(names[which], run.measurements, assert)
      for (const fact of known ? contradicted(known, assert) : []) {
        const name = names[which]
        warn(
          'contradiction',
          `${stage.id}: ${fact} is asserted for ${name}, but the log states another; the log's is used.`,
        )
      }
      return { ...run, known: known ?? ambiguous(stage.id, which, run.measurements, warn) }
    })
  const candidate = side('candidate', candidates)
  const reference = side('reference', references)
  const pair = runsOf(pairs).map((run): PartRun => {
    const known = put('pair', run.measurements)
    return { ...run, known: known ?? ambiguous(stage.id, 'pair', run.measurements, warn) }
  })
  const vouched = floorOf(stage, context, [candidate, reference])
  const row = judgeStage({
    id: stage.id,
    runs: sideBySide([candidate, reference, pair]).map(([a, b, both]) => ({
      candidate: a?.known ?? null,
      reference: b?.known ?? null,
      pair: both?.known ?? null,
      reversed: (both?.measurements ?? []).some(
        (one) => one.side !== null && sameWords(words(one.side), words(names.reference)),
      ),
    })),
    floor: vouched,
    noise: [candidate, reference].flatMap((runs) => noiseOfSide(runs.flatMap(clear)) ?? []),
  })
  if (vouched && row.floor && row.floor !== vouched) {
    warn('floor', `${stage.id}: the floor is ${row.floor.text}; that is above ${vouched.text}.`)
  }
  const contradictions = row.cell.reasons.filter(({ about }) => about === 'bounds')
  for (const { text } of contradictions) {
    warn('contradiction', `${stage.id}: the printed figures contradict each other (${text}).`)
  }
  return row
}

/** What is known about a part of a stage in one run. */
interface PartRun extends Run {
  known: Known | 'ambiguous'
}

function runsOrAsserted(found: readonly Measurement[], asserted: boolean): Run[] {
  if (found.length > 0) return runsOf(found)
  return asserted ? [{ repeat: 0, seed: undefined, measurements: [] }] : []
}

function clear({ known }: PartRun): Known[] {
  return known === 'ambiguous' ? [] : [known]
}

function ambiguous(
  stage: string,
  part: string,
  fitting: readonly Measurement[],
  warn: Warn,
): 'ambiguous' {
  const places = fitting.map(({ source: { file, line } }) => `${file}:${line}`)
  const more = places.length > 4 ? ` and ${places.length - 4} more` : ''
  warn(
    'ambiguity',
    `${stage}: ${places.length} measurements fit the ${part} and do not say the same (${places.slice(0, 4).join(', ')}${more}). Narrow it by \`diagnostic\`, \`under\` or \`stage\`.`,
  )
  return 'ambiguous'
}

/** The largest of the declared floor and of what a side, held against itself, was printed to differ by. */
function floorOf(
  stage: Stage,
  { shelf, investigation, used }: Context,
  sides: readonly (readonly PartRun[])[],
): NoiseFloor | null {
  const declared = stage.floor ?? investigation.floor
  const repeats = sides.map((runs) => {
    const [known] = runs.flatMap(clear)
    if (!known) return null
    const name = words(known.name)
    const again = measurementsOfPair(shelf, {
      stage: stage.id,
      selector: undefined,
      side: known.name,
      other: known.name,
    }).filter(({ side, against }) =>
      [side, against].every((stated) => stated !== null && sameWords(words(stated), name)),
    )
    const differences = runsOf(again).flatMap(({ measurements }) => {
      const pair = put('pair', measurements)
      const gate = pair && compare(known, known, 'pair')
      if (!pair || gate?.outcome !== 'pass') return []
      for (const { id } of measurements) used.add(id)
      const hi = summaryMetrics(gate.comparable, pair.figures).figures.relativeL2?.hi
      return hi !== undefined && Number.isFinite(hi) ? [hi] : []
    })
    return differences.length > 0 ? measuredFloor(Math.max(...differences), known.name) : null
  })
  return largestFloor([
    declared ? declaredFloor(declared.relative_l2, declared.because) : null,
    ...repeats,
  ])
}
