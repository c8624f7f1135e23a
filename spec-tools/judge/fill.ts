/** Figures of the run in the texts that a verdict writes into the document. */
import { type Change, filled } from '../settings/index.ts'
import type { Evaluated } from './evaluated.ts'
import type { PlannedChange } from './types.ts'

/** @param figure what an expression in braces comes to */
export function withFigures(change: Change, figure: (text: string) => Evaluated): PlannedChange {
  let missing: string | null = null
  const fill = (text: string) =>
    filled(text, (expression) => {
      const { quantity, unit, missing: why } = figure(expression)
      if (quantity === null) missing ??= `${expression}: ${why ?? 'no figure'}`
      return quantity === null ? '' : `${quantity.text}${unit === undefined ? '' : ` ${unit}`}`
    })
  switch (change.kind) {
    case 'cell':
    case 'text':
      return { change: { ...change, to: fill(change.to) }, missing }
    case 'row':
      return { change: { ...change, to: change.to.map(fill) }, missing }
    default:
      return { change, missing }
  }
}
