/**
 * Takes secrets and host paths out of what diagnostics print, wherever chunks happen to be split.
 *
 * Works on bytes, held as Latin-1 strings (one character a byte), so that output that is not valid
 * UTF-8 passes through unchanged.
 */

export interface Sensitive {
  /** Values that must not appear, raw or in base64, percent or JSON encoding. */
  secrets: readonly string[]
  /** Folder or host name -> what is shown instead, such as `<workspace>`. */
  places: readonly (readonly [place: string, shown: string])[]
}

/** Shorter values would blot out ordinary text and are no secrets worth the name. */
const shortestSecret = 6
const shortestPlace = 4

export class Redaction {
  /** Longest text that may have to be seen at once to be recognised, in bytes. */
  readonly reach: number
  readonly #pattern: RegExp | null
  /** All that is looked for, as Latin-1. */
  readonly #needles: readonly string[]
  readonly #shown: Map<string, string>

  constructor({ secrets, places }: Sensitive) {
    const hidden = secrets.flatMap(spellings).map((spelling) => [bytes(spelling), '***'] as const)
    const named = places
      .filter(([place]) => place.length >= shortestPlace)
      .map(([place, shown]) => [bytes(place), shown] as const)
    // Of two equal needles the first counts, so that a secret is never shown as a place.
    this.#shown = new Map([...hidden, ...named].toReversed())
    const longestFirst = (a: readonly [string, string], b: readonly [string, string]) =>
      b[0].length - a[0].length
    const alternatives = [
      ...hidden.toSorted(longestFirst).map(([needle]) => literally(needle)),
      // `/root` is not in `/rootfs` nor in `/mnt/root`.
      ...named
        .toSorted(longestFirst)
        .map(([needle]) => `(?<![\\w.-])${literally(needle)}(?![\\w-])`),
    ]
    this.#pattern = alternatives.length > 0 ? new RegExp(alternatives.join('|'), 'g') : null
    this.#needles = [...this.#shown.keys()]
    // One more than the longest, for the character that a place must not be followed by.
    this.reach = Math.max(0, ...this.#needles.map((needle) => needle.length)) + 1
  }

  /** A whole text at once. */
  text(text: string): string {
    return this.bytes(Buffer.from(text)).toString('utf8')
  }

  /** A whole file at once; the same bytes, not a copy, where there is nothing to hide. */
  bytes(content: Uint8Array): Buffer {
    const given = Buffer.from(content.buffer, content.byteOffset, content.length)
    if (this.#needles.every((needle) => !given.includes(needle, 0, 'latin1'))) return given
    const { text } = this.part(given.toString('latin1'))
    return Buffer.from(text, 'latin1')
  }

  /**
   * Redacts a stretch of a longer output.
   *
   * @param output The stretch as Latin-1.
   * @param from Characters before it are context: looked at, not given back.
   * @param to Recognition need not be tried from here on, because more output may follow.
   * @returns The redacted text of `[from, next)`, and `next`: where the undecided rest starts.
   */
  part(output: string, from = 0, to = output.length): { text: string; next: number } {
    // Searching for each by itself is ten times as fast as the pattern, and mostly finds nothing.
    if (this.#pattern === null || this.#needles.every((needle) => !output.includes(needle))) {
      return { text: output.slice(from, Math.max(from, to)), next: Math.max(from, to) }
    }
    let text = ''
    let position = from
    for (const match of output.matchAll(this.#pattern)) {
      if (match.index >= to) break
      if (match.index > position) text += output.slice(position, match.index)
      if (match.index + match[0].length <= from) continue
      text += this.#shown.get(match[0]) ?? '***'
      position = match.index + match[0].length
    }
    const next = Math.max(position, to)
    return { text: text + output.slice(position, next), next }
  }

  /** A redactor for output that arrives in chunks. */
  stream(): RedactionStream {
    return new RedactionStream(this)
  }
}

/** Gives back what is decided; holds back what the next chunk may complete. */
export class RedactionStream {
  readonly #redaction: Redaction
  #context = ''
  #held = ''

  constructor(redaction: Redaction) {
    this.#redaction = redaction
  }

  push(chunk: Buffer): Buffer {
    const output = this.#context + this.#held + chunk.toString('latin1')
    // Nothing that is looked for has a line end in it, so whole lines are decided.
    const lines = output.lastIndexOf('\n') + 1
    return this.#advance(output, Math.max(lines, output.length - this.#redaction.reach + 1))
  }

  /** What was held back, once nothing follows. */
  end(): Buffer {
    const output = this.#context + this.#held
    return this.#advance(output, output.length)
  }

  #advance(output: string, to: number): Buffer {
    const from = this.#context.length
    const { text, next } = this.#redaction.part(output, from, Math.max(from, to))
    this.#context = output.slice(Math.max(0, next - 1), next)
    this.#held = output.slice(next)
    return Buffer.from(text, 'latin1')
  }
}

/** The forms in which a value may be printed; of several lines each counts for itself. */
function spellings(secret: string): string[] {
  const lines = secret.split(/\r?\n/)
  const forms = [
    ...lines,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...base64Spellings(secret),
  ]
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret)
}

/**
 * Base64 of the value at each of the three alignments that it can have inside a longer text, without
 * the characters that depend on its neighbours.
 */
function base64Spellings(secret: string): string[] {
  const value = Buffer.from(secret)
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), value]).toString('base64')
    const core = encoded
      .replace(/=+$/, '')
      .slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + value.length) * 8) / 6))
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function literally(needle: string): string {
  return needle.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
}

function bytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}
