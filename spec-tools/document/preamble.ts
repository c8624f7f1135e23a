/** The fence or `<pre>` that numbered proposals have for a header. */
import { lineText } from './lines.ts'
import { readAt } from './range.ts'
import { trimValue } from './ranges.ts'
import type { Block, Field, Lines } from './types.ts'
import { KNOWN_NAME } from './words.ts'

const PREAMBLE_LINE = /^[ \t]*(?<name>[A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]+|$)/

/**
 * Whether a block that opens a document is a fence or a `<pre>` whose lines are nearly all
 * `Name: value`, where two of the names are those of a header.
 */
export function isPreamble(text: string, lines: Lines, block: Block): boolean {
  const opening = lineText(text, lines, block.line).trim()
  const fits =
    block.kind === 'fence'
      ? /^(?:`{3,}|~{3,})$/.test(opening)
      : block.kind === 'html' && /^<pre\b/i.test(opening)
  if (!fits) return false
  const inside = Array.from({ length: lines.at(block.end) - block.line - 1 }, (_, at) =>
    lineText(text, lines, block.line + 1 + at),
  )
  const names = inside.flatMap((line) => PREAMBLE_LINE.exec(line)?.groups?.['name'] ?? [])
  const known = names.filter(
    (name) => KNOWN_NAME.test(name) || /^(?:title|type|layer)$/i.test(name),
  )
  return known.length >= 2 && names.length * 2 > inside.length
}

export function fieldsOfPreamble(text: string, lines: Lines, block: Block): Field[] {
  const fields: Field[] = []
  for (let line = block.line + 1; line < lines.at(block.end); line += 1) {
    const content = lineText(text, lines, line)
    const { start, end } = lines.get(line)
    const opening = PREAMBLE_LINE.exec(content)
    const name = opening?.groups?.['name']
    if (opening === null || name === undefined) continue
    const from = start + opening[0].length
    const value = trimValue(text.slice(from, end))
    const nameStart = start + (/^[ \t]*/.exec(content)?.[0].length ?? 0)
    fields.push({
      name,
      value,
      line,
      nameRange: readAt(nameStart, nameStart + name.length),
      valueRange: readAt(from, from + value.length),
      range: { start, end },
      form: 'plain',
      place: 'header',
    })
  }
  return fields
}
