/**
 * Where a document says how things stand today: its header and title, its headings, and the sections
 * that hold criteria, totals, or are named for that. What histories, banners and drafted sections
 * say was true when it was written.
 */
import type { Cell, Row, Section, Spec, Table } from '../../types.ts'
import { type Range, readAt } from '../../range.ts'
import { anchorsOf } from '../../references.ts'
import { isHistoryName } from '../../role.ts'
import type { Criterion, Place, Total } from '../types.ts'
import { PROGRESS } from './words.ts'

const STATUS_NAME = new RegExp(
  String.raw`\b(?:score ?board|status|summary|overview|coverage|totals?|acceptance|criteria|dashboard)\b|übersicht|zusammenfassung|摘要|概要|概览|状态|${PROGRESS}`,
  'iu',
)

export function findPlaces(
  spec: Spec,
  criteria: readonly Criterion[],
  totals: readonly Total[],
): Place[] {
  const current = currentSections(spec, criteria, totals)
  const listed = contentsPlaces(spec)
  const lines = new Set(listed.map(({ line }) => line))
  const ranges = [headerRange(spec), ...current.map(({ own }) => own)]
  const inside = ({ start, end }: Range) =>
    ranges.some((range) => start >= range.start && end <= range.end)
  return [
    ...frontMatter(spec),
    ...listed,
    ...spec.sections.filter((section) => !isPast(spec, section)).map((one) => heading(spec, one)),
    ...spec.blocks.filter(inside).flatMap((block) => {
      if (block.kind === 'html') return linesOf(spec, block, 'markup')
      return ['paragraph', 'list', 'quote'].includes(block.kind)
        ? linesOf(spec, block, 'line').filter(({ line }) => !lines.has(line))
        : []
    }),
    ...spec.tables
      .filter((table) => table.depth === 0 && inside(table.range) && table !== spec.history?.table)
      .flatMap((table) => cells(table, criteria, totals)),
  ].sort((one, other) => one.start - other.start)
}

/** From the start of the document to the first section below its title. */
function headerRange({ title, sections, text }: Spec): Range {
  const end = title ? title.own.end : (sections[0]?.headingRange.start ?? text.length)
  return readAt(0, end)
}

function currentSections(
  spec: Spec,
  criteria: readonly Criterion[],
  totals: readonly Total[],
): Section[] {
  const tables = new Set([
    ...criteria.map(({ table }) => table.section),
    ...totals.filter(({ snapshot }) => !snapshot).map(({ table }) => table.section),
  ])
  // What an earlier amendment counted stays as it is.
  const counted = new Set(
    totals.filter(({ snapshot }) => snapshot).map(({ table }) => table.section),
  )
  return spec.sections.filter(
    (section) =>
      section !== spec.title &&
      (tables.has(section) || (STATUS_NAME.test(section.name) && !counted.has(section))) &&
      !isPast(spec, section),
  )
}

/** Whether a section tells of the past: a history, or what was drafted from evidence. */
function isPast({ text, history, title }: Spec, section: Section): boolean {
  for (let one: Section | null = section; one !== null && one !== title; one = one.parent) {
    if (isHistoryName(one.name) || one === history?.section) return true
    const drafted = text.indexOf('codicil replay ', one.subtree.start)
    if (drafted !== -1 && drafted < one.subtree.end) return true
  }
  return false
}

function frontMatter({ frontMatter: front, text, lines }: Spec): Place[] {
  return (front?.entries ?? []).map(({ nameRange: { start }, valueRange: { end } }): Place => ({
    start,
    end,
    kind: 'front matter',
    text: text.slice(start, end),
    line: lines.at(start),
    section: null,
    about: '',
    bare: false,
    cell: null,
  }))
}

function heading(spec: Spec, section: Section): Place {
  const { start, end } = section.headingText
  return {
    start,
    end,
    kind: 'heading',
    text: spec.text.slice(start, end),
    line: spec.lines.at(start),
    section: section === spec.title ? null : section,
    about: '',
    bare: false,
    cell: null,
  }
}

/** Lines of the contents, which repeat the headings that they lead to. */
function contentsPlaces(spec: Spec): Place[] {
  if (spec.contents.length === 0) return []
  const byAnchor = new Map([...anchorsOf(spec)].map(([section, anchor]) => [anchor, section]))
  return spec.contents.flatMap(({ entries }) =>
    entries.flatMap(({ textRange: { start, end }, target, line }): Place[] => {
      const section = byAnchor.get(target.toLowerCase())
      if (section === undefined || isPast(spec, section)) return []
      return [{ ...heading(spec, section), start, end, text: spec.text.slice(start, end), line }]
    }),
  )
}

function linesOf(spec: Spec, block: Range, kind: 'line' | 'markup'): Place[] {
  const places: Place[] = []
  const banners = new Set(spec.banners.map(({ line }) => line))
  const entries = new Set(spec.history?.entries.map(({ line }) => line))
  for (let line = spec.lines.at(block.start); line <= spec.lines.at(block.end); line += 1) {
    if (banners.has(line) || entries.has(line)) continue
    const { start, end } = spec.lines.get(line)
    const section = sectionOf(spec, start)
    const text = spec.text.slice(start, end)
    places.push({ start, end, kind, text, line, section, about: '', bare: false, cell: null })
  }
  return places
}

function sectionOf({ sections, title }: Spec, at: number): Section | null {
  const found = sections.findLast(({ subtree }) => subtree.start <= at && at < subtree.end)
  return found === undefined || found === title ? null : found
}

/** Cells that are neither those of a criterion nor numbers of a table of totals. */
function cells(table: Table, criteria: readonly Criterion[], totals: readonly Total[]): Place[] {
  const rows = new Set(criteria.map(({ row }) => row))
  return table.rows.flatMap((row) => {
    if (rows.has(row)) return []
    const total = totals.find((one) => one.row === row)
    if (total?.snapshot) return []
    const taken = new Set(
      [total?.done, total?.open, total?.percent].flatMap((one) => one?.column ?? []),
    )
    return row.cells.flatMap((cell, column): Place[] =>
      taken.has(column) ? [] : [cellPlace(table, row, cell, column)],
    )
  })
}

function cellPlace(table: Table, row: Row, cell: Cell, column: number): Place {
  return {
    start: cell.start,
    end: cell.end,
    kind: 'cell',
    text: cell.text,
    line: row.line,
    section: table.section,
    about: column === 0 ? '' : (row.cells[0]?.text ?? ''),
    bare: column > 0,
    cell: { table, row, column },
  }
}
