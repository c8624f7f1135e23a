/** The specification around a drafted section, held against the amendment as it is drawn again. */
import { readSpec } from '../../document/index.ts'
import { append } from '../../many.ts'
import { compareEdited, type Edited, type Unbound } from './edited.ts'
import { compareLines } from './lines.ts'

/**
 * What the amendment wrote must stand there with its figures; what else a person changed is told.
 *
 * @param cut takes the drafted section out of a document
 */
export function compareRest(
  { drawn, base, current }: { drawn: string; base: string; current: string },
  cut: (text: string) => string,
): { edited: Edited[]; unbound: Unbound[] } {
  const before = new Set(base.split('\n'))
  const found = cut(current)
  const position = lineOffset(current, found)
  const edited: Edited[] = []
  const unbound: Unbound[] = []
  for (const { line, expected, found: text } of compareLines(cut(drawn), found)) {
    const own = expected.split('\n').some((one) => one.trim() !== '' && !before.has(one))
    const at = position(line)
    if (!own) {
      const kind = expected.trim() === '' ? 'added' : 'reworded'
      if (text.trim() !== '' || expected.trim() !== '') edited.push({ kind, line: at, text })
      continue
    }
    const pieces = compareEdited(asBlocks(expected), asBlocks(text))
    append(
      edited,
      pieces.edited.map((one) => ({ ...one, line: at })),
    )
    append(
      unbound,
      pieces.unbound.map((one) => ({ ...one, line: at })),
    )
  }
  return { edited, unbound }
}

/** Lines of a table or a header stand for themselves. */
function asBlocks(text: string): string {
  return text.split('\n').join('\n\n')
}

/** Lines after what was cut out stand further down in the document. */
function lineOffset(whole: string, without: string): (line: number) => number {
  const [all, left] = [whole.split('\n'), without.split('\n')]
  const first = left.findIndex((line, at) => line !== all[at])
  const removed = all.length - left.length
  return (line) => (first !== -1 && line > first ? line + removed : line)
}

/** The document without the section that has this heading, or number. */
export function withoutSection(
  text: string,
  is: (heading: string, number: string | null) => boolean,
): string {
  const section = readSpec(text).sections.find(({ heading, key }) =>
    is(heading, key?.written ?? null),
  )
  if (section === undefined) return text
  return text.slice(0, section.subtree.start) + text.slice(section.subtree.end)
}
