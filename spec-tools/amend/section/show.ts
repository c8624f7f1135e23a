import type { Show } from '../../render/markdown/index.ts'
import type { Figures } from '../figures.ts'

/** Every figure that is shown leaves behind what it rests on. */
export function showIn(figures: Figures): Show {
  return {
    quantity: (quantity) => figures.quantity(quantity),
    computed: (text, from) =>
      from.length === 0 ? text : figures.value(text, from, 'held against its limit'),
  }
}
