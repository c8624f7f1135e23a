/** Figures of the run in the texts that a verdict writes into the document. */
import { type Change, filled } from '../settings/index.ts'
import type { Evaluated } from './evaluated.ts'
import type { PlannedChange, WrittenFigure } from './types.ts'

/** @param figure what an expression in braces comes to */
export function withFigures(change: Change, figure: (text: string) => Evaluated): PlannedChange {
  let missing: string | null = null
  const figures: WrittenFigure[] = []
  const fill = (text: string) =>
    filled(text, (expression) => {
      const { quantity, unit, missing: why } = figure(expression)
      if (quantity === null) missing ??= `${expression}: ${why ?? 'no figure'}`
      if (quantity === null) return ''
      const shown = `${quantity.text}${unit === undefined ? '' : ` ${unit}`}`
      figures.push({ text: shown, from: [...quantity.from], how: quantity.how })
      return shown
    })
  switch (change.kind) {
    case 'cell':
    case 'text':
      return { change: { ...change, to: fill(change.to) }, missing, figures }
    case 'row':
      return { change: { ...change, to: change.to.map(fill) }, missing, figures }
    default:
      return { change, missing, figures }
  }
}
