/**
 * Verdicts that a log prints about itself: `✅ PASS`, `[OK]`, `verdict: …`, `within tolerance`.
 *
 * They are claims, to be held against what the figures show; never measurements.
 */
import { colon, equals, text } from './bytes.ts'
import { collapsed, visible } from './clean.ts'
import type { Collector } from './collector.ts'
import { cut } from './label.ts'
import { type Lexer, word } from './lexer.ts'
import { mayTell } from './verdict-words.ts'
import { Vocabulary } from './vocabulary.ts'

export class Verdicts {
  readonly #lexer: Lexer
  readonly #collector: Collector
  readonly #words = new Vocabulary(telling)

  constructor(lexer: Lexer, collector: Collector) {
    this.#lexer = lexer
    this.#collector = collector
  }

  /** Takes the line as a claim. */
  claim(bytes: Uint8Array, from: number, to: number): void {
    this.#collector.claim(() => cut(collapsed(visible(text(bytes, from, to))), 1024))
  }

  /** Whether the line that the lexer holds states a verdict. */
  states(bytes: Uint8Array): boolean {
    const { kind, start, end, count, telling: any } = this.#lexer
    if (!any) return false
    for (let at = 0; at < count; at++) {
      const first = start[at]!
      if (kind[at] !== word || mayTell[(bytes[first]! << 8) | bytes[first + 1]!] === 0) continue
      const how = this.#words.get(bytes, start[at]!, end[at]!)
      if (how === null) continue
      if (how === 'alone') return true
      if (how === 'key') {
        if (kind[at + 1] === colon || kind[at + 1] === equals) return true
      } else if (at + 1 < count) {
        const rest = text(bytes, end[at]!, end[Math.min(count - 1, at + 3)]!)
        if (how.test(rest)) return true
      }
    }
    return false
  }
}

function telling(printed: string): 'alone' | 'key' | RegExp | null {
  if (
    /^(?:PASS(?:ED)?|FAIL(?:ED|URE)?|OK|MATCH(?:ES)?|MISMATCH|CONFIRMED|REFUTED)[.!]?$/.test(
      printed,
    )
  ) {
    return 'alone'
  }
  if (/^[✅❌✓✔✗✘]/u.test(printed)) return 'alone'
  if (/^(?:verdict|conclusion|VERDICT|Verdict)$/.test(printed)) return 'key'
  if (/^(?:within|outside|exceeds)$/.test(printed))
    return /^\s+(?:the\s+)?(?:tolerance|threshold|bounds?|limits?)/
  if (/^result$/.test(printed)) return /^:\s*(?:ok|FAILED|pass|fail)/i
  if (printed === 'Performance') return /^\s+has\s+(?:improved|regressed)/
  if (printed === 'No' || printed === 'Change') return /^\s+(?:change in performance|within noise)/
  return null
}
