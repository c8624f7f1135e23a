/** Front matter: YAML between `---`, TOML between `+++`, read a key a line. */
import { lineText } from './lines.ts'
import { readAt } from './range.ts'
import type { Field, FrontMatter, Lines } from './types.ts'

/** Top-level `key: value` entries. */
export function readFrontMatter(
  text: string,
  lines: Lines,
): { frontMatter: FrontMatter; lastLine: number } | null {
  const opening = lineText(text, lines, 1)
    .replace(/^\uFEFF/, '')
    .trimEnd()
  const kind = { '---': 'yaml', '+++': 'toml' }[opening] as 'yaml' | 'toml' | undefined
  if (kind === undefined) return null
  const closing = kind === 'yaml' ? /^(?:---|\.\.\.)[ \t]*$/ : /^\+\+\+[ \t]*$/
  const entries: Field[] = []
  for (let line = 2; line <= lines.count; line += 1) {
    const content = lineText(text, lines, line)
    const { start, end } = lines.get(line)
    if (closing.test(content)) {
      // A thematic break that opens a document is followed by prose, not by keys.
      if (entries.length === 0) return null
      return { frontMatter: { ...readAt(0, end), kind, entries }, lastLine: line }
    }
    const entry = /^(["']?)([\w.-]+)\1[ \t]*[:=][ \t]*/.exec(content)
    const name = entry?.[2]
    if (entry === null || name === undefined) continue
    const value = content.slice(entry[0].length).replace(/[ \t]+(?:#.*)?$/, '')
    const from = start + entry[0].length
    entries.push({
      name,
      value,
      line,
      nameRange: readAt(start, start + name.length),
      valueRange: readAt(from, from + value.length),
      range: { start, end },
      form: 'yaml',
      place: 'front matter',
    })
  }
  return null
}
