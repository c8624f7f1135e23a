/** Reads a living spec: blocks, sections, tables, header, history, and how it is written. */
import { findBanners } from './banners.ts'
import { findContents } from './contents.ts'
import { readFields } from './fields.ts'
import { readFrontMatter } from './front-matter.ts'
import { findHistory } from './history.ts'
import { liftHeadings } from './lift.ts'
import { indexLines, learnEol } from './lines.ts'
import { findRefusals } from './refuse.ts'
import { isPreamble } from './preamble.ts'
import { scanBlocks } from './scan.ts'
import type { Scanned } from './scanned.ts'
import { buildSections, findTitle, sectionAt } from './sections.ts'
import { learnStyle } from './style.ts'
import { buildTables } from './tables.ts'
import { documentVersion, findVersions } from './versions.ts'
import type { Lines, List, Overrides, Section, Spec } from './types.ts'
import { type Range, readAt } from './range.ts'

/**
 * Everything that an amendment needs to know about a document, in time that grows with its size.
 * Never throws for what a document says: `refusals` holds what speaks against amending it.
 */
export function readSpec(text: string, overrides: Overrides = {}): Spec {
  const lines = indexLines(text)
  const front = readFrontMatter(text, lines)
  const scanned = scanBlocks(text, lines, front ? front.lastLine + 1 : 1)
  const { blocks, opaque } = scanned
  if (front) {
    const { start, end } = front.frontMatter
    blocks.unshift({ kind: 'front matter', start, end, line: 1 })
    opaque.unshift({ kind: 'front matter', start, end, line: 1, closed: true })
  }
  liftHeadings(text, lines, scanned)
  const sections = buildSections(text, lines, scanned.headings)
  const titled =
    front?.frontMatter.entries.some(({ name }) => name === 'title') ??
    blocks.slice(0, 1).some((block) => isPreamble(text, lines, block))
  const title = findTitle(sections, blocks, titled)
  const tables = buildTables(text, lines, scanned.tables, blocks, sections)
  const lists = buildLists(text, lines, scanned, sections)
  const header = headerZone(sections, title, text.length)
  const fields = readFields(text, lines, blocks, tables, {
    header,
    footer: footerZone(scanned, sections, text.length),
    others: sections
      .filter((section) => section !== title && section.level === title?.level)
      .map((section) => section.own),
  })
  const frontMatter = front?.frontMatter ?? null
  const banners = findBanners(text, lines, header)
  const history = findHistory({ text, lines, sections, tables, lists, blocks }, overrides)
  const known = { text, lines, fields, frontMatter, sections, title, history, banners }
  const versions = findVersions(known, header)
  const named = [...fields, ...(frontMatter?.entries ?? [])]
  const version = documentVersion(versions, named, overrides, known)
  const spec = {
    ...known,
    bom: text.charCodeAt(0) === 0xfeff,
    eol: learnEol(text),
    tables,
    lists,
    versions,
    version,
    contents: findContents(text, lines, blocks),
    opaque,
    definitions: scanned.definitions,
    blocks,
    refusals: findRefusals({ ...known, blocks, opaque }, overrides),
  }
  return { ...spec, style: learnStyle(spec, overrides) }
}

/** Raw text of every heading, without the rest of what `readSpec` finds out. */
export function readHeadings(text: string): string[] {
  const lines = indexLines(text)
  const front = readFrontMatter(text, lines)
  const scanned = scanBlocks(text, lines, front ? front.lastLine + 1 : 1)
  liftHeadings(text, lines, scanned)
  return scanned.headings.map(({ text: { start, end } }) => text.slice(start, end))
}

/** From the title to the first section below it. */
function headerZone(sections: readonly Section[], title: Section | null, end: number): Range {
  if (title) return title.own
  return readAt(0, sections[0]?.headingRange.start ?? end)
}

/** What follows the last thematic break of the last section, or its last three blocks. */
function footerZone({ blocks }: Scanned, sections: readonly Section[], end: number): Range {
  const heading = sections.at(-1)?.headingRange.end ?? 0
  const own = blocks.filter(({ start }) => start > heading)
  const closing = own.findLast(({ kind }) => kind === 'break') ?? own.at(-3) ?? own[0]
  return sections.length < 2 || closing === undefined
    ? readAt(end, end)
    : readAt(closing.start, end)
}

function buildLists(
  text: string,
  lines: Lines,
  { lists }: Scanned,
  sections: readonly Section[],
): List[] {
  return lists
    .map(({ ordered, items, depth }) => ({
      ordered,
      depth,
      line: items[0]?.line ?? 1,
      section: sectionAt(sections, items[0]?.marker.start ?? 0),
      items: items.map(({ line, lastLine, marker, content }) => ({
        line,
        marker,
        start: lines.get(line).start,
        end: lines.get(lastLine).end,
        text: text.slice(content, lines.get(line).end).trimEnd(),
        textStart: content,
      })),
    }))
    .sort((one, other) => one.line - other.line || one.depth - other.depth)
}
