/** A drafted section in the pieces that a person edits: paragraphs, items, rows, lines of code. */
import { readSpec, type Spec } from '../../document/index.ts'

export interface Unit {
  kind: 'heading' | 'text' | 'row' | 'code'
  /** Markdown, in one line. */
  text: string
  /** Line in the section, from 1. */
  line: number
  /** Of a row: its columns, and which of the tables with these columns it stands in. */
  context: string
}

export function unitsOf(markdown: string): Unit[] {
  const spec = readSpec(markdown)
  const rows = rowUnits(spec)
  const inTable = (line: number) => rows.lines.has(line)
  const others = spec.blocks.flatMap((block): Unit[] => {
    const [first, last] = [spec.lines.at(block.start), spec.lines.at(block.end)]
    if (block.kind === 'table' || block.kind === 'break') return []
    if (block.kind === 'paragraph' || block.kind === 'heading') {
      if (inTable(first)) return []
      const text = spec.text.slice(block.start, block.end)
      const kind = block.kind === 'heading' ? 'heading' : 'text'
      return [{ kind, text: oneLine(text), line: first, context: '' }]
    }
    const code = block.kind === 'fence' || block.kind === 'indented' || block.kind === 'html'
    return linesOf(spec, first, last)
      .filter(({ line, text }) => text.trim() !== '' && !inTable(line))
      .map(({ line, text }) => ({
        kind: code ? 'code' : 'text',
        text: text.trim(),
        line,
        context: '',
      }))
  })
  return [...rows.units, ...joined(others)].sort((one, other) => one.line - other.line)
}

function rowUnits(spec: Spec): { units: Unit[]; lines: ReadonlySet<number> } {
  const lines = new Set<number>()
  const seen = new Map<string, number>()
  const units = spec.tables.flatMap((table) => {
    const title = table.header.map(({ text }) => text).join(' | ')
    const count = (seen.get(title) ?? 0) + 1
    seen.set(title, count)
    const context = `${title} #${count}`
    lines.add(table.line).add(table.line + 1)
    const header: Unit = { kind: 'row', text: title, line: table.line, context }
    const rows = table.rows.map(({ cells, line }): Unit => {
      lines.add(line)
      return { kind: 'row', text: cells.map(({ text }) => text).join(' | '), line, context }
    })
    return [header, ...rows]
  })
  return { units, lines }
}

/** Lines of a list that go on with the item before them belong to it. */
function joined(units: readonly Unit[]): Unit[] {
  const result: Unit[] = []
  for (const unit of units) {
    const last = result.at(-1)
    const goesOn =
      unit.kind === 'text' &&
      last?.kind === 'text' &&
      last.line === unit.line - 1 &&
      !/^(?:>\s*)?(?:[-*+]|\d+[.)])\s/.test(unit.text) &&
      /^(?:>\s*)?(?:[-*+]|\d+[.)])\s/.test(last.text)
    if (goesOn) result[result.length - 1] = { ...last, text: `${last.text} ${unit.text}` }
    else result.push(unit)
  }
  return result
}

function linesOf(spec: Spec, first: number, last: number): { line: number; text: string }[] {
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const { start, end } = spec.lines.get(first + at)
    return { line: first + at, text: spec.text.slice(start, end) }
  })
}

function oneLine(text: string): string {
  return text.replaceAll(/[ \t\r\n]+/g, ' ').trim()
}
