/**
 * Verdicts that a log prints about itself: `✅ PASS`, `[OK]`, `verdict: …`, `within tolerance`.
 *
 * They are claims, to be held against what the figures show; never measurements.
 */
import { colon, equals } from '../characters.ts'
import { collapsed, visible } from '../clean.ts'
import type { Grammar } from '../grammar.ts'
import { cut } from '../label.ts'
import { type Lexer, word } from '../lexer.ts'

export const verdict: Grammar = {
  name: 'verdict',
  take({ text }, { collector, tokens }) {
    if (!collector.claimed && statesVerdict(text, tokens)) collector.claim(claimOf(text))
    return collector.claimed ? 'claim' : null
  },
}

/** The line as a claim. */
export function claimOf(line: string): string {
  return cut(collapsed(visible(line)), 1024)
}

/** Whether a line states a verdict. */
export function statesVerdict(line: string, { kind, start, end, count }: Lexer): boolean {
  for (let at = 0; at < count; at++) {
    if (kind[at] !== word || !beginning.test(line.slice(start[at], start[at]! + 2))) continue
    const how = telling(line.slice(start[at], end[at]))
    if (how === 'alone') return true
    if (how === 'key') {
      if (kind[at + 1] === colon || kind[at + 1] === equals) return true
    } else if (how !== null && at + 1 < count) {
      if (how.test(line.slice(end[at], end[Math.min(count - 1, at + 3)]))) return true
    }
  }
  return false
}

/** How words begin that may state a verdict; most words are dismissed by this. */
const beginning = /^(?:PA|FA|OK|MA|MI|CO|RE|Pe|No|Ch|V[Ee]|ve|co|wi|ou|ex|re|[✅❌✓✔✗✘])/u

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
