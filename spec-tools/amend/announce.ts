/**
 * How the document itself is told about an amendment: a banner on top of its stack, and an entry in
 * its revision history, each in the form that the document has.
 */
import type { Bundle } from '../bundle/index.ts'
import { asMarkdown, composed, type Markdown } from '../markdown.ts'
import { prose, sentence, strong } from '../render/markdown/index.ts'
import type { Judgement } from '../judge/types.ts'
import {
  columnIs,
  compareVersions,
  type Banner,
  type History,
  type HistoryEntry,
  type Spec,
} from '../document/index.ts'
import { dateLike } from './date-like.ts'
import type { Ground } from './ground/index.ts'
import { headline, outcomeClause } from './headline.ts'
import { cellMarkdown, inlineMarkdown } from './inline.ts'
import type { DraftedIntent } from './intent.ts'
import { dateOf } from './naming.ts'
import { saying } from './title.ts'

type Announcement = Pick<DraftedIntent, 'fields' | 'field_after' | 'replace' | 'history'>

export function announce(
  spec: Spec,
  ground: Ground,
  bundle: Bundle,
  judgement: Judgement,
  folder: string,
  subject: string,
): Announcement {
  const { version } = ground
  if (version === null) return { ...unstacked, history: [] }
  const title = [ground.section?.label ?? null, subject].filter((part) => part !== null).join(' — ')
  const outcome = outcomeClause(judgement) || headline(bundle.evidence, judgement)
  // A section says where its evidence lies; an amendment in place has no other line for that.
  const evidence = ground.section === null ? ` Evidence: \`${folder}\`.` : ''
  const summary = `${sentence(saying(title, outcome))}${evidence}`
  return {
    ...stacked(spec, version.to, inlineMarkdown(prose(summary))),
    history: spec.history ? [historyEntry(spec.history, spec, version, bundle, summary)] : [],
  }
}

type Stacked = Omit<Announcement, 'history'>

const unstacked: Stacked = { fields: {}, field_after: {}, replace: [] }

/** A field named like the newest banner, on the newest one's side of the stack. */
function stacked(spec: Spec, to: string, value: Markdown): Stacked {
  const [first, last] = [spec.banners[0], spec.banners.at(-1)]
  if (!first || !last) return unstacked
  const rising = compareVersions(bare(first.version), bare(last.version)) < 0
  const newest = rising ? last : first
  const model = fieldOf(spec, newest)
  if (model === undefined) return unstacked
  const name = raised(model.name, newest, model.nameRange.start, to)
  if (name === null) return unstacked
  const after = rising ? model : spec.fields[spec.fields.indexOf(model) - 1]
  if (after === undefined) return onTop(spec, newest, name, value)
  return { ...unstacked, fields: { [name]: value }, field_after: { [name]: after.name } }
}

/** Before a banner that no field precedes: its opening, with the new banner in front of it. */
function onTop(spec: Spec, newest: Banner, name: string, value: Markdown): Stacked {
  const opening = asMarkdown(spec.text.slice(newest.start, newest.versionRange.end))
  const second = spec.banners[1]
  const between = asMarkdown(second ? spec.text.slice(newest.end, second.start) : spec.eol.text)
  if (spec.text.indexOf(opening, newest.start + 1) !== -1 || between.trim() !== '') return unstacked
  return {
    ...unstacked,
    replace: [
      { old: opening, new: composed`**${asMarkdown(name)}:** ${value}${between}${opening}` },
    ],
  }
}

/**
 * A text with the new version where the old one was read in it, and with its letter; null where it
 * was not read there.
 *
 * @param start where the text starts in the document
 */
function raised(
  text: string,
  { version, versionRange }: Pick<Banner, 'version' | 'versionRange'>,
  start: number,
  to: string,
): string | null {
  const [from, end] = [versionRange.start - start, versionRange.end - start]
  if (from < 0 || text.slice(from, end) !== version) return null
  return `${text.slice(0, from)}${spelled(version, to)}${text.slice(end)}`
}

function fieldOf(spec: Spec, banner: Banner): Spec['fields'][number] | undefined {
  return spec.fields.find(({ range }) => range.start <= banner.start && banner.start < range.end)
}

function historyEntry(
  history: History,
  spec: Spec,
  { to }: { to: string },
  bundle: Bundle,
  summary: string,
): DraftedIntent['history'][number] {
  const date = dateOf(bundle.evidence)
  const newest = history.order === 'descending' ? history.entries[0] : history.entries.at(-1)
  if (history.form === 'table' && history.table) {
    const row = history.table.rows.find(({ start }) => start === newest?.start)
    return {
      cells: history.table.header.map(({ text }, column) =>
        historyCell(text, row?.cells[column]?.text ?? '', column === history.column, {
          to,
          date,
          summary,
        }),
      ),
    }
  }
  if (history.form === 'list' && history.entries.length === 0) {
    return { item: composed`${inlineMarkdown(date)}: ${inlineMarkdown(prose(summary))}` }
  }
  const opening = newest === undefined ? null : entryOpening(spec, newest, to, date)
  const start = opening ?? composed`${inlineMarkdown(strong(to))} (${inlineMarkdown(date)}): `
  return history.form === 'headings'
    ? { heading: asMarkdown(start.trimEnd()), body: inlineMarkdown(prose(summary)) }
    : { item: composed`${start}${inlineMarkdown(prose(summary))}` }
}

interface Entry {
  to: string
  date: string
  summary: string
}

/** A cell in the manner of the row above it: a bold version stays bold, `v1.4` keeps its letter. */
function historyCell(title: string, model: string, isVersion: boolean, entry: Entry): Markdown {
  if (isVersion) {
    const wrapped = /^([^\d]*)(\d[\w.+-]*?)([^\w.+-]*)$/.exec(model)
    return asMarkdown(wrapped === null ? entry.to : `${wrapped[1]}${bare(entry.to)}${wrapped[3]}`)
  }
  if (columnIs('date', title)) return cellMarkdown(dateLike(model, entry.date))
  if (columnIs('author', title)) return composed`codicil`
  if (columnIs('change', title)) return cellMarkdown(prose(entry.summary))
  return composed`—`
}

/** What stands before the text of the newest entry, with the new version and date, without its link. */
function entryOpening(spec: Spec, newest: HistoryEntry, to: string, date: string): Markdown | null {
  const { section, versionRange } = newest
  const whole = section?.headingText ?? newest
  const raw = spec.text.slice(whole.start, whole.end)
  const lead = section ? '' : (/^\s*(?:[-*+]|\d+[.)])\s+/.exec(raw)?.[0] ?? '')
  const start = whole.start + lead.length
  const before = /^[^\r\n]*$/.exec(spec.text.slice(start, versionRange.start))?.[0]
  if (versionRange.start < start || before === undefined) return null
  const [after = ''] = spec.text.slice(versionRange.end, whole.end).split(/\r\n|\r|\n/, 1)
  const link = /^\]\([^()]*\)/.exec(after)?.[0]
  const linked = link !== undefined && before.endsWith('[')
  const rest = linked ? after.slice(link.length) : after
  const dated = /^[^\p{L}\p{N}[]*\d{4}-\d{2}-\d{2}/u.exec(rest)?.[0] ?? ''
  const signs = /^[^\p{L}\p{N}[]*/u.exec(rest.slice(dated.length))?.[0] ?? ''
  // A bracket that opens there holds a date in words, or a remark of that entry.
  const open = /[ \t]*[(<][^)>]*$/.exec(signs)?.index
  const tail = open === undefined ? signs : `${signs.slice(0, open)} (${date}): `
  const own = (linked ? before.slice(0, -1) : before).replace(/\d{4}-\d{2}-\d{2}/, date)
  return asMarkdown(
    `${own}${spelled(newest.version, to)}${dated.replace(/\d{4}-\d{2}-\d{2}$/, date)}${tail}`,
  )
}

/** The new version with the letter that the old one had. */
function spelled(old: string, to: string): string {
  return `${/^v(?=\d)/i.exec(old)?.[0] ?? ''}${bare(to)}`
}

/** Without the letter that the document may put before it. */
function bare(version: string): string {
  return version.replace(/^v(?=\d)/i, '')
}
