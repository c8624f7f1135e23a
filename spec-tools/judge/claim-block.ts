/**
 * Verdicts that stand alone in their line (`PASS`, `Layer  3/28 [OK]`), held against the figures of the
 * same block: those below it, where it is a heading, else those on the lines directly above it.
 */
import type { Measurement } from '../evidence/index.ts'
import { checkedAgainst, type Found } from './claim.ts'
import { realValue } from './quantity.ts'
import type { CheckedClaim, DivergenceRow } from './types.ts'
import { isAlarm, isMatch } from './verdicts.ts'

/**
 * @param claims as checked by their own line
 * @returns the same, with those that it could not decide held against the rows whose sides both stand
 *   in the block, and against values that are not finite
 */
export function heldAgainstBlocks(
  claims: readonly CheckedClaim[],
  measurements: readonly Measurement[],
  rows: readonly DivergenceRow[],
): CheckedClaim[] {
  if (claims.length === 0) return []
  const claimsIn = Map.groupBy(claims, ({ source }) => source.file)
  const inFile = Map.groupBy(measurements, ({ source }) => source.file)
  const blocks = new Map(
    [...claimsIn].map(([file, all]) => [file, new Blocks(inFile.get(file) ?? [], all)]),
  )
  const rowsOf = new Map<string, RestingRow[]>()
  for (const row of rows) {
    const rests = { row, on: restsOn(row) }
    for (const id of rests.on) rowsOf.set(id, [...(rowsOf.get(id) ?? []), rests])
  }
  return claims.map((claim) => {
    if (claim.follows !== 'cannot tell') return claim
    const block = blocks.get(claim.source.file)?.of(claim) ?? []
    const found = recomputed(block, rowsOf)
    return found ? checkedAgainst(claim, found) : claim
  })
}

/** The measurements of one log, by the lines that they stand on and the headings above them. */
class Blocks {
  readonly #byLine: ReadonlyMap<number, Measurement>
  /** Measurements below a heading that is a verdict, by the line of the last such one before them. */
  readonly #below = new Map<number, Measurement[]>()
  readonly #verdicts: ReadonlySet<number>

  constructor(measurements: readonly Measurement[], claims: readonly CheckedClaim[]) {
    this.#byLine = new Map(
      measurements.flatMap((one) => linesOf(one).map((line) => [line, one] as const)),
    )
    this.#verdicts = new Set(claims.map(({ source }) => source.line))
    const begins = claims.map(({ text, source }) => ({ text: folded(text), line: source.line }))
    const headed = measurements.map((one) => ({ one, line: one.source.line }))
    // In the order of the log; a verdict with the same words begins a block of its own.
    const open = new Map<string, number>()
    for (const next of [...begins, ...headed].toSorted((a, b) => a.line - b.line)) {
      if ('text' in next) open.set(next.text, next.line)
      else this.#place(next.one, open)
    }
  }

  of({ source: { line } }: CheckedClaim): Measurement[] {
    return this.#below.get(line) ?? this.#above(line)
  }

  #place(one: Measurement, open: ReadonlyMap<string, number>): void {
    for (const line of new Set(one.under.map((heading) => open.get(folded(heading))))) {
      if (line === undefined) continue
      const block = this.#below.get(line)
      if (block) block.push(one)
      else this.#below.set(line, [one])
    }
  }

  #above(line: number): Measurement[] {
    const above = new Set<Measurement>()
    for (let at = line - 1; !this.#verdicts.has(at); at -= 1) {
      const measurement = this.#byLine.get(at)
      if (!measurement) break
      above.add(measurement)
    }
    return [...above]
  }
}

function linesOf({ source, figures }: Measurement): number[] {
  return [source.line, ...Object.values(figures).map(({ line }) => line)]
}

interface RestingRow {
  row: DivergenceRow
  /** Ids of all measurements that it was judged by. */
  on: ReadonlySet<string>
}

function recomputed(
  block: readonly Measurement[],
  rowsOf: ReadonlyMap<string, readonly RestingRow[]>,
): Found | null {
  const broken = block.flatMap(({ stage, figures }) =>
    Object.entries(figures)
      .filter(([, { value }]) => !Number.isFinite(realValue(value)))
      .map(([statistic, { printed }]) => `${statistic} of ${stage} is ${printed}`),
  )
  if (broken[0] !== undefined) return { holds: false, text: broken[0] }
  const ids = new Set(block.map(({ id }) => id))
  const touched = new Set(block.flatMap(({ id }) => rowsOf.get(id) ?? []))
  const within = [...touched].filter(({ on }) => on.isSubsetOf(ids)).map(({ row }) => row)
  const apart = within.find(isAlarm)
  if (apart) return { holds: false, ours: true, text: `${apart.stage} is ${apart.cell.text}` }
  if (within.length === 0 || !within.every(isMatch)) return null
  return { holds: true, text: within.map((row) => `${row.stage} is ${row.cell.text}`).join('; ') }
}

function restsOn(row: DivergenceRow): Set<string> {
  const { candidate, reference, maxAbsDiff, rmsDiff, relativeL2 } = row
  const figures = [maxAbsDiff, rmsDiff, relativeL2].flatMap((figure) => figure?.from ?? [])
  return new Set([
    ...[candidate, reference].flatMap((side) => side?.measurements ?? []),
    ...figures.map((from) => from.slice(0, from.lastIndexOf('#'))),
  ])
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
