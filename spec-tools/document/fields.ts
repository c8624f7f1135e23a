/** Named values: the header's `**Version:** 1.2` lines in their many forms, rows of its table, the footer. */
import { append } from '../many.ts'
import { lineText } from './lines.ts'
import { fieldsOfPreamble, isPreamble } from './preamble.ts'
import { type Range, readAt } from './range.ts'
import { blanksBefore, trimValue } from './ranges.ts'
import type { Block, Field, Lines, Table } from './types.ts'
import { KNOWN_NAME } from './words.ts'

/** Block quotes, list markers and indentation before a field. */
const LEAD = /^[ \t\uFEFF]*(?:>[ \t]?)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?/
/** `**Name:**`, `**Name**:`, `*Name:*`, `__Name__ :` */
const MARKED =
  /(?<mark>\*{1,3}|_{1,3})(?<name>[^*_:：|\r\n]{1,60}?)(?<close>[:：]\k<mark>|\k<mark>[ \t]*[:：])[ \t]*/y
/** A further marked name in the same line. */
const NEXT_NAME = /(?<mark>\*\*|__)[^*_:：|\r\n]{1,60}?(?:[:：]\k<mark>|\k<mark>[ \t]{0,4}[:：])/g
/** `**Version: 1.2**` */
const WHOLE =
  /(?<mark>\*{1,3}|_{1,3})(?<name>[^*_:：|\r\n]{1,60}?)(?::[ \t]+|：[ \t]*)(?=[^*_]+\k<mark>[ \t]*$)/y
const SEPARATORS = '|·•,;–—/'
const PLAIN = /(?<name>[\p{Lu}\p{Lo}][\p{L}\p{N}_()/ -]{0,40}?)(?::(?:[ \t]+|$)|：[ \t]*)/uy
export interface FieldZones {
  header: Range
  footer: Range
  /** Own text of further top-level sections: a document may hold several. */
  others: Range[]
}

export function readFields(
  text: string,
  lines: Lines,
  blocks: readonly Block[],
  tables: readonly Table[],
  zones: FieldZones,
): Field[] {
  const tableAt = new Map(tables.map((table) => [table.line, table]))
  const opening = blocks.find(({ kind }) => kind !== 'heading')
  const inZone = (zone: Range, place: Field['place']) =>
    blocksWithin(blocks, zone).flatMap((block) =>
      place === 'header' && block === opening && isPreamble(text, lines, block)
        ? fieldsOfPreamble(text, lines, block)
        : fieldsOfBlock(text, lines, block, tableAt, place),
    )
  return [
    ...inZone(zones.header, 'header'),
    ...zones.others.flatMap((zone) => inZone(zone, 'body')),
    // Other bold lines of the last section are text; a version in them may echo the header's.
    ...inZone(zones.footer, 'footer').filter(({ name }) => /version/i.test(name)),
  ]
}

/** Blocks are in order: a zone's are found without looking at all of them for each zone. */
function blocksWithin(blocks: readonly Block[], { start, end }: Range): Block[] {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((blocks[middle]?.start ?? 0) < start) low = middle + 1
    else high = middle
  }
  const found: Block[] = []
  for (let at = low; (blocks[at]?.end ?? end + 1) <= end; at += 1) {
    const block = blocks[at]
    if (block) found.push(block)
  }
  return found
}

function fieldsOfBlock(
  text: string,
  lines: Lines,
  block: Block,
  tableAt: ReadonlyMap<number, Table>,
  place: Field['place'],
): Field[] {
  if (block.kind === 'table') {
    const table = tableAt.get(block.line)
    return table && place !== 'footer' ? fieldsOfTable(table, place) : []
  }
  if (!['paragraph', 'quote', 'list'].includes(block.kind)) return []
  const fields: Field[] = []
  for (let line = block.line; line <= lines.at(block.end); line += 1) {
    const found = fieldsOfLine(text, lines, line, place)
    if (found.length > 0) append(fields, found)
    else continueField(text, lines, line, fields.at(-1))
  }
  const marked = fields.some(({ form }) => form !== 'plain')
  const known = fields.some(({ name }) => KNOWN_NAME.test(name))
  return marked || known || fields.length > 1 ? fields : []
}

/** A value may run over several lines of its paragraph. */
function continueField(text: string, lines: Lines, line: number, field: Field | undefined): void {
  if (field === undefined) return
  const content = lineText(text, lines, line)
  const bare = content.replace(LEAD, '')
  const above = lineText(text, lines, line - 1).replace(LEAD, '')
  if (bare.trim() === '' || above.trim() === '' || lines.at(field.range.end) !== line - 1) return
  if (/^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]/.test(content)) return
  const { start } = lines.get(line)
  const end = start + trimValue(content).length
  field.valueRange = readAt(field.valueRange.start, end)
  field.range.end = lines.get(line).end
  field.value = text.slice(field.valueRange.start, end)
}

function fieldsOfLine(text: string, lines: Lines, line: number, place: Field['place']): Field[] {
  const content = lineText(text, lines, line)
  const { start, end } = lines.get(line)
  const lead = LEAD.exec(content)?.[0] ?? ''
  const inList = /[-*+.)][ \t]+$/.test(lead)
  const starts = [lead.length]
  if (/[*_]/.test(content[lead.length] ?? '')) {
    for (const { index } of content.matchAll(NEXT_NAME)) {
      if (index > lead.length && separatorBefore(content, index) < index) starts.push(index)
    }
  }
  const fields: Field[] = []
  starts.forEach((from, index) => {
    const opening = openingAt(content, from, index === 0)
    if (opening === null) return
    const cut = starts[index + 1]
    const upTo = cut === undefined ? content.length : separatorBefore(content, cut)
    const valueStart = from + opening.length
    const whole = content.slice(valueStart, upTo)
    const value = trimValue(opening.closes ? whole.replace(/[*_]+[ \t]*$/, '') : whole)
    fields.push({
      name: opening.name,
      value,
      line,
      nameRange: readAt(
        start + from + opening.mark,
        start + from + opening.mark + opening.name.length,
      ),
      valueRange: readAt(start + valueStart, start + valueStart + value.length),
      range:
        starts.length === 1
          ? { start, end }
          : readAt(start + from, start + valueStart + value.length),
      form: inList && index === 0 ? 'list' : opening.form,
      place,
    })
  })
  return fields[0]?.range.start === start || fields.length > 1 ? fields : []
}

interface Opening {
  name: string
  /** Length up to the value, and of the markup before the name. */
  length: number
  mark: number
  form: Field['form']
  /** Whether the emphasis ends behind the value. */
  closes?: boolean
}

function openingAt(content: string, from: number, first: boolean): Opening | null {
  MARKED.lastIndex = from
  const marked = MARKED.exec(content)
  if (marked?.groups) {
    const { mark = '', name = '', close = '' } = marked.groups
    const form = /^[:：]/.test(close) ? 'bold-colon-inside' : 'bold'
    return { name: name.trim(), length: marked[0].length, mark: mark.length, form }
  }
  if (!first) return null
  WHOLE.lastIndex = from
  const whole = WHOLE.exec(content)
  if (whole?.groups) {
    const { mark = '', name = '' } = whole.groups
    const form = 'bold-colon-inside'
    return { name: name.trim(), length: whole[0].length, mark: mark.length, form, closes: true }
  }
  PLAIN.lastIndex = from
  const plain = PLAIN.exec(content)
  if (!plain?.groups) return null
  return { name: plain.groups['name'] ?? '', length: plain[0].length, mark: 0, form: 'plain' }
}

function fieldsOfTable(table: Table, place: Field['place']): Field[] {
  if (table.header.length !== 2) return []
  const [first, last] = table.header
  if (first === undefined || last === undefined) return []
  const header = { cells: table.header, line: table.line, start: first.start, end: last.end }
  const rows = [header, ...table.rows]
  const bareNames = rows.map(({ cells }) => bareName(cells[0]?.text ?? ''))
  if (!bareNames.some((name) => KNOWN_NAME.test(name))) return []
  return rows.flatMap((row) => {
    const [name, value] = row.cells
    if (name === undefined || value === undefined || name.text === '') return []
    const bare = bareName(name.text)
    const at = name.start + (/^[*_`]+/.exec(name.text)?.[0].length ?? 0)
    return [
      {
        name: bare,
        value: value.text,
        line: row.line,
        nameRange: readAt(at, at + bare.length),
        valueRange: { start: value.start, end: value.end },
        range: { start: row.start, end: row.end },
        form: 'table' as const,
        place,
      },
    ]
  })
}

function bareName(cell: string): string {
  return cell.replace(/^[*_`]+|[*_`:：]+$/g, '')
}

/** Where the value before a further name ends; the name's own place if nothing parts them. */
function separatorBefore(content: string, at: number): number {
  let end = blanksBefore(content, at)
  if (end > 0 && SEPARATORS.includes(content[end - 1] ?? ' ')) end = blanksBefore(content, end - 1)
  return end
}
