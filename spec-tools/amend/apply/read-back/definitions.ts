/** Definitions of links and footnotes: the first of a label counts, so a second one misleads. */
import type { Spec } from '../../../document/index.ts'
import type { Misread, Read } from './types.ts'

/** No label has got a second definition that says something else. */
export function definitions({ spec, after }: Read): Misread[] {
  const before = bySign(spec)
  return [...bySign(after)].flatMap(([sign, found]) => {
    const texts = new Set(found.map(({ text }) => text))
    const known = new Set(before.get(sign)?.map(({ text }) => text))
    const [first] = found
    if (texts.size <= Math.max(1, known.size) || first === undefined) return []
    const { line } = found.find(({ text }) => !known.has(text)) ?? first
    return [{ what: `${sign} is defined twice, and only the first definition counts`, line }]
  })
}

interface Defined {
  text: string
  line: number
}

/** `[label]` or `[^label]` -> what is said of it. */
function bySign({ text, definitions: links, blocks }: Spec): Map<string, Defined[]> {
  const notes = blocks.filter(({ kind }) => kind === 'footnote')
  const found = [...links, ...notes].flatMap(({ start, end, line }) => {
    const whole = text.slice(start, end).trim()
    const [sign, label] = /^\[((?:\\.|[^\]\\])*)\]:/.exec(whole) ?? []
    if (sign === undefined || label === undefined) return []
    const name = `[${label.toLowerCase().replaceAll(/\s+/g, ' ').trim()}]`
    return [{ name, text: whole.slice(sign.length).replaceAll(/\s+/g, ' ').trim(), line }]
  })
  return Map.groupBy(found, ({ name }) => name)
}
