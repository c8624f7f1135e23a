/**
 * What a document says about its own parts: `§28.4` in prose, `(#12-title)` in links and tables of
 * contents. Each is resolved to its section; what resolves to nothing dangles.
 */
import GithubSlugger from 'github-slugger'
import { plainHeading } from './plain.ts'
import { silentRanges, within } from './prose.ts'
import { sectionAt } from './sections.ts'
import type { Section, Spec } from './types.ts'
import { readAt, type Range, type Span } from './range.ts'

export interface Reference extends Range {
  kind: 'number' | 'anchor'
  /** As written, without `§` or `#`. */
  written: string
  line: number
  column: number
  /** The section meant; null for one that dangles. */
  target: Section | null
}

/** All references of the document to itself, in order. Those to other documents are left out. */
export function findReferences(spec: Spec): Reference[] {
  const silent = silentRanges(spec)
  return [...numbers(spec, silent), ...anchors(spec)].sort((one, other) => one.start - other.start)
}

/** The anchor that GitHub gives each heading. */
export function anchorsOf(spec: Spec): Map<Section, string> {
  const slugger = new GithubSlugger()
  return new Map(
    spec.sections.map((section) => [section, slugger.slug(plainHeading(section.heading))]),
  )
}

function numbers(spec: Spec, silent: readonly Span[]): Reference[] {
  const byNumber = new Map(
    spec.sections.flatMap((section) =>
      section.key === null ? [] : [[section.key.written, section] as const],
    ),
  )
  if (byNumber.size === 0) return []
  const headings = spec.sections.map(({ headingRange }) => headingRange)
  const found: Reference[] = []
  for (const match of spec.text.matchAll(
    /§{1,2}[ \t\u00A0]?((?:\d+|[A-Z](?=\.\d))(?:\.\d+)*[a-z]?)(?![\w])/g,
  )) {
    const start = match.index + match[0].length - (match[1]?.length ?? 0)
    if (within(silent, match.index) || isOwnNumber(spec, headings, start)) continue
    const end = match.index + match[0].length
    if (isExternal(spec.text, match.index, end)) continue
    const target = byNumber.get(match[1] ?? '')
    if (target === undefined && namesAnother(spec.text, match.index)) continue
    found.push(referenceAt(spec, 'number', start, match[1] ?? '', target))
  }
  return found
}

/** The number of a heading itself is no reference; one further on in a heading is. */
function isOwnNumber(spec: Spec, headings: readonly Range[], start: number): boolean {
  if (!within(headings, start)) return false
  const section = sectionAt(spec.sections, start)
  return section?.key != null && start < section.key.range.end
}

/** `RFC 9110 §4`, `[Other](other.md) §4`, `` `other.md` §4 ``, `§4 of RFC 9110`, `[§4](other.md#4)`. */
function isExternal(text: string, start: number, end: number): boolean {
  const before = text
    .slice(Math.max(0, start - 64), start)
    .replace(/(?:§[ \t]?[\w.]+(?:[ \t]*,|[ \t]+(?:and|or|to)|–|-)[ \t]*)+$/, '')
  const after = text.slice(end, end + 64)
  return (
    /(?:\bRFC[ -]?\d+|\b[A-Z]{2,}[A-Z0-9]*-[A-Z0-9-]+|\.md[`*)\]]*|[)\]`]|\b(?:paper|standard|spec|ADR|BIP|EIP)[ -]?\d*),?[ \t]+(?:at |in )?[*_]*$/.test(
      before,
    ) ||
    /^[*_]*,? (?:of|in) (?:the )?(?:[[`]|RFC\b|[A-Z]{2,}|[A-Z][\w-]* (?:spec|paper|standard))/.test(
      after,
    ) ||
    /^[^\]\n]{0,40}\]\((?!#)[^)\s]/.test(after)
  )
}

/** `POSIX §3.1`, `IEEE 754 §4`, `HTTP/2 §5`: a name right before a number that the document lacks. */
function namesAnother(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 64), start)
  return /(?:^|[\s([*_`'"])(?:[A-Z][\w.+/-]*[A-Z0-9][\w.+/-]*|[A-Z]{2,})(?:[ -]\d[\w.:-]*)?[*_`'")\]]*,?[ \t\u00A0]+(?:section |sec\. )?$/.test(
    before,
  )
}

function anchors(spec: Spec): Reference[] {
  const { text } = spec
  const sections = new Map([...anchorsOf(spec)].map(([section, slug]) => [slug, section]))
  const own = ownIds(spec)
  const silent = spec.opaque.filter(({ kind }) => kind !== 'html')
  return [...text.matchAll(/\]\(#((?:[^()\s"']|\([^()\s]*\))+)(?=[)\s])/g)].flatMap((match) => {
    if (within(silent, match.index)) return []
    const written = match[1] ?? ''
    // GitHub prefixes ids that a document sets itself; links to them work with and without it.
    const id = decode(written).replace(/^user-content-/, '')
    // An id inside a section is an anchor too; it stands for the section that it is in.
    const target = sections.get(id.toLowerCase()) ?? own.get(id)
    return referenceAt(spec, 'anchor', match.index + 3, written, target)
  })
}

/** Ids that the document sets itself, with the section that each stands in. */
function ownIds(spec: Spec): Map<string, Section> {
  const ids = new Map<string, Section>()
  for (const match of spec.text.matchAll(
    /<\w+\b[^<>]*?\b(?:id|name)=["']?([^"'\s>]+)|\{#([\w.:;-]+)\}/g,
  )) {
    const first = sectionAt(spec.sections, match.index) ?? spec.sections[0]
    if (first) ids.set(match[1] ?? match[2] ?? '', first)
  }
  return ids
}

function referenceAt(
  spec: Spec,
  kind: Reference['kind'],
  start: number,
  written: string,
  target: Section | undefined,
): Reference {
  const position = spec.lines.position(start)
  const range = readAt(start, start + written.length)
  return { kind, written, ...range, ...position, target: target ?? null }
}

function decode(target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    return target
  }
}
