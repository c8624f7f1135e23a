/** Link reference definitions at the start of a paragraph. */

const LABEL = /\[(?=[^\]]*[^\]\s])((?:[^[\]\\]|\\[^]){1,999})\]:/y
const GAP = /[ \t]*(?:\n[ \t]*)?/y
const TITLE = /(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\))/y
const ENCLOSED = /<(?:[^<>\n\\]|\\[^\n])*>/y
const LINE_END = /[ \t]*(?:\n|$)/y

export interface FoundDefinition {
  label: string
  /** Where the next line of the paragraph starts. */
  next: number
}

/**
 * The definition that starts at `from` in a paragraph, whose lines are joined by LF and carry no
 * indentation.
 */
export function matchDefinition(paragraph: string, from: number): FoundDefinition | null {
  const opening = match(LABEL, paragraph, from)
  if (opening === null) return null
  const label = opening.slice(1, -2)
  const start = from + opening.length
  const destination = start + (match(GAP, paragraph, start)?.length ?? 0)
  const end = destinationEnd(paragraph, destination)
  if (end === destination) return null

  const gap = match(GAP, paragraph, end) ?? ''
  if (gap !== '') {
    const title = match(TITLE, paragraph, end + gap.length)
    if (title !== null) {
      const after = end + gap.length + title.length
      const rest = match(LINE_END, paragraph, after)
      if (rest !== null) return { label, next: after + rest.length }
    }
  }
  const rest = match(LINE_END, paragraph, end)
  return rest === null ? null : { label, next: end + rest.length }
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

/** `<…>`, or characters other than spaces and controls with balanced parentheses. */
function destinationEnd(text: string, from: number): number {
  if (text[from] === '<') return from + (match(ENCLOSED, text, from)?.length ?? 0)
  let depth = 0
  let at = from
  for (; at < text.length; at += 1) {
    const character = text[at]
    const code = text.charCodeAt(at)
    if (code <= 32 || code === 127) break
    if (character === '\\' && '()\\'.includes(text[at + 1] ?? ' ')) {
      at += 1
    } else if (character === '(') {
      depth += 1
    } else if (character === ')') {
      if (depth === 0) break
      depth -= 1
    }
  }
  return depth === 0 ? at : from
}
