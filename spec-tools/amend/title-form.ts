/**
 * How the titles of amendments are written in a repository: a form with places for what differs, such
 * as `spec: {section} {title} (v{to})`, given by the settings or learnt from the last amendments.
 */
import { mostOf } from '../many.ts'
import { clip, plain } from '../render/markdown/index.ts'

export interface TitleParts {
  /** Id of the spec in the settings. */
  spec: string
  /** As prose names the section, `§30`, and its number; null for an amendment in place. */
  section: string | null
  number: string | null
  title: string
  version: { from: string; to: string } | null
}

/** Characters of a title; GitHub takes 256. */
export const longestTitle = 250

/** The title in a form; null where the form has a place for what the amendment has not. */
export function titleIn(form: string, parts: TitleParts): string | null {
  const { spec, section, number, title, version } = parts
  const values: Record<string, string | null> = {
    spec,
    section,
    number,
    from: version && bareVersion(version.from),
    to: version && bareVersion(version.to),
  }
  const places = [...form.matchAll(place)].map(([, name = '']) => name)
  if (places.some((name) => name !== 'title' && values[name] == null)) return null
  const around = form.replaceAll(place, (whole, name: string) => values[name] ?? whole)
  const room = longestTitle - around.length + '{title}'.length
  return plain(around.replace('{title}', () => clip(plain(title), room)))
}

const place = /\{(spec|section|number|title|from|to)\}/g

/** Forms say whether a `v` stands before it. */
function bareVersion(version: string): string {
  return version.replace(/^v(?=\d)/i, '')
}

/** Amendments that are looked at, and those of them that have to be written alike. */
const looked = 10
const alike = 3

/**
 * The form that most of the last amendments were written in; null where no habit is plain.
 *
 * @param subjects First lines of the commits that changed the document, newest first.
 */
export function learntForm(subjects: readonly string[], spec: string): string | null {
  const forms = subjects.flatMap((subject) => formOf(subject, spec) ?? []).slice(0, looked)
  const counts = new Map<string, number>()
  for (const form of forms) counts.set(form, (counts.get(form) ?? 0) + 1)
  const most = mostOf(counts.values())
  if (most < alike || most * 2 <= forms.length) return null
  return forms.find((form) => counts.get(form) === most) ?? null
}

/** `feat(scope)!: `, `spec: ` or `[spec] `. */
const prefix = /^(?:[\w-]{1,20}(?:\([^(){}]{1,60}\))?!?:|\[[^\]{}]{1,40}\])\s+/
const section = /(§\s?|\b[Ss]ection )\d{1,4}(?:\.\d{1,4})*[a-z]?(?![\w.]*\d)/
/** One number with a dot may be a figure; a version has a `v` or two dots. */
const token = String.raw`(?:v\d{1,15}(?:\.\d{1,15})+|\d{1,15}(?:\.\d{1,15}){2,4})(?:-\w[\w.-]{0,30})?`
const version = RegExp(String.raw`(?<![\w.])(${token})`, 'i')
const raised = RegExp(`${version.source}(\\s*(?:→|->|=>)\\s*|\\s+to\\s+)(${token})`, 'i')
const dividers = String.raw`[\s—–:,;|([\])-]*`
/** What is the same in all titles is short. */
const longestForm = 120
/** Nobody writes a title that is longer, and what is longer is not looked at. */
const longestSubject = 300

/** The form of one title; null for one that tells of no section and no version. */
function formOf(subject: string, spec: string): string | null {
  const whole = subject.replace(/\s*\(#\d+\)\s*$/, '').trim()
  if (whole.length > longestSubject || /[{}]/.test(whole)) return null
  const start = prefix.exec(whole)?.[0] ?? ''
  const marks = marksIn(whole.slice(start.length))
  if (marks.places.length === 0) return null
  const { texts, places } = marks
  const longest = mostOf(texts.map(({ length }) => length))
  const titled = texts.findIndex(({ length }) => length === longest)
  const [, before = '', title = '', after = ''] =
    RegExp(`^(${dividers})(.*?)(${dividers})$`, 'su').exec(texts[titled] ?? '') ?? []
  if (!/\p{L}{2}/u.test(title)) return null
  const written = texts.map((text, index) => (index === titled ? `${before}{title}${after}` : text))
  const form =
    start.replace(`(${spec})`, '({spec})') +
    written.map((text, index) => text + (places[index] ?? '')).join('')
  return form.length <= longestForm ? form : null
}

/** The texts around the places of section and version, one more than those. */
function marksIn(text: string): { texts: string[]; places: string[] } {
  const number = section.exec(text)
  const from = number ? number.index + number[0].length : 0
  const twice = raised.exec(text.slice(from))
  const said = twice ?? version.exec(text.slice(from))
  const found: { at: number; length: number; place: string }[] = []
  if (number) {
    const mark = number[1] ?? ''
    const written = mark.startsWith('§') ? '{section}' : `${mark}{number}`
    found.push({ at: number.index, length: number[0].length, place: written })
  }
  if (said) {
    const [read, first = '', arrow = '', second = ''] = said
    const written = twice ? `${sign(first)}{from}${arrow}${sign(second)}{to}` : `${sign(first)}{to}`
    found.push({ at: from + said.index, length: read.length, place: written })
  }
  const ends = [0, ...found.map(({ at, length }) => at + length)]
  const starts = [...found.map(({ at }) => at), text.length]
  return {
    texts: ends.map((end, index) => text.slice(end, starts[index])),
    places: found.map(({ place: one }) => one),
  }
}

function sign(written: string): string {
  return /^v/i.exec(written)?.[0] ?? ''
}
