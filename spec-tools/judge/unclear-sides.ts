/** Differences that a log prints without a word on between which sides they are: told, never judged. */
import type { Measurement } from '../evidence/index.ts'
import type { Investigation } from '../settings/index.ts'
import { cell } from './cell.ts'
import { unnamed } from './repair.ts'
import { isOfPair, measurementsOfPair } from './select.ts'
import { MeasurementIndex } from './measurement-index.ts'
import type { Table } from './table.ts'
import { isUnjudged } from './verdicts.ts'
import type { Warn } from './warning.ts'

/** Says at each stage that has nothing but such a difference why it is not judged, and warns of all. */
export function tellUnclearSides(
  { rows, used }: Table,
  measurements: readonly Measurement[],
  { stages, sides }: Pick<Investigation, 'stages' | 'sides'>,
  warn: Warn,
): Table['rows'] {
  const unclear = measurements.filter(
    (one) => isOfPair(one) && one.side === null && !used.has(one.id) && !isHeldAgainst(one),
  )
  if (unclear.length === 0) return rows
  const places = unclear.slice(0, 4).map(({ source: { file, line } }) => `${file}:${line}`)
  const more = unclear.length > places.length ? ` and ${unclear.length - places.length} more` : ''
  warn(
    'ambiguity',
    `${places.join(', ')}${more}: a difference is printed, and nothing says between which sides. Name both in its line or heading, such as \`A vs B\`.`,
  )
  const indexed = new MeasurementIndex(unclear)
  return rows.map(({ row, after }, index) => {
    const stage = stages[index]
    if (!stage || !isUnjudged(row) || row.cell.verdict === 'INCOMPARABLE') return { row, after }
    const found = measurementsOfPair(indexed, {
      stage: stage.id,
      selector: stage.pair ?? {},
      side: sides.candidate,
      other: sides.reference,
    })
    for (const { id } of found) used.add(id)
    return found.length === 0
      ? { row, after }
      : { row: { ...row, cell: cell('UNPROVEN', [unnamed, ...row.cell.reasons]) }, after }
  })
}

/** Whether its line holds it against a limit, and so says by itself what it means. */
function isHeldAgainst({ source: { raw } }: Measurement): boolean {
  return /[<>≤≥]/.test(raw)
}
