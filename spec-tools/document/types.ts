/**
 * What is known about a living spec after reading it.
 *
 * Every offset is a UTF-16 index into `Spec.text`, the document exactly as it was given: a byte
 * order mark is still its first character, so that an edit at an offset is an edit of the original.
 * Ranges are half open. Lines and columns count from 1.
 */
import type { Markdown } from '../markdown.ts'
import type { Located } from './located.ts'
import type { Refusal } from './refusal.ts'
import type { Offset, Range } from './range.ts'

/** A replacement in coordinates of the original text; `start === end` inserts. */
export interface Edit extends Range {
  text: string
}

/** A line without its ending; `next` is where the following line starts. */
export interface Line extends Range {
  next: Offset
}

export interface Spec {
  text: string
  bom: boolean
  lines: Lines
  eol: Eol
  frontMatter: FrontMatter | null
  /** Headings of the document itself (not those in fences, lists, quotes or HTML), in order. */
  sections: Section[]
  /** The section of the document's title; null when it has none. */
  title: Section | null
  /** Tables of the document itself, in order. */
  tables: Table[]
  /** `**Name:** value` lines of the header, and the like, in order. */
  fields: Field[]
  /** Everything that states a version of this document. */
  versions: Version[]
  /** The one that an amendment bumps; null when there is none or it is ambiguous. */
  version: Version | null
  history: History | null
  /** `**Atomic next action (v2.75.0):** …` lines under the header, in the document's order. */
  banners: Banner[]
  contents: Contents[]
  lists: List[]
  /** Fences, indented code, HTML and front matter: text that is not prose. */
  opaque: Opaque[]
  definitions: Definition[]
  /** Top-level blocks in order: the skeleton that placement looks at. */
  blocks: Block[]
  style: Style
  /** Why this document must not be amended at all; empty for most. */
  refusals: Refusal[]
}

export interface Lines {
  count: number
  /** Line number of an offset. */
  at(offset: number): number
  /** Line and column of an offset. */
  position(offset: number): { line: number; column: number }
  /** The line with a number. */
  get(line: number): Line
}

export interface Eol {
  /** What new lines are written with: the ending that most lines have. */
  text: '\n' | '\r\n' | '\r'
  mixed: boolean
  /** Whether the last line has an ending. */
  final: boolean
}

export interface FrontMatter extends Range {
  kind: 'yaml' | 'toml' | 'comment'
  entries: Field[]
}

export interface Section {
  /** Position in `Spec.sections`. */
  index: number
  /** Raw Markdown of the heading, trimmed, without `#`s: what intents call a heading. */
  heading: string
  /** The heading without its number. */
  name: string
  level: number
  form: 'atx' | 'setext'
  key: Key | null
  line: number
  parent: Section | null
  children: Section[]
  /** The heading's line or lines, without the last line ending. */
  headingRange: Range
  /** Where the raw heading text stands. */
  headingText: Range
  /** From the line after the heading to the first sub-heading. */
  own: Range
  /** From the heading's line to the next heading of the same or a higher level. */
  subtree: Range
}

/** A heading's number: `27`, `§30`, `5.3`, `E.2.1`, `IV`, `Phase 7`, `RFC-12`. */
export interface Key {
  kind: 'decimal' | 'letter' | 'roman' | 'han' | 'label'
  /** `§` or nothing. */
  mark: string
  /** `Phase `, `Appendix `, `RFC-`: what stands before the number, mark excluded. */
  label: string
  /** As written, such as `5.3`; without the mark, label and closing dot. */
  written: string
  /** For comparison; letters count as after all numbers. */
  parts: Part[]
  /** What separates the number from the name: `. `, ` `, `: `, ` — `. */
  close: string
  /** Where the number stands, from the mark to the last digit. */
  range: Range
}

/** A number, a letter (A is 1), or a number with a letter behind it (`7A`). */
export interface Part {
  letter: boolean
  value: number
  suffix: string
}

export interface Table {
  header: Cell[]
  /** Raw delimiter cells such as `---:`. */
  align: string[]
  rows: Row[]
  /** From the header's line start to the end of the last row, without its line ending. */
  range: Range
  line: number
  /** The section that it stands in; null before the first heading. */
  section: Section | null
  /** The paragraph line right above it, trimmed raw text: `**Document History:**`. */
  caption: string | null
  /** How many lists, quotes and footnotes it stands in. */
  depth: number
}

/** A row from its first to its last character. */
export interface Row extends Range {
  cells: Cell[]
  line: number
  /** Stands below a blank line that broke the table: pipes, but no row for a parser. */
  loose: boolean
}

/** Text as written, trimmed (escaped pipes stay escaped), and where it stands. */
export interface Cell extends Range {
  text: string
}

/** A named value: a header line, a front matter entry, a `| Version | 1.2 |` row. */
export interface Field {
  name: string
  value: string
  line: number
  nameRange: Range
  valueRange: Range
  /** The lines that belong to it (a value may run over several), without the last line ending. */
  range: Range
  form: 'bold' | 'bold-colon-inside' | 'plain' | 'list' | 'table' | 'yaml'
  place: 'header' | 'front matter' | 'footer' | 'body'
}

export interface Version {
  /** The token as written: `2.74.0`, `3.09.0`, `0.9.0-spec`, `2.1`. */
  token: string
  range: Located
  line: number
  place:
    | 'field'
    | 'further field'
    | 'front matter'
    | 'footer'
    | 'section'
    | 'title'
    /** A token of the title that may be the version of something else. */
    | 'title mention'
    | 'heading'
    | 'prose'
    | 'table'
    | 'history'
    | 'banner'
    /** In the address of a badge, with its dashes doubled. */
    | 'badge'
    | 'badge text'
}

export interface History {
  form: 'table' | 'headings' | 'list'
  order: 'ascending' | 'descending'
  section: Section | null
  line: number
  /** The list, for that form. */
  list: List | null
  /** The table, for that form. */
  table: Table | null
  /** Column of the version in the table. */
  column: number
  entries: HistoryEntry[]
}

export interface HistoryEntry extends Range {
  version: string
  versionRange: Located
  line: number
  section: Section | null
}

export interface Banner extends Range {
  /** `Atomic next action` */
  label: string
  version: string
  versionRange: Located
  line: number
}

export interface List {
  ordered: boolean
  items: ListItem[]
  line: number
  section: Section | null
  /** How many lists, quotes and footnotes it stands in. */
  depth: number
}

/** From the line of its marker to the end of its last line. */
export interface ListItem extends Range {
  line: number
  /** `-` or `12.` */
  marker: Range
  /** Raw text of its first line, trimmed. */
  text: string
  /** Where that text stands. */
  textStart: number
}

/** A table of contents made of links. */
export interface Contents extends Range {
  line: number
  entries: ContentsEntry[]
}

export interface ContentsEntry extends Range {
  line: number
  /** Text of the link, and its target without `#`. */
  text: string
  target: string
  textRange: Range
  targetRange: Range
}

export interface Opaque extends Range {
  kind: 'fence' | 'indented' | 'html' | 'front matter'
  line: number
  /** For fences: whether it ends before the document does. */
  closed: boolean
}

export interface Definition extends Range {
  label: string
  line: number
}

export interface Block extends Range {
  kind:
    | 'heading'
    | 'paragraph'
    | 'table'
    | 'fence'
    | 'indented'
    | 'html'
    | 'list'
    | 'quote'
    | 'footnote'
    | 'break'
    | 'definition'
    | 'front matter'
  line: number
}

/** What was learnt about how the document is written, each with the line that shows it. */
export interface Style {
  findings: Finding[]
  /** Level of the sections that an amendment adds. */
  sectionLevel: number
  numbering: Key['kind'] | 'none'
  order: 'ascending' | 'descending' | 'mixed' | 'none'
}

export interface Finding {
  topic: string
  finding: string
  line: number | null
}

/** What a repository's settings say about a spec, over what was learnt. */
export interface Overrides {
  /** The version's line number, or the name of the field that holds it. */
  version?: { line?: number; field?: string }
  /** Level of new sections. */
  sectionLevel?: number
  /** Where new top-level sections go. */
  order?: 'ascending' | 'descending'
  /** Heading of the section that holds the revision history, or false for none. */
  history?: string | false
  /** Amend although the document says that it is generated or frozen. */
  allow?: ('generated' | 'frozen' | 'mediawiki' | 'not-markdown')[]
}

export interface NextSection {
  /** Raw heading text with its number: `§30. Probe`, `5.4 Probe`. */
  heading: Markdown
  /** As written: `30`, `5.4`; null in a document without numbers. */
  number: string | null
  level: number
  /** Heading of the parent for the intent; null for the document itself. */
  parent: string | null
}

export type Bump = 'major' | 'minor' | 'patch'
