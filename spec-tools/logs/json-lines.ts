/** A JSON text in a log, line by line, until it ends or turns out to be none. */
import type { Collector } from './collector.ts'
import { JsonFigures } from './json-figures.ts'
import { JsonText } from './json-text.ts'
import type { Line } from './line.ts'
import type { Outline } from './outline.ts'

export class JsonLines {
  /** Whether a text is under way. */
  open = false
  readonly #figures: JsonFigures
  readonly #text: JsonText

  constructor(collector: Collector, outline: Outline) {
    this.#figures = new JsonFigures(collector, outline)
    this.#text = new JsonText(this.#figures)
  }

  begin(): void {
    this.open = true
    this.#text.begin()
  }

  /** Gives a line to the text; false if that broke, and the line is still unread. */
  take({ printed, text }: Line): boolean {
    // A control character that nothing was overwritten by is no JSON.
    const overwritten = printed.includes('\r') || printed.includes('\u001b')
    const state = this.#text.take(overwritten ? text : printed)
    if (state === 'broken') this.break()
    this.open = state === 'more'
    return state !== 'broken'
  }

  /** Takes a text that stands on one line; false if it is none. */
  takeWhole(text: string): boolean {
    this.begin()
    this.open = false
    const whole = this.#text.take(text) === 'whole'
    if (!whole) this.#figures.abandon()
    return whole
  }

  /** Gives up the text: it was no JSON, or did not end. */
  break(): void {
    this.open = false
    this.#figures.abandon()
  }
}
