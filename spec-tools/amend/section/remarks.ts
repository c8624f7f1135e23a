/** What must be read with the table of stages: other figures of a few, declared limits, assertions. */
import { pairMetricKeys, pairMetrics } from '../../evidence/index.ts'
import { decisionOf } from '../../judge/index.ts'
import type { DivergenceRow } from '../../judge/types.ts'
import { prose, sentence, stageName, type Inline } from '../../render/markdown/index.ts'
import type { Bundle } from '../../bundle/index.ts'
import type { Figures } from '../figures.ts'
import { restsOn } from './rests-on.ts'

/** Of so few stages all figures of the pair are told; the evidence has those of more. */
const few = 4

export function tableRemarks(
  rows: readonly DivergenceRow[],
  bundle: Bundle,
  figures: Figures,
): Inline[] {
  return [
    ...(rows.length <= few ? rows.flatMap((row) => pairFigures(row, figures)) : []),
    ...declaredLimits(rows, bundle, figures),
    ...asserted(rows),
  ]
}

/** `q-out: n 3,584, max |diff| 0.005294, RMS diff 6.73e-4`. */
function pairFigures(row: DivergenceRow, figures: Figures): Inline[] {
  const metrics = pairMetricKeys.flatMap((key) => {
    const quantity = row[key]
    const told = key === 'ratio' || pairMetrics[key].title === decisionOf(row)?.name
    return quantity && !told ? [`${pairMetrics[key].title} ${figures.quantity(quantity)}`] : []
  })
  const { n } = row.candidate ?? {}
  const counted = n ? [`n ${figures.quantity(n)}`] : []
  return metrics.length === 0
    ? []
    : [[stageName(row.stage), ': ', [...counted, ...metrics].join(', '), '.']]
}

/** Limits that a person or a repeat vouches for, with the reason. */
function declaredLimits(
  rows: readonly DivergenceRow[],
  { investigation }: Bundle,
  figures: Figures,
): Inline[] {
  const { title } = pairMetrics.relativeL2
  // Where another figure decided, its own limit stands in the table.
  const known = rows.filter((row) => {
    const decision = decisionOf(row)
    return row.floor !== null && (decision === null || decision.name === title)
  })
  const groups = [...Map.groupBy(known, ({ floor }) => floor?.text ?? '')].slice(0, few)
  return groups.map(([text, of]) => {
    const [row] = of as [DivergenceRow]
    const at = investigation?.stages.findIndex(({ id, floor }) => id === row.stage && floor) ?? -1
    const from =
      row.floor?.origin === 'declared'
        ? [`investigation#${at === -1 ? '' : `/stages/${at}`}/floor/relative_l2`]
        : restsOn([row])
    const said = sentence(figures.sentence(text, from, row.floor?.origin ?? ''))
    const more = of.length > 1 ? ` and ${of.length - 1} more` : ''
    return ['Limit of ', stageName(row.stage), `${more}: `, prose(said)]
  })
}

/** Facts on which a comparison rests though no log states them. */
function asserted(rows: readonly DivergenceRow[]): Inline[] {
  const parts = rows.flatMap((row) =>
    [row.candidate, row.reference].flatMap((side): Inline[] =>
      side && side.asserted.length > 0
        ? [[side.asserted.join(', '), ` of ${side.name} at `, stageName(row.stage)]]
        : [],
    ),
  )
  if (parts.length === 0) return []
  const shown = parts.slice(0, few).flatMap((part, at) => (at === 0 ? [part] : ['; ', part]))
  const more = parts.length > few ? `; and ${parts.length - few} more` : ''
  return [['Asserted by the investigation, not printed: ', ...shown, `${more}.`]]
}
