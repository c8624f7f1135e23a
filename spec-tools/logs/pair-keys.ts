/** What the keys of a line's pairs say, and what they hide. */
import { emptyRecord } from '../evidence/dictionary.ts'
import { colon } from './characters.ts'
import { keyOf, type Key } from './key.ts'
import type { Pair } from './pairs.ts'
import { unitOf } from './units.ts'

/** The key of a pair, with the statistic that a remark behind its value says: `latency: 1.2 ms (p50)`. */
export function keyIn(line: string, { keyFrom, keyTo, said }: Pair): Key {
  const printed = line.slice(keyFrom, keyTo).replace(/\s*\.{3,}$/, '')
  const key = keyOf(printed)
  return said === '' || key.name.known ? key : keyOf(`${printed} ${said}`)
}

/** What the line says in words: `op: gemm, time: 5 ms`. */
export function labelsIn(
  list: readonly Pair[],
  keys: readonly Key[],
  line: string,
): Record<string, string> {
  const labels = emptyRecord<string>()
  for (const [nth, { kind, mark, from, to }] of list.entries()) {
    if (kind === 'word' && mark === colon) labels[keys[nth]!.printed] = line.slice(from, to)
  }
  return labels
}

/**
 * Whether a key does not say what stands behind it: `PASS: 38.5 tok/s`, `err vs mean`, and an `n`
 * beside `m` and `k`, which is a dimension and no count.
 */
export function saysNothing({ printed, label }: Key, dimensions: boolean): boolean {
  if (
    /(?:^|\s)(?:[✅❌✓✔✗✘]\s*)?(?:PASS(?:ED)?|FAIL(?:ED|URE)?|OK|MATCH|MISMATCH|WARN(?:ING)?)$/u.test(
      printed,
    )
  ) {
    return true
  }
  if (dimensions && /^n$/i.test(printed)) return true
  return label.pair === null && /(?:^|\s)(?:vs\.?|versus)\s/i.test(printed)
}

/** Whether a label holds figures that are lost as parts of a name: `Sort-8 12.3ms ± 0%`. */
export function holdsFigures(label: string): boolean {
  if (/\d\s*(?:±|\+\/-)\s*\d/.test(label)) return true
  const quantities = label.matchAll(
    /(?<![\w.-])\d+(?:\.\d+)?\s?([A-Za-z%µ]+(?:\/[A-Za-z]+)?)(?![\w/])/g,
  )
  return [...quantities].some(([, unit]) => unitOf(unit!) !== null)
}
