/**
 * The lines that llama.cpp's eval callback prints for each tensor:
 *
 *     ggml_debug:  Qcur-3 (reshaped) = (f32)    RESHAPE(Qcur-3{3584, 7, 1, 1}, }) = {128, 28, 7, 1}
 *
 * Such a line holds no figure; it names the stage of the `sum = …` that follows, and states type,
 * shape and element count. Names may contain blanks; `-3` at their end is the layer.
 */
import type { Facts } from '../evidence/facts.ts'
import { text } from './bytes.ts'
import { labelOf, type Label } from './label.ts'

const line =
  /^\s*(?:[\w.]+:\s)?\s*(\S.*?) = \(([A-Za-z]\w{0,31})\)\s+[\w-]+\(.*\) = \{(\d+(?:, *\d+){0,15})\}\s*$/

/** What the line says, or null if it is none of them. */
export function callbackLabel(bytes: Uint8Array, from: number, to: number): Label | null {
  // It ends with a brace; few other lines do.
  let last = to - 1
  while (last > from && bytes[last] === 32) last--
  if (bytes[last] !== 125) return null
  const match = line.exec(text(bytes, from, to))
  if (match === null) return null
  const [, name = '', dtype = '', sizes = ''] = match
  // ggml lists the innermost dimension first and pads to four with ones.
  const shape = sizes.split(',').map(Number).toReversed()
  while (shape.length > 1 && shape[0] === 1) shape.shift()
  const n = shape.reduce((product, size) => product * size, 1)
  const label = labelOf(name)
  const facts: Facts = { ...label.facts, dtype }
  const layer = /-(\d{1,6})(?: \([^)]*\))?$/.exec(name)
  if (layer !== null) facts.layer = Number(layer[1])
  if (shape.every(Number.isSafeInteger)) facts.shape = shape
  if (Number.isSafeInteger(n)) facts.n = n
  return { ...label, facts }
}
