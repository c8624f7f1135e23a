/** The divergence table of an investigation: each stage with the measurements that speak of it. */
import type { Measurement } from '../evidence/index.ts'
import type { Investigation, Stage } from '../settings/index.ts'
import { compare } from './gate.ts'
import { declaredFloor, largestFloor, measuredFloor } from './floor.ts'
import { sameWords, words } from './label.ts'
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
  const shelf = new Shelf(measurements.filter(({ repeat = 0 }) => repeat === 0))
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
  /** Measurements of the first run. */
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
  const side = (which: SideName, found: readonly Measurement[]): Part => {
    const { assert = {} } = stage[which]
    // Where only the difference was printed, what is asserted about its sides still counts.
    const stated = found.length > 0 || (pairs.length > 0 && Object.keys(assert).length > 0)
    if (!stated) return null
    const known = unclear ? null : put(names[which], found, assert)
    for (const fact of known ? contradicted(known, assert) : []) {
      const name = names[which]
      warn(
        'contradiction',
        `${stage.id}: ${fact} is asserted for ${name}, but the log states another; the log's is used.`,
      )
    }
    return known ?? ambiguous(stage.id, which, found, warn)
  }
  const candidate = side('candidate', candidates)
  const reference = side('reference', references)
  const row = judgeStage({
    id: stage.id,
    candidate,
    reference,
    pair:
      pairs.length > 0 ? (put('pair', pairs) ?? ambiguous(stage.id, 'pair', pairs, warn)) : null,
    reversed: pairs.some(
      (one) => one.side !== null && sameWords(words(one.side), words(names.reference)),
    ),
    floor: floorOf(stage, context, [candidate, reference]),
  })
  const contradictions = row.cell.reasons.filter(({ about }) => about === 'bounds')
  for (const { text } of contradictions) {
    warn('contradiction', `${stage.id}: the printed figures contradict each other (${text}).`)
  }
  return row
}

type Part = Known | 'ambiguous' | null

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

/** The largest of the declared floor and what repeats of a side show. */
function floorOf(
  stage: Stage,
  { shelf, investigation, used }: Context,
  sides: readonly Part[],
): NoiseFloor | null {
  const declared = stage.floor ?? investigation.floor
  const repeats = sides.map((known) => {
    if (!known || known === 'ambiguous') return null
    const name = words(known.name)
    const again = measurementsOfPair(shelf, {
      stage: stage.id,
      selector: undefined,
      side: known.name,
      other: known.name,
    }).filter(({ side, against }) =>
      [side, against].every((stated) => stated !== null && sameWords(words(stated), name)),
    )
    const pair = again.length > 0 ? put('pair', again) : null
    const gate = pair && compare(known, known, 'pair')
    if (!pair || gate?.outcome !== 'pass') return null
    for (const { id } of again) used.add(id)
    const { relativeL2 } = summaryMetrics(gate.comparable, pair.figures)
    return relativeL2 && Number.isFinite(relativeL2.hi)
      ? measuredFloor(relativeL2.hi, known.name)
      : null
  })
  return largestFloor([
    declared ? declaredFloor(declared.relative_l2, declared.because) : null,
    ...repeats,
  ])
}
