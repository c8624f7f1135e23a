/** Where a document states its version, and which statement is the document's own. */
import { append } from '../many.ts'
import { plain, versionBadges } from './badges.ts'
import { locate, type Token } from './located.ts'
import type { Range } from './range.ts'
import { Refusal } from './refusal.ts'
import { versionIn } from './version.ts'
import { HISTORY_NAME, VERSION_NAME, VERSION_WORD } from './words.ts'
import type { Banner, Field, History, Overrides, Section, Spec, Version } from './types.ts'

const DOTTED = '\\d+(?:\\.\\d+)*'
const LABEL = '(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?(?:\\+[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?'
/** `Version 1.0.3-wip`, `v2.0`, and a bare token with three numbers. */
const STATED = new RegExp(
  `(?:(?<![\\p{L}])${VERSION_WORD}[ \\t]*[:：]?[ \\t]*v?|(?<![\\w.])[vV])(?<token>${DOTTED}${LABEL})(?![\\p{L}\\p{N}_])`,
  'du',
)
const BARE = new RegExp(`(?<![\\w.§#])(?<token>\\d+\\.\\d+\\.\\d+${LABEL})(?![\\w])`, 'd')
/** A value that is a version and no other: `1.2.0`, `v2 (draft)`, `**2.1**`. */
const VALUE = new RegExp(`^[*_\`"'\\s]*(?<token>[vV]?${DOTTED}${LABEL})(?![\\w.])`, 'd')
const VALUE_IN_EMPHASIS = new RegExp(
  `^[*_\`"'\\s]*[*_](?<token>[vV]?${DOTTED}${LABEL})(?=[*_])`,
  'd',
)
/** A header line that is nothing but `Version 1.0.0`. */
const PROSE = new RegExp(
  `^[ \\t>*_]*${VERSION_WORD}[ \\t]*[:：]?[ \\t]*[*_]*(?<token>v?${DOTTED}${LABEL})[*_]*(?:[ \\t]*[,(–—-].*)?[ \\t]*$`,
  'dsu',
)
/** Places that speak of an entry, not of the document, and a footer, which repeats the header. */
const ASIDE: ReadonlySet<Version['place']> = new Set([
  'history',
  'banner',
  'footer',
  'title mention',
  'badge',
  'badge text',
])

type Known = Pick<Spec, 'text' | 'lines' | 'fields' | 'frontMatter' | 'sections' | 'title'> & {
  history: History | null
  banners: Banner[]
}

/** Everything that states a version, most telling first. */
export function findVersions(spec: Known, header: Range): Version[] {
  const stated: Version[] = []
  const fromField = (field: Field, place: Version['place']) => {
    const found = valueOf(field)
    if (found !== null) stated.push({ ...found, line: field.line, place })
  }
  const named = spec.fields.filter(({ name }) => VERSION_NAME.test(name))
  for (const field of named.filter(({ place }) => place === 'header')) fromField(field, 'field')
  for (const field of spec.frontMatter?.entries ?? []) {
    if (VERSION_NAME.test(field.name)) fromField(field, 'front matter')
  }
  for (const field of named.filter(({ place }) => place === 'body'))
    fromField(field, 'further field')
  append(stated, fromVersionSections(spec))
  const prose = fromProse(spec, header.end)
  const top = spec.title ? spec.title.children : spec.sections.slice(0, 3)
  const headings = headingsOfHeader(spec, top).flatMap(fromVersionHeading)
  for (const field of named.filter(({ place }) => place === 'footer')) fromField(field, 'footer')
  for (const entry of spec.history?.entries ?? []) {
    const { version: token, versionRange: range, line } = entry
    stated.push({ token, range, line, place: 'history' })
  }
  for (const { version: token, versionRange: range, line } of spec.banners) {
    stated.push({ token, range, line, place: 'banner' })
  }
  append(stated, versionBadges(spec.text, spec.lines, header))
  const before = stated.findIndex(({ place }) => ASIDE.has(place))
  const at = before === -1 ? stated.length : before
  const others = [...stated, ...prose, ...headings].map(({ token }) => bare(token))
  const title = spec.title ? fromTitle(spec, spec.title, others) : []
  return [...stated.slice(0, at), ...title, ...prose, ...headings, ...stated.slice(at)]
}

/**
 * A token in the title is the document's version where a field, the history or an earlier amendment
 * says the same. Without such a witness it must close the title and stand behind the name of the
 * document alone: what is said to be with, for or on another thing has that thing's version.
 */
function fromTitle(spec: Known, title: Section, others: readonly string[]): Version[] {
  return fromHeading(title, 'title').map((stated) => {
    const token = bare(stated.token)
    const amended = new RegExp(`(?:→|->)[ \\t]*\\**v?${RegExp.escape(token)}\\*`, 'i').test(
      spec.text,
    )
    const own =
      (others.includes(token) && !isDoubtful(title, stated)) ||
      amended ||
      (others.length === 0 && isNamed(title, stated))
    return own ? stated : { ...stated, place: 'title mention' }
  })
}

const OTHER_THING =
  /\b(?:with|for|on|of|in|into|to|from|by|using|via|over|under|against|through|based|and|or|than|support(?:ing|s)?|mit|für|von|unter|auf|avec|pour|sur|con|para|sobre|для|на|от)\b|^[A-Z]{2,}[ -]\d+\b|[:：]/iu
/** Behind the token: `(draft)`, `— Final`, the end of emphasis. */
const CLOSED =
  /^[\s*_`)\]]*(?:\([^()]*\)|\[[^[\]]*\]|[-–—:,]\s*(?:(?:working|public|final|first|second)[ -])?(?:draft|final|stable|released?|proposed|approved|wip|rfc|spec(?:ification)?|entwurf)\b.*)?[\s*_.]*$/i

function isNamed(title: Section, stated: Version): boolean {
  const { heading, headingText } = title
  const after = heading.slice(stated.range.end - headingText.start)
  return CLOSED.test(after) && !speaksOfOther(title, stated)
}

/** `Loader for GGUF v3`: a small number that the document's own version may have by chance. */
function isDoubtful(title: Section, stated: Version): boolean {
  return /^v?\d+$/i.test(stated.token) && speaksOfOther(title, stated)
}

function speaksOfOther({ heading, headingText }: Section, { range }: Version): boolean {
  const before = heading.slice(0, range.start - headingText.start)
  return OTHER_THING.test(before.replace(/[-–—:,(\s]*(?:v|version)?\s*$/i, ''))
}

/**
 * The version that an amendment bumps: the first place in the order of `findVersions` that states
 * one, unless two lines of that place disagree.
 */
export function documentVersion(
  versions: readonly Version[],
  fields: readonly Field[],
  overrides: Overrides,
  known: Pick<Spec, 'text' | 'lines'>,
): Version | null {
  const { line, field } = overrides.version ?? {}
  if (line !== undefined) {
    return versions.find((version) => version.line === line) ?? fromLine(known, line)
  }
  if (field !== undefined) {
    const named = fields.find(({ name }) => name.toLowerCase() === field.toLowerCase())
    const found = named && valueOf(named)
    if (named && found) return { ...found, line: named.line, place: 'field' }
    return named ? null : fromNamedLine(known, field)
  }
  const own = versions.filter(({ place }) => !ASIDE.has(place))
  const first = own[0]
  if (first === undefined) return versions.find(({ place }) => place === 'footer') ?? null
  return rivals(own).length > 0 ? null : first
}

/** Version lines of the same place as the first one that say something else. */
export function rivals(versions: readonly Version[]): Version[] {
  const own = versions.filter(({ place }) => !ASIDE.has(place))
  const first = own[0]
  return own.filter(({ place, token }) => place === first?.place && token !== first.token)
}

export function refuseVersion(versions: readonly Version[], overrides: Overrides = {}): Refusal {
  const { line, field } = overrides.version ?? {}
  if (line !== undefined || field !== undefined) {
    const named =
      line === undefined ? `a field "${field}" with a version` : `a version in line ${line}`
    return new Refusal({
      code: 'no-version',
      what: `The settings name ${named}, and the document has none there`,
      line: 1,
      remedy: 'Name the line or the field that holds the version (style: { version: … })',
    })
  }
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
  const mention = versions.find(({ place }) => place === 'title mention')
  const entry = versions.find(({ place }) => place === 'history')
  if (mention === undefined && entry !== undefined) {
    return new Refusal({
      code: 'no-version',
      what: `The document states its version nowhere but in its history (line ${entry.line})`,
      line: entry.line,
      remedy:
        'Give the new history entry in the intent (history), beside the version or without it',
    })
  }
  return new Refusal({
    code: 'no-version',
    what: mention
      ? `The document states no version; "${mention.token}" in its title may be the version of something else`
      : 'The document states no version',
    line: mention?.line ?? 1,
    remedy:
      'Leave the version out of the intent, or name its line or field in the settings (style: { version: { line } or { field } })',
  })
}

/** A title that may say the same version, or that of another thing: nobody but a person knows. */
export function refuseDoubtfulTitle(versions: readonly Version[], own: Version): void {
  const mention = versions.find(
    ({ place, token }) => place === 'title mention' && bare(token) === bare(own.token),
  )
  if (mention === undefined) return
  throw new Refusal({
    code: 'ambiguous-version',
    what: `"${mention.token}" in the title may be the document's version, as in line ${own.line}, or that of another thing`,
    line: mention.line,
    remedy:
      "Give the title in the intent as it is to be, or name the version's line or field in the settings (style: { version: { line } or { field } }), which leaves the title",
  })
}

/** Version fields of front matter and footer, the title and badges that still hold the old version. */
export function versionEchoes(versions: readonly Version[], version: Version): Version[] {
  return versions.filter(
    ({ place, token, range }) =>
      ['field', 'front matter', 'footer', 'title', 'badge', 'badge text'].includes(place) &&
      bare(place === 'badge' ? plain(token) : token) === bare(version.token) &&
      range.start !== version.range.start,
  )
}

function valueOf({ value, valueRange }: Field): Token | null {
  return (
    locate(VALUE, value, valueRange.start) ?? locate(VALUE_IN_EMPHASIS, value, valueRange.start)
  )
}

/** Without the letter that may stand before it. */
function bare(token: string): string {
  return token.replace(/^v(?=\d)/i, '')
}

function fromHeading(section: Section, place: 'title' | 'heading'): Version[] {
  const { heading, headingText, line } = section
  const found =
    locate(STATED, heading, headingText.start) ?? locate(BARE, heading, headingText.start)
  return found === null ? [] : [{ ...found, line, place }]
}

/** `## Version` and below it nothing but `0.2.1`. */
function fromVersionSections({ text, lines, sections, title }: Known): Version[] {
  return sections
    .filter(({ name, parent }) => VERSION_NAME.test(name) && (parent === null || parent === title))
    .flatMap(({ own }) => {
      const lead = /^\s*/.exec(text.slice(own.start, own.end))?.[0].length ?? 0
      const line = lines.at(own.start + lead)
      const { start, end } = lines.get(line)
      const content = text.slice(start, Math.min(end, start + 200))
      const found =
        locate(VALUE, content, start) ??
        locate(VALUE_IN_EMPHASIS, content, start) ??
        locate(PROSE, content, start)
      return found === null || start >= own.end
        ? []
        : [{ ...found, line, place: 'section' as const }]
    })
}

/** The version of a line that the settings name. */
function fromLine({ text, lines }: Pick<Spec, 'text' | 'lines'>, line: number): Version | null {
  if (line > lines.count) return null
  const { start, end } = lines.get(line)
  const content = text.slice(start, end)
  const found =
    locate(STATED, content, start) ??
    versionIn(content, start) ??
    locate(/(?<![\w.])(?<token>[vV]?\d+)(?![\w.]*\w)/d, content, start)
  return found && { ...found, line, place: 'field' }
}

/** The first line that begins with a name that the settings give, whatever the line is for. */
function fromNamedLine(known: Pick<Spec, 'text' | 'lines'>, name: string): Version | null {
  const named = new RegExp(
    `^[\\s>*_|\`+-]*${RegExp.escape(name.trim())}[*_\`]*[ \\t]*[:：=|\\s]`,
    'i',
  )
  for (let line = 1; line <= known.lines.count; line += 1) {
    const { start, end } = known.lines.get(line)
    if (!named.test(known.text.slice(start, end))) continue
    const found = fromLine(known, line)
    if (found !== null) return found
  }
  return null
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

/** Header lines such as `Version 1.0.0`. */
function fromProse({ lines, text }: Known, headerEnd: number): Version[] {
  const found: Version[] = []
  const last = headerEnd === 0 ? 0 : lines.at(Math.max(0, headerEnd - 1))
  for (let line = 1; line <= last && line <= 200; line += 1) {
    const { start, end } = lines.get(line)
    const token = locate(PROSE, text.slice(start, Math.min(end, start + 200)), start)
    if (token !== null) found.push({ ...token, line, place: 'prose' })
  }
  return found
}
