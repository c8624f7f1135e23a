/** The divergence table of an investigation: each stage with the measurements that speak of it. */
import { mostOf } from '../many.ts'
import type { Measurement } from '../evidence/index.ts'
import type { Investigation, Stage } from '../settings/index.ts'
import { type DeclaredOfTensor, judgedTensors, type TensorStage } from './comparisons.ts'
import { compare } from './gate.ts'
import { declaredFloor, largestFloor, measuredFloor } from './floor.ts'
import { sameWords, words } from './label.ts'
import { noiseOfSide } from './repeats.ts'
import { type Run, runsOf, sideBySide } from './runs.ts'
import { measurementsOfPair, measurementsOfSide } from './select.ts'
import { MeasurementIndex } from './measurement-index.ts'
import { contradicted, type Known, put } from './side.ts'
import { judgeStage } from './stage.ts'
import { summaryMetrics } from './summary.ts'
import type { DivergenceRow, NoiseFloor, SideName, PlacedRow } from './types.ts'
import { isAlarm } from './verdicts.ts'
import type { Warn } from './warning.ts'

export interface Table {
  rows: PlacedRow[]
  /** Ids of the measurements that a stage uses. */
  used: Set<string>
}

/** @param tensors what was measured of files; a stage that they hold is judged by all its elements */
export function tableOf(
  measurements: readonly Measurement[],
  investigation: Pick<Investigation, 'stages' | 'sides' | 'floor'>,
  tensors: readonly TensorStage[],
  warn: Warn,
): Table {
  const used = new Set<string>()
  const indexed = new MeasurementIndex(measurements)
  const placed = investigation.stages.map((stage, index) => ({
    stage,
    after: stage.after ?? previous(investigation.stages, index),
    fitting: fittingOf(stage, indexed, investigation.sides),
  }))
  const fromFiles = rowsOfFiles(placed, tensors, investigation, warn)
  const rows = placed.map(({ stage, after, fitting }) => {
    const row = rowOf(stage, fitting, { indexed, investigation, warn, used })
    const measured = fromFiles.get(stage.id)
    return { row: measured && !isAmbiguous(row) ? { ...measured, stage: stage.id } : row, after }
  })
  return { rows, used }
}

/** Stages of an investigation that files hold, by its names. */
function rowsOfFiles(
  placed: readonly { stage: Stage; after: readonly string[]; fitting: Fitting }[],
  tensors: readonly TensorStage[],
  { stages, sides, floor }: Pick<Investigation, 'stages' | 'sides' | 'floor'>,
  warn: Warn,
): Map<string, DivergenceRow> {
  const byId = new Map(tensors.flatMap((one) => one.ids.map((id) => [id, one] as const)))
  const indexOf = new Map(stages.map(({ id }, index) => [id, index]))
  const idOf = new Map<string, string>()
  const declared = new Map<string, DeclaredOfTensor>()
  for (const [index, { stage, after, fitting }] of placed.entries()) {
    const found = new Set(
      Object.values(fitting)
        .flat()
        .flatMap(({ id }) => byId.get(id) ?? []),
    )
    const [one] = found
    if (!one || found.size > 1 || declared.has(one.name)) continue
    idOf.set(one.name, stage.id)
    declared.set(one.name, {
      index,
      after: after.flatMap((id) => indexOf.get(id) ?? []),
      floor: stage.floor,
      assert: { candidate: stage.candidate.assert ?? {}, reference: stage.reference.assert ?? {} },
    })
  }
  if (declared.size === 0) return new Map()
  const judged = judgedTensors(tensors, declared, { sides, floor })
  for (const warning of judged.warnings) warn('wording', warning)
  const apart = judged.rows.filter(({ row }) => isAlarm(row) && !declared.has(row.stage))
  if (apart.length > 0) {
    const names = apart.slice(0, 4).map(({ row }) => `${row.stage} ${row.cell.text}`)
    const more = apart.length > names.length ? ` and ${apart.length - names.length} more` : ''
    warn(
      'contradiction',
      `Stages of the files that the investigation does not name are apart, too: ${names.join(', ')}${more}.`,
    )
  }
  return new Map(
    judged.rows.flatMap(({ row }) => {
      const id = idOf.get(row.stage)
      return id === undefined ? [] : [[id, row] as const]
    }),
  )
}

function isAmbiguous({ cell: { reasons } }: DivergenceRow): boolean {
  return reasons.some(({ text }) => text === 'side?' || text === 'pair?')
}

function previous(stages: readonly Stage[], index: number): string[] {
  const before = stages[index - 1]
  return before ? [before.id] : []
}

interface Context {
  indexed: MeasurementIndex
  investigation: Pick<Investigation, 'sides' | 'floor'>
  warn: Warn
  used: Set<string>
}

/** What was measured of a stage. */
type Fitting = Record<SideName | 'pair', Measurement[]>

function namesOf(stage: Stage, sides: Investigation['sides']): Record<SideName, string> {
  return {
    candidate: stage.candidate.name ?? sides.candidate,
    reference: stage.reference.name ?? sides.reference,
  }
}

function fittingOf(
  stage: Stage,
  indexed: MeasurementIndex,
  sides: Investigation['sides'],
): Fitting {
  const names = namesOf(stage, sides)
  const fitting = (side: SideName, other: SideName) =>
    measurementsOfSide(indexed, {
      stage: stage.id,
      selector: stage[side],
      side: names[side],
      other: names[other],
    })
  return {
    candidate: fitting('candidate', 'reference'),
    reference: fitting('reference', 'candidate'),
    pair: measurementsOfPair(indexed, {
      stage: stage.id,
      selector: stage.pair,
      side: names.candidate,
      other: names.reference,
    }),
  }
}

function rowOf(
  stage: Stage,
  { candidate: candidates, reference: references, pair: pairs }: Fitting,
  context: Context,
): DivergenceRow {
  const { investigation, warn, used } = context
  const names = namesOf(stage, investigation.sides)
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
  { indexed, investigation, used }: Context,
  sides: readonly (readonly PartRun[])[],
): NoiseFloor | null {
  const declared = stage.floor ?? investigation.floor
  const repeats = sides.map((runs) => {
    const [known] = runs.flatMap(clear)
    if (!known) return null
    const name = words(known.name)
    const again = measurementsOfPair(indexed, {
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
    return differences.length > 0 ? measuredFloor(mostOf(differences), known.name) : null
  })
  return largestFloor([
    declared ? declaredFloor(declared.relative_l2, declared.because) : null,
    ...repeats,
  ])
}
