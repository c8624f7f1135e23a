/** Version, fields and title. */
import {
  rivals,
  refuseVersion,
  versionEchoes,
  type Field,
  type Spec,
  type Version,
} from '../../document/index.ts'
import type { Change } from '../apply.ts'
import type { Intent } from '../intent.ts'
import { missing } from './anchors.ts'

/** The version token of the header, and of other version fields that hold the same one. */
export function setVersion(spec: Spec, { version, fields, title }: Intent): Change[] {
  if (version === null) return []
  const own = spec.version
  if (own === null) {
    if (
      rivals(spec.versions).some(({ token }) => token !== version) ||
      spec.versions.length === 0
    ) {
      throw refuseVersion(spec.versions)
    }
    return []
  }
  const whole = (stated: Version) =>
    Object.keys(fields).some((name) => {
      const field = findField(spec, name)
      return field !== null && contains(field.valueRange, stated.range.start)
    })
  const inTitle = (stated: Version) => title !== null && stated.place === 'title'
  return [own, ...versionEchoes(spec.versions, own)]
    .filter((stated) => !whole(stated) && !inTitle(stated))
    .map((stated) => {
      const text = withPrefix(stated.token, version)
      return {
        edit: { ...stated.range, text },
        placed: { part: 'version', what: text, line: stated.line, where: stated.place },
      } as const
    })
    .filter(({ edit }) => spec.text.slice(edit.start, edit.end) !== edit.text)
}

export function setFields(spec: Spec, intent: Intent): Change[] {
  const added = new Map<string, string[]>()
  const changes: Change[] = []
  for (const [name, value] of Object.entries(intent.fields)) {
    const field = findField(spec, name)
    if (field === null) {
      const after = intent.field_after[name]
      const key = after ?? ''
      added.set(key, [...(added.get(key) ?? []), name])
    } else if (field.value !== value) {
      const gap =
        field.valueRange.start === field.valueRange.end && needsGap(spec, field) ? ' ' : ''
      changes.push({
        edit: { ...field.valueRange, text: gap + value },
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
  for (const [after, names] of added) changes.push(...insertFields(spec, intent, after, names))
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
    const apart = standsApart(spec, model) ? eol + eol : eol
    const end = spec.lines.get(spec.lines.at(model.range.end)).end
    return {
      edit: { start: end, end, text: apart + fieldLine(spec, model, name, value) },
      placed: { part: 'field', what: name, line: model.line, where: `after "${model.name}"` },
    }
  })
}

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
    null
  )
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
  if (model.form === 'table') {
    const row = text.slice(model.range.start, model.range.end)
    const shift = -model.range.start
    const lead = text.slice(line.start, model.range.start)
    const before = row.slice(0, model.nameRange.start + shift)
    const between = row.slice(model.nameRange.end + shift, model.valueRange.start + shift)
    return lead + before + name + between + value + row.slice(model.valueRange.end + shift)
  }
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
  const end = spec.title?.headingRange.end ?? (spec.bom ? 1 : 0)
  const line = `**${name}:** ${value}`
  const text = spec.title ? eol + eol + line : line + eol + eol
  return {
    edit: { start: end, end, text },
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
