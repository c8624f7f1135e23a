/** Version, fields and title. */
import { append } from '../../many.ts'
import {
  type Edit,
  type Field,
  insertAt,
  type Overrides,
  parseVersion,
  partOf,
  Refusal,
  refuseDoubtfulTitle,
  refuseVersion,
  type Spec,
  type Table,
  type Version,
  versionEchoes,
} from '../../document/index.ts'
import { inAddress } from '../../document/badges.ts'
import type { Change } from './types.ts'
import type { Intent } from '../intent.ts'
import { missing } from './anchors.ts'
import { learnRows, writeRow } from './row-text.ts'
import { cellChange, insertRow } from './rows.ts'

/** The version token of the header, and of other version fields that hold the same one. */
export function setVersion(spec: Spec, intent: Intent, overrides: Overrides): Change[] {
  const { version, fields, title, history } = intent
  if (version === null) return []
  if (parseVersion(version) === null) throw refuseToken(spec, version)
  const own = spec.version
  if (own === null) {
    // Where only the history states versions, a new entry is all that raises it.
    const entries = spec.versions.filter(({ place }) => place === 'history')
    if (entries.length > 0 && entries.length === spec.versions.length && history.length > 0)
      return []
    // A new title may say it where the old one did.
    if (title?.includes(version.replace(/^v(?=\d)/i, ''))) return []
    throw refuseVersion(spec.versions, overrides)
  }
  if (title === null && overrides.version === undefined) refuseDoubtfulTitle(spec.versions, own)
  const whole = (stated: Version) =>
    Object.keys(fields).some((name) => {
      const field = findField(spec, name)
      return field !== null && contains(field.valueRange, stated.range.start)
    })
  const inTitle = (stated: Version) => title !== null && stated.place === 'title'
  return [own, ...versionEchoes(spec.versions, own)]
    .filter((stated) => !whole(stated) && !inTitle(stated))
    .map((stated) => {
      const raised = withPrefix(stated.token, version)
      const text = stated.place === 'badge' ? inAddress(raised) : raised
      return {
        edit: inCell(spec, { ...stated.range, text }),
        placed: { part: 'version', what: text, line: stated.line, where: stated.place },
      } as const
    })
    .filter(({ edit }) => spec.text.slice(edit.start, edit.end) !== edit.text)
}

function refuseToken({ version }: Spec, token: string): Refusal {
  return new Refusal({
    code: 'unfit-version',
    what: `"${token}" is no version`,
    line: version?.line ?? 1,
    remedy: 'Give dotted numbers as the document does, such as 2.75.0, 2.1 or 1.0.0-rc.1',
  })
}

export function setFields(spec: Spec, intent: Intent): Change[] {
  const added = new Map<string, string[]>()
  const changes: Change[] = []
  for (const [name, value] of Object.entries(intent.fields)) {
    const field = findField(spec, name)
    if (field === null) {
      refuseName(spec, name)
      const after = intent.field_after[name]
      if (after === undefined) refuseNearName(spec, name)
      const key = after ?? ''
      added.set(key, [...(added.get(key) ?? []), name])
    } else if (field.value !== value) {
      const gap =
        field.valueRange.start === field.valueRange.end && needsGap(spec, field) ? ' ' : ''
      changes.push({
        edit: inCell(spec, { ...field.valueRange, text: gap + value }),
        placed: { part: 'field', what: name, line: field.line, where: `in place (${field.place})` },
      })
    }
  }
  for (const [after, names] of added) {
    // A new field may follow another new one.
    if (after !== '' && findField(spec, after) === null && after in intent.fields) {
      const root = intent.field_after[after] ?? ''
      added.set(root, [...(added.get(root) ?? []), ...names])
      added.delete(after)
    }
  }
  for (const [after, names] of added) append(changes, insertFields(spec, intent, after, names))
  return changes
}

export function setTitle(spec: Spec, { title }: Intent): Change[] {
  if (title === null) return []
  const section = spec.title ?? spec.sections[0]
  if (section === undefined) throw missing(spec, 'title')
  if (section.heading === title) return []
  return [
    {
      edit: { ...section.headingText, text: title },
      placed: { part: 'title', what: title, line: section.line, where: 'in place' },
    },
  ]
}

function insertFields(spec: Spec, intent: Intent, after: string, names: string[]): Change[] {
  const model = after === '' ? lastOfBlock(spec) : findField(spec, after)
  if (model === null && after !== '') throw missing(spec, `field "${after}"`)
  const eol = spec.eol.text
  return names.map((name) => {
    const value = intent.fields[name] ?? ''
    if (model === null) return firstField(spec, name, value)
    const table = model.form === 'table' ? tableAt(spec, model.range.start) : undefined
    if (table) {
      const row = table.rows.find(({ line }) => line === model.line) ?? null
      const named = table.header.length === 2 ? [likeName(table, name), value] : [name, value]
      const text = writeRow(learnRows(spec, table), named)
      return insertRow(spec, table, row, text, { part: 'field', what: name })
    }
    const apart = standsApart(spec, model) ? eol + eol : eol
    const end = spec.lines.get(spec.lines.at(model.range.end)).end
    return {
      edit: { start: end, end, text: apart + fieldLine(spec, model, name, value) },
      placed: { part: 'field', what: name, line: model.line, where: `after "${model.name}"` },
    }
  })
}

/** The name of a row in the emphasis that all names of its table have. */
function likeName({ rows, header }: Table, name: string): string {
  const own = rows.length > 0 ? rows.map(({ cells }) => cells) : [header]
  const names = own.flatMap(([first]) => first?.text ?? [])
  const marks = names.map((one) => /^([*_`]*)[^]*?([:：]?[*_`]*[:：]?)$/.exec(one)?.slice(1) ?? [])
  const [before = '', after = ''] = marks.at(-1) ?? []
  const alike = marks.every(([one, other]) => one === before && other === after)
  return alike ? before + name + after : name
}

/** A change inside a table's cell is made to the whole cell, so that the columns stay in line. */
function inCell(spec: Spec, edit: Edit): Edit {
  const table = tableAt(spec, edit.start)
  const row = table?.rows.find(({ start, end }) => start <= edit.start && edit.end <= end)
  const column =
    row?.cells.findIndex(({ start, end }) => start <= edit.start && edit.end <= end) ?? -1
  const cell = row?.cells[column]
  if (table === undefined || row === undefined || cell === undefined) return edit
  const before = spec.text.slice(cell.start, edit.start)
  const after = spec.text.slice(edit.end, cell.end)
  const [change] = cellChange(spec, table, row, column, before + edit.text + after)
  return change?.edit ?? edit
}

function tableAt({ tables }: Spec, offset: number): Table | undefined {
  return tables.find(({ range }) => range.start <= offset && offset <= range.end)
}

/** A new name that would end its own emphasis, or begin another field. */
function refuseName({ version }: Spec, name: string): void {
  if (!/[*`|[\]<>]|[:：](?!$)/.test(name)) return
  throw new Refusal({
    code: 'misread',
    what: `"${name}" cannot be the name of a field: it holds a sign of Markdown or a colon`,
    line: version?.line ?? 1,
    remedy: 'Name it in plain words',
  })
}

/** A new field that is called almost like one that stands there is more likely that one. */
function refuseNearName(spec: Spec, name: string): void {
  const near = [...spec.fields, ...(spec.frontMatter?.entries ?? [])].find(
    (field) => field.place !== 'footer' && isNear(field.name, name),
  )
  if (near === undefined) return
  throw new Refusal({
    code: 'near-name',
    what: `The document has no field "${name}", but a field "${near.name}"`,
    line: near.line,
    remedy: `Name it "${near.name}", or say with field_after which field the new one follows`,
  })
}

/** Equal but for case, signs, a plural or one letter. */
function isNear(one: string, other: string): boolean {
  const [left, right] = [one, other].map((name) =>
    name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''),
  )
  if (left === undefined || right === undefined || left === '' || right === '') return false
  if (left === right || sameSubject(one, other)) return true
  const [short, long] = left.length <= right.length ? [left, right] : [right, left]
  if (short.length < 4 || long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  const rest = long.slice(at + 1)
  return rest === short.slice(at) || (long.length === short.length && rest === short.slice(at + 1))
}

/** `Last Updated` and `Updated`, `Document Version` and `Version`. */
function sameSubject(one: string, other: string): boolean {
  const [left, right] = [one, other].map((name) =>
    name
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '' && !QUALIFIER.test(word))
      .join(' '),
  )
  return left !== '' && left === right
}

const QUALIFIER = /^(?:last|latest|current|document|doc|spec|specification|date|on|of|the)$/

/** A field of the header before others; the exact name before one in other letters. */
function findField(spec: Spec, name: string): Field | null {
  const all = [...spec.fields, ...(spec.frontMatter?.entries ?? [])]
  const ranked = ['header', 'front matter', 'body'].flatMap((place) => {
    return all.filter((field) => field.place === place)
  })
  const wanted = name.replace(/:$/, '')
  return (
    ranked.find((field) => field.name === wanted) ??
    ranked.find((field) => field.name.toLowerCase() === wanted.toLowerCase()) ??
    plainLine(spec, wanted) ??
    null
  )
}

/**
 * A line `Name: value` of the header that is a field because the intent calls it one: alone in its
 * paragraph, it could be any sentence.
 */
function plainLine(spec: Spec, name: string): Field | null {
  const zone = spec.title?.own ?? {
    start: 0,
    end: spec.sections[0]?.headingRange.start ?? spec.text.length,
  }
  const paragraphs = spec.blocks.filter(
    ({ kind, start, end }) => kind === 'paragraph' && zone.start <= start && end <= zone.end,
  )
  const pattern = new RegExp(
    `^([ \\t]*)(${RegExp.escape(name)})[ \\t]*[:：][ \\t]*(.*?)[ \\t]*$`,
    'diu',
  )
  for (const block of paragraphs) {
    for (let line = block.line; line <= spec.lines.at(block.end); line += 1) {
      const range = spec.lines.get(line)
      const match = pattern.exec(spec.text.slice(range.start, range.end))
      const [, , named, valued] = match?.indices ?? []
      if (match === null || named === undefined || valued === undefined) continue
      return {
        name: match[2] ?? '',
        value: match[3] ?? '',
        line,
        nameRange: partOf(range, ...named),
        valueRange: partOf(range, ...valued),
        range: { start: range.start, end: range.end },
        form: 'plain',
        place: 'header',
      }
    }
  }
  return null
}

/** The last field of the block that holds the version, or else of the first block. */
function lastOfBlock(spec: Spec): Field | null {
  const header = spec.fields.filter(({ place }) => place === 'header')
  const version = spec.version
  const holder =
    version && spec.fields.find(({ valueRange }) => contains(valueRange, version.range.start))
  const from = holder && holder.place === 'header' ? holder : header[0]
  if (from === undefined) {
    return spec.frontMatter?.entries.at(-1) ?? holder ?? null
  }
  let last = from
  for (const field of header.slice(header.indexOf(from) + 1)) {
    if (!follows(spec, last, field)) break
    last = field
  }
  return last
}

/** Whether nothing but a blank line stands between two fields of one form. */
function follows(spec: Spec, one: Field, other: Field): boolean {
  if (one.form === 'table' && other.form === 'table') {
    return tableAt(spec, one.range.start) === tableAt(spec, other.range.start)
  }
  const gap = spec.text.slice(one.range.end, other.range.start)
  return gap.trim() === '' || /^[\s>|·•,;–—/]*$/.test(gap)
}

/** Fields that are paragraphs of their own, with blank lines between them. */
function standsApart({ text, lines, fields }: Spec, { line, range }: Field): boolean {
  const index = fields.findIndex((field) => field.line === line)
  const above = fields[index - 1]
  if (above === undefined) return false
  const gap = text.slice(above.range.end, range.start)
  return lines.at(above.range.end) < line - 1 && gap.trim() === ''
}

/** A line like that of `model`, with its list mark, emphasis, and hard break. */
function fieldLine({ text, lines }: Spec, model: Field, name: string, value: string): string {
  const line = lines.get(model.line)
  const shares = model.range.start !== line.start
  const lead = text.slice(shares ? model.range.start : line.start, model.nameRange.start)
  const between = text.slice(model.nameRange.end, model.valueRange.start)
  // Hard break, or the end of emphasis around the whole field.
  const single = model.valueRange.end <= line.end
  const tail = single && !shares ? text.slice(model.valueRange.end, line.end) : ''
  const gap = /[ \t]$/.test(between) || value === '' ? '' : ' '
  return lead.replace('\uFEFF', '') + name + between + gap + value + tail
}

/** The first field of a document goes below its title. */
function firstField(spec: Spec, name: string, value: string): Change {
  const eol = spec.eol.text
  const top = partOf(spec.lines.get(1), 0, spec.bom ? 1 : 0).end
  const line = `**${name}:** ${value}`
  const text = spec.title ? eol + eol + line : line + eol + eol
  return {
    edit: { ...insertAt(spec.title?.headingRange.end ?? top), text },
    placed: { part: 'field', what: name, line: spec.title?.line ?? 1, where: 'below the title' },
  }
}

function needsGap({ text }: Spec, { valueRange }: Field): boolean {
  return !/[ \t]/.test(text[valueRange.start - 1] ?? '')
}

/** A document that writes `v1.2` goes on doing so, whichever way the intent writes it. */
function withPrefix(old: string, token: string): string {
  const prefix = /^[vV](?=\d)/.exec(old)?.[0] ?? ''
  return prefix + token.replace(/^[vV](?=\d)/, '')
}

function contains({ start, end }: { start: number; end: number }, offset: number): boolean {
  return start <= offset && offset <= end
}
