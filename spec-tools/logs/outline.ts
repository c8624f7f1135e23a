/**
 * The headings that a line stands under, kept by rank and indentation.
 *
 * Three kinds of lines head others:
 * - banners (`## x`, `=== x ===`, a title over or between rules): until the next of their rank;
 * - lines that end with a colon: deeper lines, and lines of their own depth up to a blank line;
 * - any other line: deeper lines only. Of a line with figures only the layer passes down.
 */
import type { Facts } from '../evidence/facts.ts'
import type { Label } from './label.ts'

export const Kind = { banner: 0, colon: 1, plain: 2, figure: 3 } as const

/** The evidence schema's limit for headings above a measurement. */
const deepest = 16

interface Entry {
  label: Label
  /** Columns; banners have negative ones, by rank. */
  indent: number
  kind: number
  /** Where it holds digits that are shown only if a figure stands below it. */
  digitsOn: number
  used: boolean
  /** Whether the first line below it stands deeper; null while there is none. */
  deeper: boolean | null
}

/** Called for the line of a heading with digits that turned out to head nothing. */
export type Unused = (line: number) => void

export class Outline {
  readonly #entries: Entry[] = []
  readonly #unused: Unused
  #scoped: { indent: number; facts: Facts }[] = []
  #blank = false

  constructor(unused: Unused) {
    this.#unused = unused
  }

  blank(): void {
    this.#blank = true
  }

  /** Leaves what the next line, at this indentation and of this kind, does not stand under. */
  enter(indent: number, kind: number): void {
    const entries = this.#entries
    let top = entries.at(-1)
    if (top !== undefined) top.deeper ??= indent > top.indent
    while (top !== undefined && !heads(top, indent, kind, this.#blank)) {
      this.#close(entries.pop()!)
      top = entries.at(-1)
    }
    while (this.#scoped.length > 0 && this.#scoped.at(-1)!.indent > Math.max(indent, 0)) {
      this.#scoped.pop()
    }
    this.#blank = false
  }

  /** Adds the line just entered as a heading for those that follow. */
  add(label: Label, indent: number, kind: number, digitsOn = 0): void {
    if (this.#entries.length === deepest) this.#close(this.#entries.shift()!)
    this.#entries.push({ label, indent, kind, digitsOn, used: false, deeper: null })
  }

  /** Takes back the heading added last: it turned out to be part of something else. */
  retract(): void {
    this.#entries.pop()
  }

  /** Turns the line above, which was just added, into a banner; false if it cannot be one. */
  promote(indent: number): boolean {
    const top = this.#entries.at(-1)
    if (top === undefined || top.kind !== Kind.plain || this.#blank) return false
    this.#entries.pop()
    this.enter(indent, Kind.banner)
    this.#entries.push({ ...top, indent, kind: Kind.banner })
    return true
  }

  /** States facts for all that follows at this indentation or deeper. */
  state(facts: Facts, indent: number): void {
    const same = this.#scoped.find((scope) => scope.indent === indent)
    if (same === undefined) {
      this.#scoped.push({ indent, facts })
      this.#scoped.sort((a, b) => a.indent - b.indent)
    } else {
      same.facts = { ...same.facts, ...facts }
    }
  }

  /** States facts for what stands under the nearest heading; without one they are forgotten. */
  tell(facts: Facts): void {
    const top = this.#entries.at(-1)
    if (top === undefined || top.kind === Kind.banner) return
    top.label = { ...top.label, facts: { ...top.label.facts, ...facts } }
  }

  /** Says that a figure was read below the present headings. */
  use(): void {
    for (const entry of this.#entries) entry.used = true
  }

  under(): string[] {
    return this.#entries.map(({ label }) => label.text)
  }

  /** All facts in force, the nearest heading's last. */
  facts(): Facts {
    const facts: Facts = {}
    for (const scope of this.#scoped) Object.assign(facts, scope.facts)
    for (const { label, kind } of this.#entries) {
      if (kind !== Kind.figure) Object.assign(facts, label.facts)
      else if (label.facts.layer !== undefined) facts.layer = label.facts.layer
    }
    return facts
  }

  /** The nearest heading that names a stage. */
  stage(): string {
    return this.#entries.findLast(({ label }) => label.stage !== '')?.label.stage ?? ''
  }

  /** The stages that the headings name, outermost first. */
  stages(): string[] {
    return this.#entries.map(({ label }) => label.stage).filter((stage) => stage !== '')
  }

  /** The nearest heading that names two sides. */
  pair(): Label | undefined {
    return this.#entries.findLast(({ label }) => label.pair !== null)?.label
  }

  end(): void {
    for (const entry of this.#entries.splice(0)) this.#close(entry)
  }

  #close(entry: Entry): void {
    if (!entry.used && entry.digitsOn > 0) this.#unused(entry.digitsOn)
  }
}

function heads(entry: Entry, indent: number, kind: number, blank: boolean): boolean {
  if (entry.indent < indent) return true
  return (
    entry.indent === indent &&
    entry.kind === Kind.colon &&
    kind >= Kind.plain &&
    !blank &&
    entry.deeper !== true
  )
}
