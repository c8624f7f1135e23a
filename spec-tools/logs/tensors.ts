/**
 * What was measured of tensor files (`evidence/tensors.ts`): to measurements, as a log is read, and to
 * the pairs that a comparison of tensor files judges.
 */
import { type Facts } from '../evidence/facts.ts'
import { JsonError, parseJson } from '../evidence/json.ts'
import type { Figure, Measurement } from '../evidence/schema.ts'
import {
  tensorLine,
  type MeasuredFile,
  type MeasuredReplay,
  type MeasuredStage,
} from '../evidence/tensors.ts'
import { figure, rawLine } from './collector.ts'
import { linesOf, type Line } from './line.ts'

export type TensorRole = 'candidate' | 'reference'

/** Files of one name on both sides, as they were measured. */
export interface TensorComparison {
  name: string
  /** What the sides are called; null where no file of a side was there. */
  sides: Record<TensorRole, string | null>
  stages: ComparedStage[]
  /** Stages of a later run of a side, held against its first. */
  repeats: { role: TensorRole; side: string; run: number; stages: ComparedStage[] }[]
  replays: (Omit<MeasuredReplay, 'file'> & { role: TensorRole; id: string })[]
  /** What was odd about a file. */
  warnings: string[]
}

type Half = NonNullable<MeasuredStage['a']>

export interface ComparedStage extends Omit<MeasuredStage, 'a' | 'b'> {
  a: (Omit<Half, 'file'> & { of: MeasuredFile; id: string }) | null
  b: (Omit<Half, 'file'> & { of: MeasuredFile; id: string }) | null
  /** Of the measurement that holds the figures of the pair. */
  id: string
}

export interface TensorReading {
  measurements: Measurement[]
  comparisons: TensorComparison[]
  problems: { line: number; message: string }[]
}

/** Token ids that stand beside a figure; more are only in the records. */
const fewTokens = 64

/** @param file path of the records in the bundle */
export function readTensors(records: Uint8Array, file: string): TensorReading {
  const reader = new Reader(file)
  for (const [at, line] of linesOf(records).entries()) reader.take(line, at + 1)
  return reader.reading
}

class Reader {
  readonly reading: TensorReading = { measurements: [], comparisons: [], problems: [] }
  readonly #path: string
  readonly #files = new Map<number, MeasuredFile>()

  constructor(path: string) {
    this.#path = path
  }

  take(line: Line, number: number): void {
    if (line.printed.trim() === '') return
    const printed = new Map<string, string>()
    try {
      const json = parseJson(line.printed, { onNumber: (path, text) => printed.set(path, text) })
      const parsed = tensorLine.safeParse(json)
      if (!parsed.success) return this.#problem(number, 'it is no record of a tensor')
      if ('file' in parsed.data) return this.#takeFile(parsed.data.file, number)
      const place = { line, number, printed }
      if ('stage' in parsed.data) this.#takeStage(parsed.data.stage, place)
      else this.#takeReplay(parsed.data.replay, place)
    } catch (error) {
      if (!(error instanceof JsonError)) throw error
      this.#problem(number, error.message)
    }
  }

  #problem(line: number, message: string): void {
    this.reading.problems.push({ line, message })
  }

  #takeFile(file: MeasuredFile, number: number): void {
    this.#files.set(number, file)
    const comparison = this.#comparisonOf(file)
    if (file.repeat === 0 || comparison.sides[file.role] === null) {
      comparison.sides[file.role] = file.side
    }
    for (const odd of file.odd ?? []) comparison.warnings.push(`${file.path}: ${odd}.`)
  }

  #comparisonOf({ name }: MeasuredFile): TensorComparison {
    const known = this.reading.comparisons.find((one) => one.name === name)
    if (known) return known
    const sides = { candidate: null, reference: null }
    const made = { name, sides, stages: [], repeats: [], replays: [], warnings: [] }
    this.reading.comparisons.push(made)
    return made
  }

  #takeStage(stage: MeasuredStage, place: Place): void {
    const [fileA, fileB] = [stage.a, stage.b].map((half) => half && this.#files.get(half.file))
    if (fileA === undefined || fileB === undefined || !(fileA ?? fileB)) {
      return this.#problem(place.number, 'it names no file that was named before')
    }
    const id = `${this.#path}:${place.number}`
    const half = (key: 'a' | 'b', of: MeasuredFile | null) => {
      const found = stage[key]
      if (!found || !of) return null
      const { file: _file, ...measured } = found
      return { ...measured, of, id: `${id}.${key}` }
    }
    const compared = { ...stage, a: half('a', fileA), b: half('b', fileB), id }
    const comparison = this.#comparisonOf((fileA ?? fileB)!)
    const repeated = fileA && fileB && fileA.role === fileB.role
    if (!repeated) {
      comparison.stages.push(compared)
      for (const key of ['a', 'b'] as const) this.#addHalf(compared, key, place)
    } else this.#repeatOf(comparison, fileA).stages.push(compared)
    this.#addPair(compared, place)
  }

  #repeatOf({ repeats }: TensorComparison, { role, side, repeat }: MeasuredFile) {
    const known = repeats.find((one) => one.role === role && one.run === repeat)
    if (known) return known
    const made = { role, side, run: repeat, stages: [] }
    repeats.push(made)
    return made
  }

  #takeReplay({ file: at, ...replay }: MeasuredReplay, place: Place): void {
    const file = this.#files.get(at)
    if (!file) return this.#problem(place.number, 'it names no file that was named before')
    const id = `${this.#path}:${place.number}`
    this.#comparisonOf(file).replays.push({ ...replay, role: file.role, id })
    const named = { injected: 'replay.injected', propagated: 'replay.propagated' }
    this.#add(id, replay.stage, file, null, {}, named, place)
  }

  #addHalf(stage: ComparedStage, key: 'a' | 'b', place: Place): void {
    const half = stage[key]
    if (!half) return
    const { of: file, shape, dtype } = half
    const n = half.stats?.n ?? shape.reduce((product, size) => product * size, 1)
    const { tokens } = file
    const facts: Facts = {
      ...(Number.isSafeInteger(n) && { n }),
      shape,
      dtype: dtype.slice(0, 32),
      ...(file.computeDtype !== undefined && { compute: file.computeDtype.slice(0, 32) }),
      ...(tokens !== undefined && tokens.length <= fewTokens && { tokens }),
      ...(file.selection !== undefined && { selection: file.selection }),
      ...(file.weightsSha256 !== undefined && { weights: file.weightsSha256 }),
    }
    const named = Object.fromEntries(
      Object.entries(ofSide).map(([name, at]) => [name, `stage.${key}.stats.${at}`]),
    )
    this.#add(half.id, stage.stage, file, null, facts, named, place)
  }

  #addPair({ id, stage, a, b }: ComparedStage, place: Place): void {
    if (!a || !b) return
    const named = Object.fromEntries(
      Object.entries(ofPair).map(([name, at]) => [name, `stage.pair.${at}`]),
    )
    this.#add(id, stage, a.of, b.of.side, {}, named, place)
  }

  /** Adds what of the named figures the line holds. */
  #add(
    id: string,
    stage: string,
    file: MeasuredFile,
    against: string | null,
    facts: Facts,
    named: Readonly<Record<string, string>>,
    { line, number, printed }: Place,
  ): void {
    const figures: Record<string, Figure> = {}
    for (const [statistic, path] of Object.entries(named)) {
      const text = printed.get(path)
      if (text !== undefined) figures[statistic] = figure(Number(text), text.slice(0, 64), number)
    }
    if (Object.keys(figures).length === 0) return
    const { side, diagnostic, path, sha256 } = file
    this.reading.measurements.push({
      id,
      side,
      against,
      stage,
      under: [],
      facts,
      labels: { file: path, ...(sha256 !== null && { sha256 }) },
      figures,
      source: { diagnostic, file: this.#path, line: number, raw: rawLine(line) },
      vouch: 'probe-reported',
    })
  }
}

interface Place {
  line: Line
  number: number
  /** Path of a number in the line -> its characters. */
  printed: ReadonlyMap<string, string>
}

/** Statistic -> where in the record it stands. */
const ofSide = {
  n: 'n',
  mean: 'mean.value',
  std: 'std.value',
  min: 'min.value',
  max: 'max.value',
  l2: 'l2.value',
  n_nan: 'nNan',
  n_posinf: 'nPosInf',
  n_neginf: 'nNegInf',
  n_zero: 'nZero',
}
const ofPair = {
  n_finite: 'nFinite',
  max_abs_diff: 'maxAbsDiff.value',
  rms_diff: 'rmsDiff.value',
  relative_l2: 'relativeL2.value',
  cosine: 'cosine.value',
}
