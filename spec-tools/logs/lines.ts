/**
 * Cuts a stream of bytes into lines, wherever the pieces are cut.
 *
 * A line that is longer than the limit is handed on in pieces: where these begin depends on the
 * line alone, so that the same log gives the same reading however it arrives.
 */
import { newline } from './bytes.ts'

export interface LineSink {
  /** The next piece of the log comes. */
  chunk(): void
  /**
   * Takes the line that begins here if it is short and can be taken at once; its line feed, or -1.
   * A line feed stands somewhere behind.
   */
  known(bytes: Uint8Array, from: number): number

  /** A whole line; `bytes[to]` is a line feed. */
  line(bytes: Uint8Array, from: number, to: number): void
  /** The next piece of a line beyond the limit; every piece but the first may have any size. */
  piece(bytes: Uint8Array, from: number, to: number, first: boolean): void
  /** The end of a line beyond the limit, and its size in bytes. */
  pieceEnd(size: number): void
}

export class Lines {
  readonly #sink: LineSink
  readonly #limit: number
  /** The beginning of a line that has not ended yet. */
  #pending: Uint8Array
  #length = 0
  /** Bytes of a line beyond the limit so far; 0 in any other line. */
  #long = 0

  constructor(limit: number, sink: LineSink) {
    this.#limit = limit
    this.#sink = sink
    this.#pending = new Uint8Array(1024)
  }

  push(bytes: Uint8Array): void {
    let from = 0
    const last = bytes.lastIndexOf(newline)
    this.#sink.chunk()
    while (from < bytes.length) {
      if (from <= last && this.#length === 0 && this.#long === 0) {
        const end = this.#sink.known(bytes, from)
        if (end >= 0) {
          from = end + 1
          continue
        }
      }
      let to = bytes.indexOf(newline, from)
      const ends = to >= 0
      if (!ends) to = bytes.length
      if (this.#long > 0) this.#more(bytes, from, to)
      else if (this.#length + to - from > this.#limit) this.#begin(bytes, from, to)
      else if (!ends) this.#keep(bytes, from, to)
      else if (this.#length > 0) {
        this.#keep(bytes, from, to + 1)
        const length = this.#length - 1
        this.#length = 0
        this.#sink.line(this.#pending, 0, length)
      } else this.#sink.line(bytes, from, to)
      if (ends && this.#long > 0) {
        this.#sink.pieceEnd(this.#long)
        this.#long = 0
      }
      from = to + 1
    }
  }

  /** The log ends; a last line without a line feed is a line all the same. */
  end(): void {
    if (this.#long > 0 || this.#length > 0) this.push(Uint8Array.of(newline))
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from
    if (length > this.#pending.length) {
      const grown = new Uint8Array(Math.min(this.#limit + 1, Math.max(length, 2 * length)))
      grown.set(this.#pending.subarray(0, this.#length))
      this.#pending = grown
    }
    this.#pending.set(bytes.subarray(from, to), this.#length)
    this.#length = length
  }

  /** Hands on the head of a line, exactly as long as the limit, and then the rest. */
  #begin(bytes: Uint8Array, from: number, to: number): void {
    const missing = this.#limit - this.#length
    this.#keep(bytes, from, from + missing)
    this.#length = 0
    this.#long = this.#limit
    this.#sink.piece(this.#pending, 0, this.#limit, true)
    this.#more(bytes, from + missing, to)
  }

  #more(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    this.#long += to - from
    this.#sink.piece(bytes, from, to, false)
  }
}
