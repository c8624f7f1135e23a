/**
 * The block structure of a document, in one pass over its lines.
 *
 * An amendment needs headings, tables, fences and lists with exact offsets, not the inlines that
 * make a full parser slow. What counts as a block follows CommonMark with GitHub's tables and
 * footnotes as micromark reads them; a property test holds the two together.
 */
import {
  continues,
  FOOTNOTE,
  itemStart,
  type Container,
  type FoundItem,
  type ItemContainer,
} from './containers.ts'
import { Cursor } from './cursor.ts'
import { matchDefinition } from './definition.ts'
import { htmlStart, type HtmlEnd } from './html.ts'
import { cellRanges, headingText, trimRange } from './ranges.ts'
import type { Scanned, ScannedList } from './scanned.ts'
import {
  DELIMITER,
  FENCE,
  headingLevel,
  matchAt,
  runLength,
  startsBlock,
  UNDERLINE,
} from './starts.ts'
import type { Block, Lines } from './types.ts'
import { type Range, readAt } from './range.ts'

type Leaf = { line: number; lastLine: number } & (
  | { kind: 'paragraph'; parts: Part[] }
  | { kind: 'fence'; marker: number; size: number }
  | { kind: 'html'; end: HtmlEnd }
  | { kind: 'indented' }
  | { kind: 'table'; rows: Range[] }
)

/** A line of a paragraph, and whether it may be a table's header. */
interface Part extends Range {
  header: boolean
}

export function scanBlocks(text: string, lines: Lines, firstLine = 1): Scanned {
  const scanner = new Scanner(text, lines)
  for (let line = firstLine; line <= lines.count; line += 1) scanner.read(line)
  return scanner.finish()
}

class Scanner {
  readonly #text: string
  readonly #lines: Lines
  readonly #out: Scanned = {
    blocks: [],
    headings: [],
    tables: [],
    lists: [],
    opaque: [],
    definitions: [],
  }
  #containers: Container[] = []
  #leaf: Leaf | null = null
  #line = 0

  constructor(text: string, lines: Lines) {
    this.#text = text
    this.#lines = lines
  }

  read(line: number): void {
    this.#line = line
    const { start, end } = this.#lines.get(line)
    // A byte order mark is no part of the first line's indentation.
    const from = line === 1 && this.#text.charCodeAt(0) === 0xfeff ? start + 1 : start
    const cursor = new Cursor(this.#text, from, end)
    const matched = this.#continueContainers(cursor)
    const all = matched === this.#containers.length
    const leaf = this.#leaf
    if (all && (leaf?.kind === 'fence' || leaf?.kind === 'html')) {
      this.#readFlow(cursor, matched)
      return
    }
    const interrupting = all && (leaf?.kind === 'paragraph' || leaf?.kind === 'indented')
    let opened = matched
    while (this.#openContainer(cursor, opened, interrupting)) opened += 1
    this.#readFlow(cursor, opened > matched ? opened : matched)
  }

  finish(): Scanned {
    this.#closeLeaf(true)
    this.#exitContainers(0)
    return this.#out
  }

  /** Passes the markers of open containers; says how many go on in this line. */
  #continueContainers(cursor: Cursor): number {
    let matched = 0
    while (matched < this.#containers.length) {
      const container = this.#containers[matched]
      if (container === undefined) break
      if (!continues(container, cursor)) {
        if (container.kind === 'item' && this.#openSibling(container, cursor, matched)) matched += 1
        break
      }
      matched += 1
      if (container.kind === 'quote' || !cursor.blank) container.lastLine = this.#line
    }
    return matched
  }

  /** The next item of the same list. */
  #openSibling(container: ItemContainer, cursor: Cursor, depth: number): boolean {
    const mark = cursor.mark()
    const found = itemStart(cursor, false)
    if (
      found === null ||
      found.marker !== container.marker ||
      found.ordered !== container.list.ordered
    ) {
      cursor.reset(mark)
      return false
    }
    this.#closeLeaf()
    this.#exitContainers(depth + 1)
    const item = container.list.items.at(-1)
    if (item) item.lastLine = container.lastLine
    this.#startItem(container, found)
    return true
  }

  #startItem(container: ItemContainer, found: FoundItem): void {
    container.list.items.push({
      line: this.#line,
      lastLine: this.#line,
      marker: found.range,
      content: found.content,
    })
    container.width = found.width
    container.startsBlank = found.blank
    container.stillBlank = false
    container.lastLine = this.#line
  }

  #openContainer(cursor: Cursor, depth: number, interrupting: boolean): boolean {
    const mark = cursor.mark()
    const indent = cursor.skip(4)
    const line = this.#line
    if (indent < 4 && cursor.code === 62) {
      this.#makeRoom(depth)
      cursor.pass(1)
      cursor.skip(1)
      this.#containers.push({ kind: 'quote', line, lastLine: line })
      return true
    }
    const footnote = indent < 4 && cursor.code === 91 ? matchAt(FOOTNOTE, cursor) : null
    if (footnote !== null) {
      this.#makeRoom(depth)
      cursor.pass(footnote.length)
      cursor.skip(Number.POSITIVE_INFINITY)
      this.#containers.push({ kind: 'footnote', line, lastLine: line })
      return true
    }
    cursor.reset(mark)
    const found = itemStart(cursor, interrupting)
    if (found === null) return false
    this.#makeRoom(depth)
    const list: ScannedList = { ordered: found.ordered, items: [], depth }
    const container: ItemContainer = {
      kind: 'item',
      line,
      lastLine: line,
      width: 0,
      marker: found.marker,
      list,
      startsBlank: false,
      stillBlank: false,
    }
    this.#startItem(container, found)
    this.#containers.push(container)
    return true
  }

  #makeRoom(depth: number): void {
    this.#closeLeaf()
    this.#exitContainers(depth)
  }

  #exitContainers(depth: number): void {
    while (this.#containers.length > depth) {
      const container = this.#containers.pop()
      if (container === undefined) return
      const outer = this.#containers.at(-1)
      if (outer) outer.lastLine = Math.max(outer.lastLine, container.lastLine)
      if (container.kind === 'item') {
        const item = container.list.items.at(-1)
        if (item) item.lastLine = container.lastLine
        this.#out.lists.push(container.list)
      }
      const kind = container.kind === 'item' ? 'list' : container.kind
      if (this.#containers.length === 0) this.#emit(kind, container.line, container.lastLine)
    }
  }

  /** What is left of the line once the containers' markers are passed. */
  #readFlow(cursor: Cursor, depth: number): void {
    const lazy = depth < this.#containers.length
    if (this.#leaf && this.#extendLeaf(this.#leaf, cursor, lazy)) return
    this.#closeLeaf()
    if (lazy) this.#exitContainers(depth)
    if (!cursor.blank) this.#openLeaf(cursor)
    if (lazy && this.#leaf?.kind === 'indented') this.#closeLeaf()
  }

  /** Whether the open leaf takes the line. */
  #extendLeaf(leaf: Leaf, cursor: Cursor, lazy: boolean): boolean {
    if (leaf.kind === 'paragraph') return this.#extendParagraph(leaf, cursor, lazy)
    if (lazy) return false
    if (leaf.kind === 'fence') {
      this.#extend(leaf)
      const mark = cursor.mark()
      const run = cursor.skip(4) < 4 ? runLength(cursor, leaf.marker) : 0
      cursor.pass(run)
      if (run >= leaf.size && cursor.blank) this.#closeLeaf()
      cursor.reset(mark)
      return true
    }
    if (leaf.kind === 'html') {
      if (leaf.end === 'blank line') {
        if (cursor.blank) return false
        this.#extend(leaf)
      } else {
        this.#extend(leaf)
        if (leaf.end.test(this.#text.slice(cursor.at, cursor.end))) this.#closeLeaf()
      }
      return true
    }
    if (leaf.kind === 'indented') {
      if (cursor.blank) return true
      if (cursor.indent < 4) return false
      this.#extend(leaf)
      return true
    }
    if (cursor.blank || cursor.indent >= 4 || startsBlock(cursor, false)) return false
    cursor.skip(4)
    leaf.rows.push(readAt(cursor.at, cursor.end))
    this.#extend(leaf)
    return true
  }

  #extendParagraph(leaf: Leaf & { kind: 'paragraph' }, cursor: Cursor, lazy: boolean): boolean {
    if (cursor.blank) return false
    const indented = cursor.indent >= 4
    const mark = cursor.mark()
    cursor.skip(Number.POSITIVE_INFINITY)
    if (!indented && !lazy) {
      if (matchAt(UNDERLINE, cursor) !== null) {
        const level = cursor.code === 61 ? 1 : 2
        const taken = this.#closeParagraph(leaf, level)
        if (!taken) cursor.reset(mark)
        return taken
      }
      if (this.#becomesTable(leaf, cursor)) return true
    }
    if (!indented && startsBlock(cursor, true)) {
      cursor.reset(mark)
      return false
    }
    if (!indented && lazy && cursor.code === 60 && startsBlock(cursor, false)) {
      // micromark lets a lone tag interrupt a lazy line, and keeps it in the paragraph's container.
      this.#closeLeaf()
      return this.#openHtml(cursor)
    }
    leaf.parts.push({ ...readAt(cursor.at, cursor.end), header: !indented })
    this.#extend(leaf)
    return true
  }

  /** A delimiter row turns the line before it into a table's header. */
  #becomesTable(leaf: Leaf & { kind: 'paragraph' }, cursor: Cursor): boolean {
    const header = leaf.parts.at(-1)
    if (!header?.header) return false
    const delimiter = matchAt(DELIMITER, cursor)
    if (delimiter === null || !/[|:]/.test(delimiter)) return false
    const columns = cellRanges(this.#text, header).length
    const wanted = cellRanges(this.#text, readAt(cursor.at, cursor.end)).length
    if (columns === 0 || columns !== wanted) return false
    leaf.parts.pop()
    const line = this.#line - 1
    leaf.lastLine = line - 1
    const interrupts = leaf.parts.length > 0
    if (interrupts) this.#closeParagraph(leaf, 0)
    const end = interrupts ? htmlStart(this.#text.slice(header.start, header.end), false) : null
    if (end !== null) {
      // No longer in a paragraph, a lone tag starts HTML before it heads a table.
      this.#leaf = { kind: 'html', line, lastLine: this.#line, end }
      this.#extend(this.#leaf)
      return true
    }
    const rows = [{ start: header.start, end: header.end }, readAt(cursor.at, cursor.end)]
    this.#leaf = { kind: 'table', line, lastLine: this.#line, rows }
    this.#extend(this.#leaf)
    return true
  }

  #extend(leaf: Leaf): void {
    leaf.lastLine = this.#line
    for (const container of this.#containers) container.lastLine = this.#line
  }

  #openLeaf(cursor: Cursor): void {
    const line = this.#line
    if (cursor.indent >= 4) {
      this.#leaf = { kind: 'indented', line, lastLine: line }
      this.#extend(this.#leaf)
      return
    }
    cursor.skip(4)
    const { code } = cursor
    const hashes = code === 35 ? headingLevel(cursor) : 0
    if (hashes > 0) {
      this.#emitHeading(cursor, hashes)
    } else if (cursor.breaks) {
      if (this.#containers.length === 0) this.#emit('break', line, line)
    } else if (this.#openFence(cursor) || this.#openHtml(cursor)) {
      return
    } else {
      const parts = [{ ...readAt(cursor.at, cursor.end), header: true }]
      this.#leaf = { kind: 'paragraph', line, lastLine: line, parts }
    }
    for (const container of this.#containers) container.lastLine = line
  }

  #openFence(cursor: Cursor): boolean {
    const fence = matchAt(FENCE, cursor)
    if (fence === null) return false
    const size = runLength(cursor, cursor.code)
    const line = this.#line
    this.#leaf = { kind: 'fence', line, lastLine: line, marker: cursor.code, size }
    this.#extend(this.#leaf)
    return true
  }

  #openHtml(cursor: Cursor): boolean {
    if (cursor.code !== 60) return false
    const rest = this.#text.slice(cursor.at, cursor.end)
    const end = htmlStart(rest, false)
    if (end === null) return false
    this.#leaf = { kind: 'html', line: this.#line, lastLine: this.#line, end }
    this.#extend(this.#leaf)
    if (end !== 'blank line' && end.test(rest)) this.#closeLeaf()
    return true
  }

  #closeLeaf(atEnd = false): void {
    const leaf = this.#leaf
    if (leaf === null) return
    this.#leaf = null
    const depth = this.#containers.length
    if (leaf.kind === 'paragraph') {
      this.#closeParagraph(leaf, 0)
      return
    }
    if (leaf.kind === 'table') {
      const { line, lastLine, rows } = leaf
      this.#out.tables.push({ line, lastLine, rows, depth })
    } else {
      // A block that ends with its paragraph's blank line cannot swallow what comes after.
      const open = atEnd && depth === 0 && leaf.kind !== 'indented'
      const closed = !open || (leaf.kind === 'html' && leaf.end === 'blank line')
      const range = this.#range(leaf.line, leaf.lastLine)
      this.#out.opaque.push({ ...range, kind: leaf.kind, line: leaf.line, closed })
    }
    if (depth === 0) this.#emit(leaf.kind, leaf.line, leaf.lastLine)
  }

  /** Splits definitions off; the rest is a paragraph, or a heading of `level` if there is a rest. */
  #closeParagraph(leaf: Leaf & { kind: 'paragraph' }, level: 0 | 1 | 2): boolean {
    this.#leaf = null
    const depth = this.#containers.length
    const defined = this.#takeDefinitions(leaf)
    const first = leaf.parts[defined]
    const line = leaf.line + defined
    if (first === undefined) return false
    if (level === 0) {
      if (depth === 0) this.#emit('paragraph', line, leaf.lastLine)
      return true
    }
    for (const container of this.#containers) container.lastLine = this.#line
    if (depth === 0) {
      const last = leaf.parts.at(-1) ?? first
      const text = trimRange(this.#text, { start: first.start, end: last.end })
      const lastLine = this.#line
      this.#out.headings.push({ level, form: 'setext', line, lastLine, text })
      this.#emit('heading', line, lastLine)
    }
    return true
  }

  #takeDefinitions(leaf: Leaf & { kind: 'paragraph' }): number {
    const { parts } = leaf
    if (parts[0] === undefined || this.#text.charCodeAt(parts[0].start) !== 91) return 0
    const paragraph = parts.map(({ start, end }) => this.#text.slice(start, end)).join('\n')
    let taken = 0
    let from = 0
    for (;;) {
      const found = matchDefinition(paragraph, from)
      if (found === null) return taken
      const line = leaf.line + taken
      for (let at = from; at < found.next; at += 1) {
        if (paragraph.charCodeAt(at) === 10) taken += 1
      }
      if (found.next === paragraph.length && taken < parts.length) taken += 1
      const range = this.#range(line, leaf.line + taken - 1)
      this.#out.definitions.push({ ...range, label: found.label, line })
      if (this.#containers.length === 0) this.#emit('definition', line, leaf.line + taken - 1)
      if (found.next === paragraph.length) return taken
      from = found.next
    }
  }

  #emitHeading(cursor: Cursor, level: number): void {
    const line = this.#line
    if (this.#containers.length > 0) return
    const text = headingText(this.#text, cursor.at + level, cursor.end)
    this.#out.headings.push({ level, form: 'atx', line, lastLine: line, text })
    this.#emit('heading', line, line)
  }

  #emit(kind: Block['kind'], line: number, lastLine: number): void {
    this.#out.blocks.push({ ...this.#range(line, lastLine), kind, line })
  }

  #range(line: number, lastLine: number): Range {
    return { start: this.#lines.get(line).start, end: this.#lines.get(lastLine).end }
  }
}
