/** Paragraphs and items of lists that get another text, each known by all of its own. */
import { partOf, type Range, type Section, type Spec } from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent } from '../intent.ts'
import { ambiguous, missing, sectionsNamed } from './anchors.ts'

export function setTexts(spec: Spec, intent: Intent): Change[] {
  return intent.texts.flatMap(({ under, old, new: text }) => {
    const sections = under === null ? null : sectionsNamed(spec, intent, under)
    const places = placesOf(spec, sections)
    const found = places.filter(({ start, end }) => spec.text.slice(start, end) === old)
    const [first] = found
    // A banner above a text leaves the text where it was.
    const isDone = ({ start, end }: Range) => {
      const from = start - (text.length - old.length)
      return spec.text.slice(start, end) === text || spec.text.slice(from, end) === text
    }
    if (places.some(isDone)) return []
    const shown = old.split(/\r\n|\r|\n/, 1)[0] ?? ''
    if (first === undefined) throw missing(spec, `paragraph or item "${shown}"`)
    if (found.length > 1) {
      throw ambiguous(
        `The text "${shown}"`,
        found.map(({ start }) => spec.lines.at(start)),
      )
    }
    const line = spec.lines.at(first.start)
    return [
      {
        edit: { ...first, text },
        placed: { part: 'text', what: shown, line, where: 'in place' },
      } as const,
    ]
  })
}

/** Texts, and each line of them: a total may stand beside others. */
export function placesOf(spec: Spec, sections: readonly Section[] | null): Range[] {
  const { lines } = spec
  const texts = textsOf(spec, sections)
  return texts.flatMap((text) => {
    const [first, last] = [lines.at(text.start), lines.at(text.end)]
    if (first === last) return [text]
    const single = Array.from({ length: last - first + 1 }, (_, at) => lines.get(first + at))
    return [
      text,
      ...single.map(({ start, end }) => ({ start: start < text.start ? text.start : start, end })),
    ]
  })
}

/** All paragraphs of the document itself, and the first lines of its items. */
export function textsOf(
  { blocks, lists, lines }: Spec,
  sections: readonly Section[] | null,
): Range[] {
  const paragraphs = blocks.filter(({ kind }) => kind === 'paragraph')
  const items = lists.flatMap((list) =>
    list.items.map(({ line, textStart, text }) => {
      const whole = lines.get(line)
      const from = textStart - whole.start
      return partOf(whole, from, Math.min(from + text.length, whole.end - whole.start))
    }),
  )
  return [...paragraphs, ...items]
    .map(({ start, end }) => ({ start, end }))
    .filter(
      ({ start, end }) =>
        sections === null ||
        sections.some(({ subtree }) => subtree.start <= start && end <= subtree.end),
    )
}
