/**
 * XML in a log as a stream of tags and texts that knows the line of each.
 *
 * It reads what programs write of themselves: no DTD is followed, and no entity but the five of XML
 * and those of characters is known.
 */
import { dictionary } from '../../evidence/dictionary.ts'

export type XmlEvent =
  | { kind: 'open' | 'sole'; name: string; line: number; attributes: Map<string, XmlText> }
  | { kind: 'close'; name: string; line: number }
  | { kind: 'text'; text: string; line: number }

export interface XmlText {
  text: string
  /** Index of the line that it stands on. */
  line: number
}

export interface XmlDocument {
  events: XmlEvent[]
  /** Index of the first line after the document. */
  end: number
}

const token =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<!DOCTYPE[^>[]*>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y

/** Characters of a document at most. */
const longest = 8_000_000

/**
 * The document whose outermost element is `root` and that begins at `lines[at]`; null where its tags
 * do not close one another, or it ends inside of a line.
 */
export function xmlDocument(
  lines: readonly string[],
  at: number,
  root: RegExp,
): XmlDocument | null {
  if (!/^\s*<[?!A-Za-z]/.test(lines[at]!)) return null
  const head = lines
    .slice(at, at + 4)
    .join(' ')
    .slice(0, 600)
  if (!root.test(head.replaceAll(/<[?!][^>]*>/g, '').trimStart())) return null
  const rest = lines.slice(at).join('\n')
  if (rest.length > longest) return null
  const open: string[] = []
  const events: XmlEvent[] = []
  let line = at
  for (token.lastIndex = 0; token.lastIndex < rest.length;) {
    const from = token.lastIndex
    const found = token.exec(rest)
    if (found === null) return null
    const [whole, data, slash, name, attributes, sole, text] = found
    if (name !== undefined && slash === '/') {
      if (open.pop() !== name) return null
      events.push({ kind: 'close', name, line })
    } else if (name !== undefined) {
      const kind = sole === '/' ? 'sole' : 'open'
      events.push({
        kind,
        name,
        line,
        attributes: attributesOf(attributes!, line, whole.indexOf(attributes!), whole),
      })
      if (kind === 'open') open.push(name)
    } else if (data !== undefined || text !== undefined) {
      if (open.length === 0 && (text ?? '').trim() !== '') return null
      events.push({ kind: 'text', text: data ?? unescaped(text!), line })
    }
    line += breaks(whole)
    const ended = open.length === 0 && name !== undefined
    if (ended)
      return /^[^\S\n]*(?:\n|$)/.test(rest.slice(from + whole.length, from + whole.length + 200))
        ? { events, end: line + 1 }
        : null
  }
  return null
}

function attributesOf(
  printed: string,
  line: number,
  offset: number,
  whole: string,
): Map<string, XmlText> {
  const found = printed.matchAll(/([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)
  return new Map(
    [...found].map(({ index, 1: name, 2: text, 3: other }) => [
      name!,
      {
        text: unescaped(text ?? other!),
        line: line + breaks(whole.slice(0, offset + index)),
      },
    ]),
  )
}

function breaks(text: string): number {
  return text.split('\n').length - 1
}

const entities = dictionary<string>({
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
})

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name as string] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
