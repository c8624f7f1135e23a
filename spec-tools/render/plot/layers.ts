/** The stages of a model as a grid: what is computed in each layer, layer by layer. */
import { type DivergenceRow, layerIn } from '../../judge/index.ts'

export interface LayerGrid {
  /** In their order. */
  layers: number[]
  /** What stands in a layer, in the order of the computation. */
  parts: string[]
  at(part: string, layer: number): DivergenceRow | undefined
}

/** Fewer layers, or stages with a layer, make no grid. */
const fewest = 2

/** Null where the names of the stages don't say which layer they are of, or two say the same. */
export function layerGrid(rows: readonly DivergenceRow[]): LayerGrid | null {
  const cells = new Map<string, Map<number, DivergenceRow>>()
  for (const row of rows) {
    const found = layerIn(row.stage)
    if (found === null) continue
    const part = cells.get(found.rest) ?? new Map<number, DivergenceRow>()
    if (part.has(found.layer)) return null
    cells.set(found.rest, part.set(found.layer, row))
  }
  const layers = [...new Set([...cells.values()].flatMap((part) => [...part.keys()]))]
  if (layers.length < fewest) return null
  return {
    layers: layers.toSorted((a, b) => a - b),
    parts: [...cells.keys()],
    at: (part, layer) => cells.get(part)?.get(layer),
  }
}
