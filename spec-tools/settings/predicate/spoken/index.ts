/**
 * Predicates as people write them, brought into CEL: `latency < 20 ms`, `10 <= loss <= 12`,
 * `pp512(new) within 1 % of pp512(old)`, `throughput at least 30 tok/s and exit_code(x) = 0`.
 * What could be read in two ways is refused.
 */
import { clauses } from './clauses.ts'
import { conditions } from './conditions.ts'
import { names } from './names.ts'
import { relations } from './relations.ts'
import { tokensOf } from './tokens.ts'
import { glued, joined, wordsToSigns } from './words.ts'

export interface Spoken {
  /** CEL, in which a number with a unit is a text. */
  text: string
  /** Where a character of it comes from. */
  placeOf: (index: number) => number
}

export function spoken(written: string): Spoken {
  const tokens = clauses(
    relations(conditions(joined(wordsToSigns(glued(names(tokensOf(written), written)))))),
  )
  const starts: { at: number; from: number }[] = []
  let text = ''
  for (const one of tokens) {
    const isTight =
      /^[),\]}]$/.test(one.text) || /[([{!]$/.test(text) || (one.text === '(' && /\w$/.test(text))
    if (text !== '' && !isTight) text += ' '
    starts.push({ at: text.length, from: one.start })
    text += one.kind === 'number' ? one.text.replace(/^(-?)\./, '$10.') : one.text
  }
  return { text, placeOf: (index) => starts.findLast(({ at }) => at <= index)?.from ?? 0 }
}
