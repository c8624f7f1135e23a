/** What evaluating an expression gives, and what it is evaluated with. */
import type { Evidence } from '../evidence/index.ts'
import type { NamedValue } from './named.ts'
import { type Metric, type Picked, unitOf } from './called.ts'
import type { Picker } from './pick.ts'
import type { Environment, Quantity } from './types.ts'
import type { Work } from './work.ts'

/** A value with what it was made of: each figure stands in the verdict. */
export interface Evaluated {
  quantity: Quantity | null
  missing: string | null
  unit: string | undefined
  parts: NamedValue[]
  /** The figures that it was made of. */
  picked: Picked[]
  /** Of one metric, alone or times a number; absent for a share, a count and a text. */
  metric?: Metric
}

export interface EvaluateContext {
  evidence: Pick<Evidence, 'measurements' | 'diagnostics'>
  environment: Environment
  picker: Picker
  named: (name: string) => NamedValue
  /** A figure of a judged stage. */
  ofStage: (stage: string, metric: string) => NamedValue
  work: Work
  /** Facts of the work that the logs do not state. */
  assert: Readonly<Record<string, string>>
  /** Whether figures are taken with what they vary by, as they are where two runs are compared. */
  withSpread: boolean
  /** The unit that a figure is asked for in. */
  unit?: string | undefined
}

export function single(
  name: string,
  quantity: Quantity | null,
  missing: string | null,
  picked: Picked[] = [],
  metric?: Metric,
): Evaluated {
  const used = picked.map(({ measurement }) => measurement.id)
  const unit = picked[0] && unitOf(picked[0].measurement)
  return {
    quantity,
    missing,
    unit,
    parts: [{ name, quantity, missing, used, ...(unit !== undefined && { unit }) }],
    picked,
    ...(metric && { metric }),
  }
}
