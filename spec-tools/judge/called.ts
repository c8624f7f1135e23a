/** How well the name of a selector fits what a log calls a figure. */
import type { Figure, Measurement } from '../evidence/index.ts'
import { conversion, type FigureSelector } from '../settings/index.ts'
import { label, sameWords, withoutName, words } from './label.ts'
import { ownName } from './row.ts'

export interface Picked {
  measurement: Measurement
  statistic: string
  figure: Figure
}

/** What a predicate calls the figures that it compares. */
export interface Metric {
  selector: FigureSelector
  /** Whether it names their statistic, too. */
  isExplicit: boolean
}

/**
 * The statistic of a measurement that a name stands for, and how well; lower fits better.
 *
 * @param row what its row is called, where the row has a name of its own
 */
export function named(
  measurement: Measurement,
  selector: FigureSelector,
  wanted: string | null,
  row: string | null,
): Omit<Picked & { rank: number }, 'measurement'> | null {
  const { figures, facts, labels, source } = measurement
  const name = words(selector.name)
  // Tables are read with texts of the row in the names of its figures.
  const placed = [
    ...selector.parts,
    ...Object.values(selector.where),
    ...Object.values(labels ?? {}),
  ].map(words)
  const core = coreOf(measurement)
  const ofRow = row === null ? core : without(core, [label(row).core], name)
  const called: Called = {
    name,
    core,
    bare: without(ofRow, placed, name),
    unit: words(facts.unit ?? ''),
    isOfRow: row !== null && ofRow.length === 0,
    isTime: isOfTime(facts.unit),
    raw: source.raw,
  }
  const common =
    wanted ??
    ['value', 'mean', 'median'].find((one) => Object.hasOwn(figures, one)) ??
    estimateIn(figures)
  const ranks = Object.entries(figures).map(([statistic, figure]) => {
    const isCommon = statistic === common || Object.keys(figures).length === 1
    return { statistic, figure, rank: rankOf(called, statistic, wanted, isCommon) }
  })
  const [best] = ranks.toSorted((a, b) => a.rank - b.rank)
  return best === undefined || best.rank === Infinity ? null : best
}

interface Called {
  /** What is asked for. */
  name: readonly string[]
  core: readonly string[]
  /** Without the names of its places. */
  bare: readonly string[]
  unit: readonly string[]
  /** That it has no name but its row's, such as the time of a command. */
  isOfRow: boolean
  isTime: boolean
  raw: string
}

function rankOf(
  { name, core, bare, unit, isOfRow, isTime, raw }: Called,
  statistic: string,
  wanted: string | null,
  isCommon: boolean,
): number {
  const own = words(statistic)
  if (wanted !== null && statistic !== wanted) {
    const isNamed = statistic === 'value' && sameWords(bare, [...words(wanted), ...name])
    return isNamed ? 0 : Infinity
  }
  if (isCommon && (sameName(bare, name) || sameName(core, name))) return 0
  if (isCommon && isOfRow && isTime && sameWords(name, ['time'])) return 0
  if (sameWords([...bare, ...own], name) || sameWords([...own, ...bare], name)) return 0
  if (isCommon && (withoutUnit(bare, name) || isBehindHead(core, name, raw))) return 1
  if (wanted === null && sameWords(own, name) && statistic !== 'value') return isOfRow ? 2 : 2.5
  const isUnit = unit.length > 0 && sameWords(unit.map(likeToken), name.map(likeToken))
  return isCommon && isUnit ? 3 : Infinity
}

function isOfTime(unit = ''): boolean {
  return conversion(unit, 's') !== null
}

/** A perplexity is written `PPL`, too. */
function sameName(a: readonly string[], b: readonly string[]): boolean {
  const folded = (all: readonly string[]) =>
    all.map((word) => (word === 'perplexity' ? 'ppl' : word))
  return sameWords(folded(a), folded(b))
}

/** The estimate of an interval that is printed whole: `time` beside `time_low` and `time_high`. */
function estimateIn(figures: Measurement['figures']): string | undefined {
  return Object.keys(figures).find(
    (one) => Object.hasOwn(figures, `${one}_low`) && Object.hasOwn(figures, `${one}_high`),
  )
}

/** `engine: peak memory` is the peak memory: what stands before a colon heads the line. */
function isBehindHead(core: readonly string[], name: readonly string[], raw: string): boolean {
  const lead = core.slice(0, -name.length)
  if (name.length === 0 || lead.length === 0) return false
  if (!sameWords(core.slice(-name.length), name)) return false
  return new RegExp(`${lead.join('[\\s\\W_]*')}:\\s`, 'iu').test(raw.normalize('NFKC'))
}

/** Words of a name without those of its places, unless they are what is asked for. */
function without(
  core: readonly string[],
  places: readonly (readonly string[])[],
  name: readonly string[],
): readonly string[] {
  return places.reduce(
    (left, place) => (sameWords(left, name) ? left : (withoutName(left, place) ?? left)),
    core,
  )
}

/** What a measurement is called apart from its places, its statistic and its unit. */
export function metricOf(
  { measurement, statistic }: Picked,
  { parts, where }: FigureSelector,
): string {
  const { stage, facts, labels } = measurement
  const places = [...parts, ...Object.values(where), ...Object.values(labels ?? {}), statistic]
  // A path such as `./engine-v1.2` is no name in an object.
  if (without(label(stage).core, places.map(words), []).length === 0) return ''
  const { core } = label(withoutBrackets(ownName(stage), facts.unit))
  const bare = without(core, places.map(words), [])
  return (unitWords.has(bare.at(-1) ?? '') ? bare.slice(0, -1) : bare).join(' ')
}

const cores = new WeakMap<Measurement, readonly string[]>()

/** Words of the name, taken apart once: a log may be asked for hundreds of names. */
function coreOf(measurement: Measurement): readonly string[] {
  const known = cores.get(measurement)
  if (known) return known
  const { core } = label(withoutBrackets(measurement.stage, measurement.facts.unit))
  cores.set(measurement, core)
  return core
}

/** `Throughput (tok/s)` without the unit that it states. */
function withoutBrackets(stage: string, unit: string | undefined): string {
  const end = `(${unit})`
  return stage.endsWith(end) ? stage.slice(0, -end.length).trimEnd() : stage
}

/** Tokens per second are written `tok/s`, `tokens/s` and `t/s`. */
function likeToken(word: string): string {
  return /^tok(?:en)?s?$/.test(word) ? 't' : word
}

const unitWords = new Map(
  ['ns', 'us', 'ms', 's', 'sec', 'seconds', 'GiB', 'MiB', 'GB', 'MB'].map((unit) => [
    unit.toLowerCase(),
    unit,
  ]),
)

/** The unit of a figure: as stated, else the one at the end of its name, such as `latency_ms`. */
export function unitOf({ stage, facts }: Measurement): string | undefined {
  if (facts.unit !== undefined) return facts.unit
  const [, rate] = rateAtEnd.exec(stage) ?? []
  if (rate !== undefined) return `${rate.toLowerCase()}/s`
  if (secondsAtEnd.test(stage)) return 's'
  const last = /[_ ]([A-Za-z]+)$/.exec(stage)?.[1]?.toLowerCase()
  return last === undefined || last === 's' ? undefined : unitWords.get(last)
}

/** `tok_s` and `tokens_per_second` are rates; in other names a single `s` may be anything. */
const rateAtEnd =
  /(?:^|[_ .])(tok(?:en)?s?|req(?:uest)?s?|it(?:er(?:ation)?s?)?)(?:_|\/| per |_per_)(?:s|sec|second)$/i
const secondsAtEnd =
  /(?:^|[_ .])(?:latency|time|duration|elapsed|wall|wait|ttft|tpot|itl|e2el)_(?:s|secs?|seconds?)$/i

/** `latency_ms` is the latency. */
function withoutUnit(bare: readonly string[], name: readonly string[]): boolean {
  const last = bare.at(-1)
  return last !== undefined && unitWords.has(last) && sameWords(bare.slice(0, -1), name)
}
