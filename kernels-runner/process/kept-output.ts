/**
 * What is kept of an output of any length: its head and its tail, redacted, in bounded memory.
 *
 * Measurements are read from what is kept, so that each can be found again in the bundle's own log.
 */
import type { Redaction } from '../redaction.ts'

export interface Limits {
  /** Bytes kept from the start and from the end. */
  head: number
  tail: number
}

/**
 * As in the contract's streams. Sizes are those of the output after redaction, so that they can be
 * checked against the log in the bundle.
 */
export interface Kept {
  content: Buffer
  /** All that was printed. */
  bytes: number
  kept: number
}

/** Stands where the middle was left out; it has no digit, so that nothing is read from it. */
export const omission = '[codicil: the middle of this output was left out here]'

export class KeptOutput {
  #printed = 0
  readonly #redaction: Redaction
  readonly #sizes: Limits
  /** Grows up to its size: most outputs are short. */
  #head = Buffer.alloc(0)
  /** A ring, made once the head is full. */
  #tail = Buffer.alloc(0)
  #tailEnd = 0

  constructor(redaction: Redaction, limits: Limits) {
    const { reach } = redaction
    this.#redaction = redaction
    this.#sizes = { head: limits.head + reach, tail: limits.tail + reach }
  }

  push(chunk: Buffer): void {
    const forHead = Math.min(chunk.length, Math.max(0, this.#sizes.head - this.#printed))
    if (forHead > 0) this.#extend(chunk.subarray(0, forHead))
    this.#printed += chunk.length
    if (forHead < chunk.length) this.#ring(chunk.subarray(forHead))
  }

  finish(): Kept {
    const beyond = Math.max(0, this.#printed - this.#sizes.head)
    const head = this.#head.subarray(0, Math.min(this.#printed, this.#sizes.head))
    if (beyond <= this.#sizes.tail) {
      const whole = Buffer.concat([head, this.#tail.subarray(0, beyond)])
      const content = this.#redaction.bytes(whole)
      return { content, bytes: content.length, kept: content.length }
    }
    return this.#cut(head.toString('latin1'), this.#unrolledTail().toString('latin1'))
  }

  /** A secret across either edge of the gap is not recognisable: its part must go with the gap. */
  #cut(head: string, tail: string): Kept {
    const { reach } = this.#redaction
    const before = this.#redaction.part(head, 0, wholeLines(head, head.length - reach))
    const from = nextLine(tail, reach)
    const after = this.#redaction.part(tail, from)
    const kept = before.text.length + after.text.length
    const printed = before.next + tail.length - from
    const gap = `${before.text.endsWith('\n') ? '' : '\n'}${omission}\n`
    return {
      content: Buffer.from(before.text + gap + after.text, 'latin1'),
      bytes: this.#printed - printed + kept,
      kept,
    }
  }

  #extend(part: Buffer): void {
    const length = this.#printed + part.length
    if (length > this.#head.length) {
      const size = Math.min(this.#sizes.head, Math.max(length, 2 * this.#head.length))
      const head = Buffer.allocUnsafe(size)
      this.#head.copy(head)
      this.#head = head
    }
    part.copy(this.#head, this.#printed)
  }

  #ring(rest: Buffer): void {
    const size = this.#sizes.tail
    if (this.#tail.length === 0) this.#tail = Buffer.allocUnsafe(size)
    const last = rest.length > size ? rest.subarray(rest.length - size) : rest
    const start = (this.#tailEnd + rest.length - last.length) % size
    const first = Math.min(last.length, size - start)
    last.copy(this.#tail, start, 0, first)
    last.copy(this.#tail, 0, first)
    this.#tailEnd = (start + last.length) % size
  }

  #unrolledTail(): Buffer {
    return Buffer.concat([
      this.#tail.subarray(this.#tailEnd),
      this.#tail.subarray(0, this.#tailEnd),
    ])
  }
}

/**
 * Where the first whole line from `start` on begins, so that no figure is read from half of its
 * digits; `start` itself within a line without end, which is too long to be read.
 */
function nextLine(text: string, start: number): number {
  const newline = text.indexOf('\n', start - 1)
  return newline === -1 || newline === text.length - 1 ? start : newline + 1
}

/** The end of the last whole line before `limit`, or `limit` where a line is longer than that. */
function wholeLines(text: string, limit: number): number {
  const newline = text.lastIndexOf('\n', limit - 1)
  return newline === -1 ? limit : newline + 1
}
