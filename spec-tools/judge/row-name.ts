/**
 * What a row is called whose figures carry its name: `BM_Softmax/256 Time` and `BM_Softmax/256 CPU`
 * of Google Benchmark, `./engine -n 64` and `./engine -n 64 User` of hyperfine.
 */
import type { Measurement } from '../evidence/index.ts'

/** Columns by which the name of a row is asked for, and labels that hold it. */
const naming = new Set([
  'test',
  'name',
  'run name',
  'stage',
  'case',
  'benchmark',
  'operation',
  'op',
  'kernel',
  'command',
  'row',
])

export function isNaming(column: readonly string[]): boolean {
  return naming.has(column.join(' '))
}

/** @param row the measurements of one row; null where they have no name in common */
export function nameOfRow(row: readonly Measurement[]): string | null {
  const [first] = row
  const labelled = first?.labels?.['run_name']
  if (first === undefined || labelled !== undefined) return labelled ?? null
  const stages = [...new Set(row.map(({ stage }) => stage))].map((stage) => stage.split(' '))
  const [shortest = [], ...others] = stages.toSorted((a, b) => a.length - b.length)
  if (others.length === 0) return null
  const apart = shortest.findIndex((word, at) => others.some((one) => one[at] !== word))
  const common = shortest.slice(0, apart === -1 ? undefined : apart).join(' ')
  return /\p{L}/u.test(common) && heads(common, first.source.raw) ? common : null
}

/** Whether a line begins with a name as a table does, or is what hyperfine prints below one. */
function heads(name: string, raw: string): boolean {
  const line = raw.trimStart()
  if (/^Time \((?:mean|abs)/.test(line)) return true
  const cell = /^["|]\s*/.exec(line)?.[0] ?? ''
  const rest = line.slice(cell.length)
  return rest.startsWith(name) && /^(?:"?,|\s{2,}|\t|\s*\|)/.test(rest.slice(name.length))
}
