/** What the header of a table says about its columns. */
import type { Facts } from '../evidence/facts.ts'
import { visible } from './clean.ts'
import { cut } from './label.ts'
import { statisticName } from './statistics.ts'
import { unitOf } from './units.ts'

/** The figures of one row that make one measurement: a stage, its token selection, a unit. */
export interface ColumnGroup {
  /** What the columns' names have in common, such as `apr_ffn_swigl`; '' if the row names it. */
  base: string
  facts: Facts
  /** Columns and their statistics, in order. */
  columns: { at: number; statistic: string }[]
}

export interface Columns {
  names: string[]
  /** First of the leading columns that tell rows apart by a number, such as `layer`; else -1. */
  index: number
  /** The column whose text names the row; else -1. */
  key: number
  /** The column that names the implementation; else -1. */
  side: number
  groups: ColumnGroup[]
}

const indices =
  /^(?:layer|layers|layer_idx|layer_id|layer_index|block|blk|step|epoch|iter|iteration|index|idx|i|id|row|token|tok|pos|position|pid|gpu|device|rank|batch|run|rep|repeat|seed|trial|#)$/i
const dates = /^(?:timestamp|date|time|datetime)$/i
const sides = /^(?:side|impl|implementation|backend|engine|source)$/i
const identities =
  /(?:^|[._ -])(?:version|driver|uuid|serial|pid|sha|commit|hash|date|timestamp|bus_id)(?:$|[._ -])/i

/** What a cell of the first row below the header holds. */
export type CellKind = 'number' | 'date' | 'text'

/** Reads a header; what the row below it holds tells which columns name rows. */
export function columnsOf(header: readonly string[], kinds: readonly CellKind[]): Columns {
  const names = header.map((cell) => plainCell(cell))
  const index = names.length > 0 && indices.test(names[0]!) ? 0 : -1
  const first = index === 0 || dates.test(names[0] ?? '') ? 1 : 0
  const isKey = kinds[first] === 'text' && !dates.test(names[first] ?? '')
  const key = isKey && (first === 0 || index === 0) ? first : -1
  const side = names.findIndex((name) => sides.test(name))
  const groups: ColumnGroup[] = []
  for (const [at, name] of names.entries()) {
    if (at === index || at === key || at === side) continue
    if (dates.test(name) || identities.test(name)) continue
    place(groups, at, name)
  }
  return { names, index, key: key === side ? -1 : key, side, groups }
}

/** Columns of a table without a header: they are known by their number. */
export function unnamedColumns(kinds: readonly CellKind[]): Columns {
  const names = kinds.map((_, at) => `column ${at + 1}`)
  return columnsOf(names, kinds)
}

function place(groups: ColumnGroup[], at: number, printed: string): void {
  const { name, unit } = withoutUnit(printed)
  const { statistic, base, known, last } = statisticName(name)
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
  const column = { at, statistic: known ? statistic : 'value' }
  if (same === undefined) groups.push({ base: cut(stage, 128), facts, columns: [column] })
  else same.columns.push(column)
}

/** `used_gpu_memory [MiB]` and `latency (ms)` as a name and its unit. */
function withoutUnit(printed: string): { name: string; unit: string | null } {
  const marked = /^(.+?)\s*[[(]([^\][()]{1,16})[\])]$/.exec(printed)
  const unit = marked === null ? null : unitOf(marked[2]!.trim())
  return unit === null ? { name: printed, unit: null } : { name: marked![1]!, unit }
}

/** A cell without the marks of Markdown around its text. */
export function plainCell(cell: string): string {
  return visible(cell)
    .trim()
    .replace(/^#\s+/, '')
    .replaceAll(/^(?:\*\*|__|`|")+|(?:\*\*|__|`|")+$/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
