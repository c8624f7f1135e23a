/** Lines that head those below them: what no grammar reads, and the lines of llama.cpp's callback. */
import { bannerRank } from './banner.ts'
import { lastVisible } from './bytes.ts'
import { callbackLabel } from './callback.ts'
import type { Collector } from './collector.ts'
import { type Label, labelOf } from './label.ts'
import { Kind, type Outline } from './outline.ts'
import type { Vocabulary } from './vocabulary.ts'

const colonMark = 58
const nameless = labelOf('')

export interface Heading {
  label: Label
  /** Of a banner, else 0. */
  rank: number
  /** Whether a colon ends it. */
  colon: boolean
  digits: boolean
}

export class Headings {
  readonly #labels: Vocabulary<Label>
  readonly #outline: Outline
  readonly #collector: Collector
  /** The heading read last, if lines that repeat it say the same. */
  recent: Heading | null = null

  constructor(labels: Vocabulary<Label>, outline: Outline, collector: Collector) {
    this.#labels = labels
    this.#outline = outline
    this.#collector = collector
  }

  take(bytes: Uint8Array, first: number, to: number, indent: number, digits: boolean): void {
    const callback = callbackLabel(bytes, first, to)
    if (callback !== null) {
      this.#outline.enter(indent, Kind.plain)
      this.#outline.add(callback, indent, Kind.plain)
      this.#collector.read = true
      return
    }
    // A name is for measurements below it, or for the reader of an unread line.
    const named = !digits || !this.#collector.settled
    const label = named ? this.#labels.get(bytes, first, to) : nameless
    const rank = bannerRank.of(bytes, first, to)
    const colon = bytes[lastVisible(bytes, first, to)] === colonMark
    this.recent = { label, rank, colon, digits }
    this.enter(this.recent, indent)
  }

  /** Enters a heading that is known. */
  enter({ label, rank, colon, digits }: Heading, indent: number): void {
    const kind = rank < 0 ? Kind.banner : colon ? Kind.colon : Kind.plain
    const depth = rank < 0 ? rank : indent
    this.#outline.enter(depth, kind)
    const digitsOn = digits && !this.#collector.read ? this.#collector.line : 0
    this.#outline.add(label, depth, kind, digitsOn)
    // Whether it was read shows when the lines below it are: the outline counts it if not.
    this.#collector.read = true
  }
}
