/** Amends a file's bytes: what is not text in UTF-8 stays as it is, byte for byte. */
import { Refusal, type Overrides } from '../document/index.ts'
import { applyIntent, type Applied } from './apply.ts'
import type { IntentInput } from './intent.ts'

export interface Decoded {
  /** The bytes as text; one character a byte where they are not UTF-8. */
  text: string
  /** Line of the first byte that is no UTF-8; null for a file that is. */
  invalidLine: number | null
  encode(text: string): Uint8Array
}

export function amendBytes(
  bytes: Uint8Array,
  intent: IntentInput,
  overrides: Overrides = {},
): Applied & { bytes: Uint8Array } {
  const { text, invalidLine, encode } = decodeSpec(bytes)
  if (invalidLine !== null && /[^\0-\x7f]/.test(JSON.stringify(intent))) {
    throw new Refusal({
      code: 'not-utf8',
      what: 'The document is not UTF-8 from this line on, and the intent holds characters beyond ASCII',
      line: invalidLine,
      remedy:
        'Save the document as UTF-8, or keep the intent in ASCII: nothing else is touched then',
    })
  }
  const applied = applyIntent(text, intent, overrides)
  return { ...applied, bytes: encode(applied.text) }
}

export function decodeSpec(bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Refusal({
      code: 'not-utf8',
      what: 'The document is UTF-16',
      line: 1,
      remedy: 'Save it as UTF-8',
    })
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { text, invalidLine: null, encode: (edited) => new TextEncoder().encode(edited) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const text = oneCharacterAByte(bytes)
    return { text, invalidLine: firstInvalidLine(bytes), encode: oneByteACharacter }
  }
}

function oneCharacterAByte(bytes: Uint8Array): string {
  const pieces: string[] = []
  const size = 8_192
  for (let at = 0; at < bytes.length; at += size) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + size)))
  }
  return pieces.join('')
}

function oneByteACharacter(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** Lines are decoded one by one: no line ending is part of a longer sequence in UTF-8. */
function firstInvalidLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  let start = 0
  for (let at = 0; at <= bytes.length; at += 1) {
    if (at < bytes.length && bytes[at] !== 10) continue
    try {
      decoder.decode(bytes.subarray(start, at))
    } catch {
      return line
    }
    line += 1
    start = at + 1
  }
  return 1
}
