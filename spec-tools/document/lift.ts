/**
 * Headings right below an anchor line, `<a name="x"/>` and then `# Title`.
 *
 * By the letter of CommonMark they are part of the HTML block that the anchor starts. Their authors
 * wrote them as headings, before that rule; a reader of the document looks for them as such.
 */
import { headingText } from './ranges.ts'
import { lineText } from './lines.ts'
import type { Scanned } from './scanned.ts'
import type { Block, Lines } from './types.ts'

const ANCHOR = /^[ \t]*<a[ \t]+(?:name|id)=[^<>]*>[ \t]*(?:<\/a>)?[ \t]*$/
const HEADING = /^ {0,3}(#{1,6})(?=[ \t])/

/** Splits such HTML blocks into anchor, heading and rest, in place. */
export function liftHeadings(text: string, lines: Lines, scanned: Scanned): void {
  let lifted = false
  const line = (number: number) => lineText(text, lines, number)
  scanned.blocks = scanned.blocks.flatMap((block): Block[] => {
    if (block.kind !== 'html' || !text.startsWith('<a', block.start)) return [block]
    const last = lines.at(block.end)
    let at = block.line
    while (at <= last && ANCHOR.test(line(at))) at += 1
    const hashes = at > block.line && at <= last ? HEADING.exec(line(at)) : null
    const sign = hashes?.[1]
    if (hashes === null || sign === undefined) return [block]
    lifted = true
    const { start, end } = lines.get(at)
    const range = headingText(text, start + hashes[0].length, end)
    scanned.headings.push({
      level: sign.length,
      form: 'atx',
      line: at,
      lastLine: at,
      text: range,
    })
    const anchor: Block = { ...block, end: lines.get(at - 1).end }
    const heading: Block = { kind: 'heading', start, end, line: at }
    if (at === last) return [anchor, heading]
    const rest: Block = { ...block, kind: 'html', start: lines.get(at + 1).start, line: at + 1 }
    return [anchor, heading, rest]
  })
  if (lifted) scanned.headings.sort((one, other) => one.line - other.line)
}
