/** Where a document states its version, and which statement is the document's own. */
import { Refusal } from './refusal.ts'
import { HISTORY_NAME } from './role.ts'
import type { Banner, Field, History, Overrides, Section, Spec, Version } from './types.ts'

const FIELD_NAME = /^(?:(?:document|spec(?:ification)?|current|doc)[ ]+)?version$/i
/** `Version 1.0.3-wip`, `v2.0`, and a bare token with three numbers. */
const STATED =
  /(?:\b[Vv]ersion[ \t]+v?|(?<![\w.])[vV])(\d+(?:\.\d+)*(?:-[0-9A-Za-z.]*[0-9A-Za-z])?)(?![\w])/
const BARE = /(?<![\w.§#])(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]*[0-9A-Za-z])?)(?![\w])/
/** A value that is a version and no other: `1.2.0`, `v2 (draft)`, `**2.1**`. */
const VALUE = /^[*_`"'\s]*([vV]?\d+(?:\.\d+)*(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?)(?![\w.])/

type Known = Pick<Spec, 'text' | 'lines' | 'fields' | 'frontMatter' | 'sections' | 'title'> & {
  history: History | null
  banners: Banner[]
}

/** Everything that states a version, most telling first. */
export function findVersions(spec: Known, headerEnd: number): Version[] {
  const stated: Version[] = []
  const fromField = (field: Field, place: Version['place']) => {
    const token = VALUE.exec(field.value)?.[1]
    if (token !== undefined)
      stated.push(within(field.valueRange.start, field.value, token, field.line, place))
  }
  const named = spec.fields.filter(({ name }) => FIELD_NAME.test(name))
  for (const field of named.filter(({ place }) => place === 'header')) fromField(field, 'field')
  for (const field of spec.frontMatter?.entries ?? []) {
    if (FIELD_NAME.test(field.name)) fromField(field, 'front matter')
  }
  for (const field of named.filter(({ place }) => place === 'body'))
    fromField(field, 'further field')
  if (spec.title) stated.push(...fromHeading(spec.title, 'title'))
  stated.push(...fromProse(spec, headerEnd))
  const top = spec.title ? spec.title.children : spec.sections.slice(0, 3)
  for (const section of headingsOfHeader(spec, top)) stated.push(...fromVersionHeading(section))
  for (const field of named.filter(({ place }) => place === 'footer')) fromField(field, 'footer')
  for (const entry of spec.history?.entries ?? []) {
    const { version: token, versionRange: range, line } = entry
    stated.push({ token, range, line, place: 'history' })
  }
  for (const { version: token, versionRange: range, line } of spec.banners) {
    stated.push({ token, range, line, place: 'banner' })
  }
  return stated
}

/**
 * The version that an amendment bumps: the first place in the order of `findVersions` that states
 * one, unless two lines of that place disagree.
 */
export function documentVersion(
  versions: readonly Version[],
  fields: readonly Field[],
  overrides: Overrides,
): Version | null {
  const { line, field } = overrides.version ?? {}
  if (line !== undefined) return versions.find((version) => version.line === line) ?? null
  if (field !== undefined) {
    const named = fields.find(({ name }) => name.toLowerCase() === field.toLowerCase())
    const token = named && VALUE.exec(named.value)?.[1]
    if (!named || token === undefined) return null
    return within(named.valueRange.start, named.value, token, named.line, 'field')
  }
  const own = versions.filter(({ place }) => !['history', 'banner', 'footer'].includes(place))
  const first = own[0]
  if (first === undefined) return versions.find(({ place }) => place === 'footer') ?? null
  return rivals(own).length > 0 ? null : first
}

/** Version lines of the same place as the first one that say something else. */
export function rivals(versions: readonly Version[]): Version[] {
  const own = versions.filter(({ place }) => !['history', 'banner', 'footer'].includes(place))
  const first = own[0]
  return own.filter(({ place, token }) => place === first?.place && token !== first.token)
}

export function refuseVersion(versions: readonly Version[]): Refusal {
  const [other] = rivals(versions)
  const [first] = versions
  if (first && other) {
    return new Refusal({
      code: 'ambiguous-version',
      what: `Two lines state the version: ${first.token} in line ${first.line} and ${other.token} in line ${other.line}`,
      line: other.line,
      remedy: "Say which one is the document's in the settings (version: { line } or { field })",
    })
  }
  return new Refusal({
    code: 'no-version',
    what: 'The document states no version',
    line: 1,
    remedy: 'Leave the version out of the intent, or name its line or field in the settings',
  })
}

/** Version fields of front matter and footer that still hold the old version. */
export function versionEchoes(versions: readonly Version[], version: Version): Version[] {
  return versions.filter(
    ({ place, token, range }) =>
      ['field', 'front matter', 'footer'].includes(place) &&
      token === version.token &&
      range.start !== version.range.start,
  )
}

function fromHeading(section: Section, place: 'title' | 'heading'): Version[] {
  const [whole, token] = STATED.exec(section.heading) ?? BARE.exec(section.heading) ?? []
  if (whole === undefined || token === undefined) return []
  return [within(section.headingText.start, section.heading, token, section.line, place)]
}

/** `### Version 3.1.0` above the first real section. */
function fromVersionHeading(section: Section): Version[] {
  return /^v(?:ersion)?[ \t]*\d/i.test(section.heading) ? fromHeading(section, 'heading') : []
}

function headingsOfHeader({ title }: Known, top: readonly Section[]): Section[] {
  const early = top
    .filter(({ name }) => !HISTORY_NAME.test(name))
    .flatMap((section) => [section, ...section.children])
  return title ? early.filter(({ index }) => index <= title.index + 4) : early
}

/** A header line that is nothing but `Version 1.0.0`. */
function fromProse({ lines, text }: Known, headerEnd: number): Version[] {
  const found: Version[] = []
  const last = headerEnd === 0 ? 0 : lines.at(Math.max(0, headerEnd - 1))
  for (let line = 1; line <= last && line <= 200; line += 1) {
    const { start, end } = lines.get(line)
    const content = text.slice(start, Math.min(end, start + 200))
    const [, token] =
      /^[ \t>*_]*(?:[Vv]ersion|[Rr]evision)[ \t]+[*_]*(v?\d+(?:\.\d+)*(?:-[\w.]*\w)?)[*_]*(?:[ \t]*[,(–—-].*)?[ \t]*$/s.exec(
        content,
      ) ?? []
    if (token !== undefined) found.push(within(start, content, token, line, 'prose'))
  }
  return found
}

function within(
  from: number,
  text: string,
  token: string,
  line: number,
  place: Version['place'],
): Version {
  const start = from + text.indexOf(token)
  return { token, range: { start, end: start + token.length }, line, place }
}
