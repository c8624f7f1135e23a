/** `key=value` and `key: value`: see `pair-grammar.ts` and `figures.ts`. */
import { Figures } from '../figures.ts'
import type { Grammar } from '../grammar.ts'
import { Kind } from '../outline.ts'
import { PairGrammar } from '../pair-grammar.ts'

export const pairs: Grammar = {
  name: 'key-value pairs',
  take({ text, indent }, { tokens, outline, collector, tables }) {
    const { digits, assignments, bars } = tokens
    if (assignments === 0 && (bars === 0 || !digits)) return null
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
