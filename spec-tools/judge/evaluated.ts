/** What evaluating an expression gives, and what it is evaluated with. */
import type { Evidence } from '../evidence/index.ts'
import type { NamedValue } from './named.ts'
import { type Picked, type Picker, unitOf } from './pick.ts'
import type { Environment, Quantity } from './types.ts'

/** A value with what it was made of: each figure stands in the verdict. */
export interface Evaluated {
  quantity: Quantity | null
  missing: string | null
  unit: string | undefined
  parts: NamedValue[]
  /** Of a single figure: what it was read from. */
  picked: Picked[]
}

export interface EvaluateContext {
  evidence: Pick<Evidence, 'measurements' | 'diagnostics'>
  environment: Environment
  picker: Picker
  named: (name: string) => NamedValue
  /** A figure of a judged stage. */
  ofStage: (stage: string, metric: string) => NamedValue
}

export function single(
  name: string,
  quantity: Quantity | null,
  missing: string | null,
  picked: Picked[] = [],
): Evaluated {
  const used = picked.map(({ measurement }) => measurement.id)
  const unit = picked[0] && unitOf(picked[0].measurement)
  return {
    quantity,
    missing,
    unit,
    parts: [{ name, quantity, missing, used, ...(unit !== undefined && { unit }) }],
    picked,
  }
}
