/**
 * A JSON text in a log, line by line, until it ends or turns out to be none.
 *
 * Figures are read from what a terminal shows in the end. Where they are only counted, and no line
 * around may be shown otherwise, lines are read where they stand, without being cut out first.
 */
import { fourAt, Fours, newline } from './bytes.ts'
import { asShown } from './clean.ts'
import type { Collector } from './collector.ts'
import type { JsonFigures } from './json-figures.ts'
import { JsonText } from './json-text.ts'

/** The byte that begins a terminal's control sequences. */
const escape = 27
const carriageReturn = 13

/** Bytes, and the rest of a line, that are searched for control characters at a time. */
const searchedAtOnce = 1024

export class JsonLines {
  /** Whether a text is under way. */
  open = false
  /** The line feed of the line that was counted last. */
  end = 0

  readonly #collector: Collector
  readonly #figures: JsonFigures
  readonly #text: JsonText
  readonly #fours = new Fours()
  /** How far the present piece of the log was searched for what a terminal shows otherwise. */
  #searched = 0
  /** Whether that may be there. */
  #altered = false

  constructor(collector: Collector, figures: JsonFigures) {
    this.#collector = collector
    this.#figures = figures
    this.#text = new JsonText(figures)
  }

  /** The next piece of the log comes. */
  chunk(): void {
    this.#searched = 0
  }

  begin(): void {
    this.open = true
    this.#text.begin()
  }

  /** Gives a line to the text; false if that broke, and the line is still unread. */
  goOn(bytes: Uint8Array, from: number, to: number): boolean {
    if (isAltered(bytes, from, to)) {
      const shown = asShown(bytes, from, to)
      return this.goOn(shown, 0, shown.length - 1)
    }
    this.feed(bytes, from, to)
    return this.open && this.endLine()
  }

  /** Gives a part of a line to the text, which may break. */
  feed(bytes: Uint8Array, from: number, to: number): void {
    if (this.#text.feed(bytes, from, to) === 'broken') this.break()
  }

  /** Ends the line; false if the text broke. */
  endLine(): boolean {
    const state = this.#text.endLine()
    if (state === 'broken') this.break()
    if (state === 'whole') this.open = false
    return state !== 'broken'
  }

  /** Gives up the text: it was no JSON, or did not end. */
  break(): void {
    this.open = false
    this.#figures.abandon()
  }

  /** Whether the line that begins here, up to a line feed somewhere behind, may be counted. */
  mayCount(bytes: Uint8Array, from: number): boolean {
    // Lines of which something is kept need to be cut out first.
    return this.#collector.full && !this.#mayBeAltered(bytes, from)
  }

  /** Counts what the line adds to the text; false if that broke, and the line is still unread. */
  count(bytes: Uint8Array, from: number): boolean {
    this.feed(bytes, from, bytes.length)
    this.end = this.#text.end
    return this.open && this.endLine()
  }

  /** Whether a terminal may show something else than this line, or one of those around it. */
  #mayBeAltered(bytes: Uint8Array, from: number): boolean {
    if (from >= this.#searched) {
      const end = bytes.indexOf(newline, from + searchedAtOnce)
      this.#searched = end < 0 ? bytes.length : end
      this.#altered = holdsControls(this.#fours.of(bytes), from, this.#searched)
    }
    return this.#altered
  }
}

/** Whether a terminal shows something else than the line as it was printed. */
function isAltered(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] === escape || bytes[at] === carriageReturn) return true
  }
  return false
}

/** Whether control characters above a line feed stand here, or right behind. */
function holdsControls(view: DataView, from: number, to: number): boolean {
  let at = from
  for (; at + 8 <= to; at += 8) {
    const found = controlsOf(view.getInt32(at, true)) | controlsOf(view.getInt32(at + 4, true))
    if (found !== 0) return true
  }
  return (controlsOf(fourAt(view, at)) | controlsOf(fourAt(view, at + 4))) !== 0
}

/** The highest bits of those of four bytes that are control characters above a line feed. */
function controlsOf(four: number): number {
  const low = four & 0x7f7f7f7f
  return (low + 0x75757575) & ~(low + 0x60606060) & ~four & 0x80808080
}
