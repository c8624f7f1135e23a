/** What to write under `measurements:` of an investigation, so that it stands for one figure. */
import type { Measurement } from '../evidence/index.ts'
import type { Named } from '../settings/index.ts'
import { isOfPair, measurementsNamed, withLayer } from './select.ts'
import { MeasurementIndex } from './measurement-index.ts'

/** The parts of a named measurement that pick it; `side: pair` where it speaks of both sides. */
export type NamedSelector = Pick<Named, 'stage' | 'metric'> &
  Partial<Pick<Named, 'layer' | 'under' | 'labels' | 'unit' | 'side'>>

/** More ways to tell two figures apart are not tried. */
const mostLabels = 8

/**
 * Finds the shortest selector for a figure of these measurements.
 *
 * @returns for a measurement and one of its statistics a selector that picks exactly that figure; null
 *   if there is none, since the log says the same of several
 */
export function selectors(
  all: readonly Measurement[],
): (measurement: Measurement, statistic: string) => NamedSelector | null {
  const known = all.map(withLayer)
  const indexed = new MeasurementIndex(known)
  const picked = new Map<string, Set<string>>()

  function picks(selector: NamedSelector): Set<string> {
    const key = JSON.stringify(selector)
    let ids = picked.get(key)
    if (ids === undefined) {
      const states = ({ figures }: Measurement) => Object.hasOwn(figures, selector.metric)
      ids = new Set(
        measurementsNamed(indexed, selector.stage, selector, states).map(({ id }) => id),
      )
      picked.set(key, ids)
    }
    return ids
  }

  return (measurement, metric) => {
    const { id, stage, facts } = measurement
    const unit = facts.unit === undefined ? {} : { unit: facts.unit }
    if (stage.length > 128) return null
    // Both sides are compared by the gate, under the id of their stage.
    if (isOfPair(measurement)) return { stage, side: 'pair', metric, ...unit }
    for (const more of candidates(withLayer(measurement))) {
      const ids = picks({ stage, metric, ...more })
      if (ids.size === 1 && ids.has(id)) return { stage, metric, ...more, ...unit }
    }
    return null
  }
}

/** Ways to say which measurement is meant, the shortest first. */
function* candidates({ under, facts, labels }: Measurement): Generator<Partial<NamedSelector>> {
  const layer = facts.layer === undefined ? null : { layer: facts.layer }
  const headings = under.toReversed().map((heading) => ({ under: heading }))
  const columns = Object.entries(labels ?? {})
    .slice(0, mostLabels)
    .map(([name, text]) => ({ labels: { [name]: text } }))
  const whole = Object.keys(labels ?? {}).length > 1 ? [{ labels: { ...labels } }] : []
  yield {}
  if (layer !== null) yield layer
  yield* headings
  yield* columns
  yield* whole
  for (const heading of headings) {
    if (layer !== null) yield { ...heading, ...layer }
    for (const column of [...columns, ...whole]) yield { ...heading, ...column }
  }
}
