/** `key=value` and `key: value`: see `pair-grammar.ts` and `figures.ts`. */
import { Figures } from '../figures.ts'
import type { Grammar } from '../grammar.ts'
import { Kind } from '../outline.ts'
import { PairGrammar } from '../pair-grammar.ts'
import { statisticName } from '../statistics.ts'

/** A name of a statistic and a number without a mark between them, before any mark but a label's. */
function beginsWithPhrase(text: string): boolean {
  const before = /^(?:[^=:,;|([\]]*:\s)?[^=:;|([]*/.exec(text)?.[0] ?? ''
  return [...before.matchAll(/(?<=^|\s)([\p{L}_]+)\s+[-+−]?\d+\.\d+(?=[\s,])/gu)].some(
    ([, word]) => statisticName(word!).known,
  )
}

export const pairs: Grammar = {
  name: 'key-value pairs',
  take({ text, indent }, { tokens, outline, collector, tables }) {
    const { digits, assignments, bars } = tokens
    if (assignments === 0 && (bars === 0 || !digits)) return null
    // `bf16  mean 0.01  std 0.99  n=4096` is words and numbers, of which one has a mark.
    if (beginsWithPhrase(text)) return null
    const found = new PairGrammar(tokens).parse(text)
    if (found === null) return null
    outline.enter(indent, Kind.figure)
    if (!new Figures(outline, collector).take(found, text, indent)) {
      collector.forget()
      return null
    }
    tables.close()
    return 'figures'
  },
}
