/** How deep in a model a stage is, as its name says: what was not captured has rounded, too. */
import { label } from './label.ts'

export interface Depth {
  /** The layer that it is of; null where the name says nothing. */
  layer: number | null
  /** Layers between the stages that it is computed from and itself. */
  hidden: number
  /** Whether the name says that layers lie before it, but nothing says how many. */
  open: boolean
}

/** As `model.layers.3.mlp`, `blk.3.ffn`, `h.3`, `l_out-3`. */
const short = /^(?:[a-z_]+\.)*h\.(\d+)(?:\.|$)|[a-z]-(\d+)$/i
const atTheEnd =
  /(?:^|[._-])(?:logits|lm_?head|final_norm|ln_f|output_norm|result_norm|result_output)\b/i
const normalising = /norm|(?:^|[._-])ln(?:_|\d|\b)|softmax|probs?\b/i

/** Captures of a layer from which on its operations are taken to be captured, and not only its end. */
const dense = 4

/** How deep the stages of a comparison are. */
export class Depths {
  readonly #captures = new Map<number, number>()

  constructor(stages: Iterable<string>) {
    for (const layer of Iterator.from(stages).map(layerOf)) {
      if (layer !== null) this.#captures.set(layer, (this.#captures.get(layer) ?? 0) + 1)
    }
  }

  /** @param before of the stages that it is computed from */
  of(stage: string, before: readonly Depth[]): Depth {
    const layer = layerOf(stage)
    const last = before.findLast((one) => one.layer !== null)
    if (layer === null) {
      const open = before.length === 0 && atTheEnd.test(stage)
      return { layer: last?.layer ?? null, hidden: 0, open }
    }
    if (last?.layer === layer) return { layer, hidden: 0, open: false }
    const whole = (this.#captures.get(layer) ?? 0) < dense ? 1 : 0
    const from = last?.layer ?? -1
    return { layer, hidden: Math.max(0, layer - from - 1) + whole, open: false }
  }
}

function layerOf(stage: string): number | null {
  const found = label(stage).layer
  if (found !== null) return found
  const [, h, dash] = short.exec(stage) ?? []
  return (h ?? dash) ? Number(h ?? dash) : null
}

/** Whether a stage scales what comes in: its values are smaller without anything having cancelled. */
export function isNormalising(stage: string): boolean {
  return normalising.test(stage)
}
