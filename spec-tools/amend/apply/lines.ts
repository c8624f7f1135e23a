/** Parts of lines that are written where they were read. */
import { partOf, Refusal, type Spec } from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent } from '../intent.ts'

export function setLines(spec: Spec, { lines }: Intent): Change[] {
  return lines.flatMap((entry) => {
    const standing = lineText(spec, entry.line)
    if (standing !== entry.text) {
      if (isDone(spec, entry)) return []
      throw new Refusal({
        code: 'missing-anchor',
        what: `This line does not read "${clipped(entry.text)}"`,
        line: Math.min(entry.line, spec.lines.count),
        remedy: 'Draft the amendment again on the document as it stands',
      })
    }
    const line = spec.lines.get(entry.line)
    return entry.set.map(({ column, old, new: text }): Change => {
      if (!standing.startsWith(old, column - 1)) {
        throw new Refusal({
          code: 'missing-anchor',
          what: `"${clipped(old)}" does not stand at this column`,
          line: entry.line,
          column,
          remedy: 'Give the column at which it begins, counted from 1',
        })
      }
      return {
        edit: { ...partOf(line, column - 1, column - 1 + old.length), text },
        placed: { part: 'line', what: text, line: entry.line, where: `column ${column}` },
      }
    })
  })
}

type Entry = Intent['lines'][number]

/** The line as it is to become. */
export function lineAfter({ text: before, set }: Entry): string {
  return set
    .toSorted((one, other) => other.column - one.column)
    .reduce(
      (text, { column, old, new: inner }) =>
        text.slice(0, column - 1) + inner + text.slice(column - 1 + old.length),
      before,
    )
}

/** Whether the document holds that line already. */
function isDone(spec: Spec, entry: Entry): boolean {
  const wanted = lineAfter(entry)
  for (let line = 1; line <= spec.lines.count; line += 1) {
    if (lineText(spec, line) === wanted) return true
  }
  return false
}

function lineText({ text, lines }: Spec, line: number): string | null {
  if (line > lines.count) return null
  const { start, end } = lines.get(line)
  return text.slice(start, end)
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
