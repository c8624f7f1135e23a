/**
 * What a judgement can show as a picture: for each stage a figure on an axis, or why it has none.
 * Stages that were not compared get no figure, as they get no ratio in the table.
 */
import {
  decisionOf,
  type DivergenceRow,
  isUnjudged,
  outcomeOf,
  type Quantity,
} from '../../judge/index.ts'

export interface Panel {
  axis: 'relative L2' | 'std ratio' | 'share of the limit'
  /** One entry a row, in the order of the rows; null where the row has no figure on this axis. */
  points: (Point | null)[]
}

export interface Point {
  value: number
  /** As far as printed digits bound the value. */
  lo: number
  hi: number
  /** The noise floor in the unit of the axis. */
  floor: number | null
  /** The figure in words. */
  text: string
}

/** Why a stage has no figure, gravest first: one line of the band below the panels each. */
export const lanes = ['not finite', 'not compared', 'no such figure'] as const
export type Lane = (typeof lanes)[number]

/**
 * The panels that are worth drawing, the most telling first; none where no stage has a figure.
 * Ratios are drawn only where some stage is known by its summaries alone.
 */
export function panelsOf(rows: readonly DivergenceRow[]): Panel[] {
  const relative = rows.map((row) => point(row, row.relativeL2, row.floor?.relativeL2 ?? null))
  const ratio = rows.map((row) => point(row, row.ratio, null))
  const panels: Panel[] = []
  if (relative.some((one) => one !== null)) panels.push({ axis: 'relative L2', points: relative })
  if (ratio.some((one, index) => one !== null && relative[index] === null)) {
    panels.push({ axis: 'std ratio', points: ratio })
  }
  return panels
}

/**
 * How much of its limit the figure takes that decided a stage: one axis for all metrics, on which 1
 * is the limit. None where nothing was decided.
 */
export function limitPanels(rows: readonly DivergenceRow[]): Panel[] {
  const points = rows.map((row): Point | null => {
    const decision = outcomeOf(row) === 'nonfinite' ? null : decisionOf(row)
    if (decision?.share == null) return null
    const { name, value, limit, share } = decision
    const [short, of] = [value, limit].map((number) => Number(number.toPrecision(3)))
    const text = `${name} ${short} of ${of}`
    return { value: share, lo: share, hi: share, floor: null, text }
  })
  return points.every((one) => one === null) ? [] : [{ axis: 'share of the limit', points }]
}

/** The line of the band on which a stage stands; null for one that stands in a panel. */
export function laneOf(row: DivergenceRow, index: number, panels: readonly Panel[]): Lane | null {
  if (outcomeOf(row) === 'nonfinite') return 'not finite'
  if (panels.some(({ points }) => points[index])) return null
  return isUnjudged(row) ? 'not compared' : 'no such figure'
}

function point(row: DivergenceRow, quantity: Quantity | null, floor: number | null): Point | null {
  // What is left of a stage beside its NaN is no measure of how far the sides are apart.
  if (quantity === null || outcomeOf(row) === 'nonfinite') return null
  const { value, lo, hi, text } = quantity
  return Number.isFinite(value) && value >= 0 ? { value, lo, hi, floor, text } : null
}
