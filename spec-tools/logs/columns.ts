/** What the header of a table says about its columns. */
import type { Facts } from '../evidence/facts.ts'
import { visible } from './clean.ts'
import { cut } from './label.ts'
import { statisticName, statisticOf } from './statistics.ts'
import { unitOf, withoutUnit } from './units.ts'

/** The figures of one row that make one measurement: a stage, its token selection, a unit. */
export interface ColumnGroup {
  /** What the columns' names have in common, such as `apr_ffn_swigl`; '' if the row names it. */
  base: string
  facts: Facts
  /** Columns and their statistics, in order, and what a `±` within their cells adds. */
  columns: { at: number; statistic: string; spread: string }[]
}

export interface Columns {
  names: string[]
  /** First of the leading columns that tell rows apart by a number, such as `layer`; else -1. */
  index: number
  /** The leading columns whose texts name the row. */
  keys: number[]
  /** The column that names the implementation; else -1. */
  side: number
  groups: ColumnGroup[]
}

const indices =
  /^(?:layer|layers|layer_idx|layer_id|layer_index|block|blk|step|epoch|iter|iteration|index|idx|i|id|row|token|tok|pos|position|pid|gpu|device|rank|batch|run|rep|repeat|seed|trial|#)$/i
/** Columns whose cells say how large a case is: `1K`, `1.5M`, `4096x4096`. */
const sizes =
  /^(?:(?:message|msg|block|buffer|batch|problem|data|transfer)?[ _-]?size|shape|dims?|length|len|problem)$/i
/** Columns that name rows whatever their cells look like: `7B q4`, `70B`. */
const naming =
  /^(?:models?|names?|kernels?|op|operation|operator|function|tests?|cases?|config(?:uration)?|bench(?:mark)?|method|variant|experiment|setup|quant(?:ization)?)$/i
const dates = /^(?:timestamp|date|time|datetime)$/i
const sides = /^(?:side|impl|implementation|backend|engine|source)$/i
const identities =
  /(?:^|[._ -])(?:version|driver|uuid|serial|pid|sha|commit|hash|date|timestamp|bus_id)(?:$|[._ -])/i

/** What a cell of the first row below the header holds. */
export type CellKind = 'number' | 'date' | 'text' | 'mixed'

/** Reads a header; what the row below it holds tells which columns name rows. */
export function columnsOf(header: readonly string[], kinds: readonly CellKind[]): Columns {
  const names = header.map((cell) => plainCell(cell))
  // A date may stand before the column that tells rows apart.
  const dated = dates.test(names[0] ?? '') ? 1 : 0
  const isSize = kinds[dated] === 'mixed' && sizes.test(names[dated] ?? '')
  const index = isSize || indices.test(names[dated] ?? '') ? dated : -1
  const first = index >= 0 ? index + 1 : dated
  const side = names.findIndex((name) => sides.test(name))
  const keys: number[] = []
  const isKey = (at: number) =>
    kinds[at] === 'text' || (kinds[at] === 'mixed' && naming.test(names[at] ?? ''))
  for (let at = first; isKey(at) && !dates.test(names[at] ?? ''); at++) {
    if (at !== side && !identities.test(names[at] ?? '')) keys.push(at)
  }
  const groups: ColumnGroup[] = []
  for (const [at, name] of names.entries()) {
    if (at === index || at === side || keys.includes(at)) continue
    if (dates.test(name) || identities.test(name)) continue
    // Two columns of one name cannot be told apart.
    if (name !== '' && names.indexOf(name) !== names.lastIndexOf(name)) continue
    place(groups, at, name)
  }
  return { names, index, keys, side, groups }
}

/** Columns of a table without a header: they are known by their number. */
export function unnamedColumns(kinds: readonly CellKind[]): Columns {
  const names = kinds.map((_, at) => `column ${at + 1}`)
  return columnsOf(names, kinds)
}

/** A column may be called by its unit alone. */
const unitAlone = /\/|^(?:[num\u00b5]s|[kKMGT]i?B|[MG]Hz|[GT]FLOPS|TOPS)$/

/** `latency ± std (ms)` and `latency (mean ± σ)`: what is meant by `±`, and the name without it. */
function withoutSpread(printed: string): { name: string; spread: string } {
  const {
    outer = '',
    name,
    of,
  } = (inBrackets.exec(printed) ?? atTheEnd.exec(printed))?.groups ?? {}
  if (name === undefined || of === undefined) return { name: printed, spread: 'plus_minus' }
  const spread = standardError.test(of) ? 'stderr' : (statisticOf(of) ?? 'plus_minus')
  return { name: `${outer} ${name}`.trim(), spread }
}

const inBrackets = /^(?<outer>.*\S)\s*\((?<name>[^()]*?)\s*(?:±|\+\/?-)\s*(?<of>[^()]*)\)$/
const atTheEnd = /^(?<name>.*?\S)\s*(?:±|\+\/?-)\s*(?<of>.*)$/
const standardError = /^(?:std[ ._]?err(?:or)?|standard error|sem|se)$/i

/** A name with `±` in it: `latency mean ± std (ms)`. */
export function spreadNamed(printed: string) {
  const whole = withoutUnit(printed)
  const { name, spread } = withoutSpread(whole.name)
  const { name: bare, unit } = whole.unit === null ? withoutUnit(name) : { name, unit: whole.unit }
  const { known, statistic, base } = statisticName(bare)
  return {
    name: bare,
    unit,
    spread,
    base: known ? base : bare,
    statistic: known ? statistic : 'value',
  }
}

function place(groups: ColumnGroup[], at: number, printed: string): void {
  const marked = spreadNamed(printed)
  const { name, spread } = marked
  const { statistic, base, known, last, unit: atEnd } = statisticName(name)
  const unit = marked.unit ?? atEnd ?? (unitAlone.test(printed) ? unitOf(printed) : null)
  const facts: Facts = {}
  if (last) facts.selection = 'last'
  if (unit !== null) facts.unit = unit
  const stage = known ? base : name.replace(/[_ -]last[_ -]token$/i, '')
  const same = groups.findLast(
    (group) =>
      known &&
      group.base === stage &&
      group.facts.selection === facts.selection &&
      group.facts.unit === facts.unit &&
      group.columns.every((column) => column.statistic !== statistic),
  )
  const column = { at, statistic: known ? statistic : 'value', spread }
  if (same === undefined) groups.push({ base: cut(stage, 128), facts, columns: [column] })
  else same.columns.push(column)
}

/** A cell without the marks of Markdown around its text. */
export function plainCell(cell: string): string {
  const shown = visible(cell).trim()
  const quoted = /^"(.*)"$/.exec(shown)?.[1]
  if (quoted !== undefined) return quoted.replaceAll('""', '"').replaceAll(/\s+/g, ' ').trim()
  return shown
    .replace(/^#\s+/, '')
    .replaceAll(/^(?:\*\*|__|`|")+|(?:\*\*|__|`|")+$/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
