/** Collects what a reader of a known format finds in a block of lines. */
import type { FormatBlock, FormatFigure } from './format.ts'

/** What a figure may say beyond its line, numeral, name and statistic. */
export type Details = Partial<Omit<FormatFigure, 'line' | 'printed' | 'name' | 'statistic'>>

/** Longer lines are no lines of a format for people: they are not searched, which would take long. */
export const longestLine = 4096

export class Block {
  readonly #figures: FormatFigure[] = []
  readonly #claims: FormatBlock['claims'] = []
  readonly #unread: FormatBlock['unread'] = []

  /** Whether nothing was found yet: no figure, no claim, no line to tell. */
  get empty(): boolean {
    return this.#figures.length + this.#claims.length + this.#unread.length === 0
  }

  /** Whether a figure was found. */
  get measured(): boolean {
    return this.#figures.length > 0
  }

  /** Whether something was found on the line. */
  has(at: number): boolean {
    const isHere = ({ line }: { line: number }) => line === at + 1
    return this.#figures.some(isHere) || this.#unread.some(isHere)
  }

  /** @param at index of the line, from 0 */
  figure(at: number, printed: string, name: string, statistic: string, details: Details = {}) {
    const plain = { under: [], side: null, unit: null, n: null, labels: {} }
    this.#figures.push({ line: at + 1, printed, name, statistic, ...plain, ...details })
  }

  claim(at: number, text: string): void {
    this.#claims.push({ line: at + 1, text: text.trim() })
  }

  unread(at: number, reason: string): void {
    this.#unread.push({ line: at + 1, reason })
  }

  /** @param end index of the first line after the block */
  to(end: number): FormatBlock {
    return { end, figures: this.#figures, claims: this.#claims, unread: this.#unread }
  }
}
