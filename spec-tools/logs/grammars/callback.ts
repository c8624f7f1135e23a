/**
 * The lines that llama.cpp's eval callback prints for each tensor:
 *
 *     ggml_debug:  Qcur-3 (reshaped) = (f32)    RESHAPE(Qcur-3{3584, 7, 1, 1}, }) = {128, 28, 7, 1}
 *
 * Such a line holds no figure; it names the stage of the `sum = …` that follows, and states type,
 * shape and element count. Names may contain blanks; `-3` at their end is the layer.
 */
import type { Facts } from '../../evidence/facts.ts'
import type { Grammar } from '../grammar.ts'
import { labelOf, type Label } from '../label.ts'
import { Kind } from '../outline.ts'

const form =
  /^\s*(?:[\w.]+:\s)?\s*(\S.*?) = \(([A-Za-z]\w{0,31})\)\s+[\w-]+\(.*\) = \{(\d+(?:, *\d+){0,15})\}\s*$/

export const callback: Grammar = {
  name: "llama.cpp's eval callback",
  take({ text, indent }, { outline, collector }) {
    const label = labelOfCallback(text)
    if (label === null) return null
    outline.enter(indent, Kind.plain)
    outline.add(label, indent, Kind.plain)
    collector.account(0, text.length)
    return 'heading'
  },
}

/** What the line says, or null if it is none of them. */
function labelOfCallback(line: string): Label | null {
  // It ends with a brace; few other lines do.
  if (!/\} *$/.test(line)) return null
  const match = form.exec(line)
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
