/** The seven verdicts a stage can get, in one cell of one line. */
import { pairMetrics } from '../evidence/index.ts'
import type { Interval } from './interval.ts'
import { contrast, short } from './quantity.ts'
import type { Cell, Compared, NoiseFloor, Reason, Verdict } from './types.ts'

export function cell(verdict: Verdict, reasons: readonly Reason[] = []): Cell {
  const between = verdict === 'UNPROVEN' ? ', ' : '; '
  const shownReasons = reasons.slice(0, 3).map(({ text }) => text)
  const text = shownReasons.length === 0 ? verdict : `${verdict}(${shownReasons.join(between)})`
  return { verdict, reasons: [...reasons], text }
}

export const noFloor: Reason = { about: 'floor', text: 'floor?' }

/**
 * The verdict on a relative L2 that lies within an interval, against a floor.
 *
 * @param within has a `value` where the relative L2 itself is known, and none where it is only bounded
 * @param agreement whether the figures may show agreement; summaries alone never do
 */
export function againstFloor(
  within: Interval & { value?: number },
  floor: NoiseFloor,
  agreement: boolean,
): Cell {
  const { lo, hi, value } = within
  const limit = floor.relativeL2
  if (lo > limit && floor.atLeast) {
    return cell('UNPROVEN', [{ about: 'floor', text: `floor ≥${short(limit)}?` }])
  }
  if (lo > limit) {
    const [left, right] = contrast(value ?? lo, limit)
    const text = `relL2 ${value === undefined ? '≥' : ''}${left}>${right}`
    const compared = comparedWith(value ?? lo, limit, value === undefined ? 'at least' : 'exactly')
    return cell('DIVERGENT', [{ about: 'relative_l2', text, compared }])
  }
  if (agreement && hi <= limit) {
    const [left, right] = contrast(value ?? hi, limit)
    const text = `relL2 ${left}≤${right}`
    const compared = comparedWith(value ?? hi, limit, value === undefined ? 'at most' : 'exactly')
    return cell('MATCH', [{ about: 'relative_l2', text, compared }])
  }
  const text = Number.isFinite(hi) ? `relL2 ${short(lo)}–${short(hi)}` : `relL2 ≥${short(lo)}`
  return cell('UNPROVEN', [{ about: 'relative_l2', text }])
}

function comparedWith(value: number, limit: number, bound: Compared['bound']): Compared {
  return { name: pairMetrics.relativeL2.title, value, limit, bound, from: [] }
}
