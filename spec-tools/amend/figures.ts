/**
 * The ledger of a drafted text: every figure passes through here on its way into it, and leaves
 * behind where it stands and what it resolves to.
 *
 * `from` is `<measurement id>#<statistic or fact>` for what a log printed, `evidence.json#/…` or
 * `investigation#/…` (JSON pointers) for what the bundle states, and `spec#L<line>` for what was
 * counted in the spec on the base.
 */
import { brief, clip } from '../render/markdown/index.ts'
import type { Quantity } from '../judge/types.ts'
import type { Ground } from './ground/index.ts'
import type { LedgerEntry } from './types.ts'

/** Characters of one sentence; logs and branches can make them as long as they like. */
const longestSentence = 2000

export interface Figures {
  entries: readonly LedgerEntry[]
  /** A figure of the judgement. */
  quantity(quantity: Quantity): string
  /** A figure of the bundle or the spec. */
  value(value: string | number, from: string | readonly string[], how?: string): string
  /** A sentence that may hold figures, cut off where it is longer than a reader bears. */
  sentence(text: string, from: readonly string[], how: string): string
  /** The same ledger, for another part of the text. */
  at(where: string): Figures
}

export function collectFigures(where = ''): Figures {
  return ledger(where, new Map())
}

/** Notes the figures that verdicts wrote into the document where it stands. */
export function noteChanges(figures: Figures, { changed }: Pick<Ground, 'changed'>): void {
  for (const { line, figures: written } of changed) {
    const place = figures.at(`line ${line}`)
    for (const { text, from, how } of written) place.value(text, from, how)
  }
}

function ledger(where: string, noted: Map<string, LedgerEntry>): Figures {
  const note = (entry: LedgerEntry) => {
    const { text, from, how } = entry
    noted.set(JSON.stringify([where, text, from, how]), entry)
    return text
  }
  return {
    get entries() {
      return [...noted.values()]
    },
    quantity: (quantity) => {
      const { from, how } = quantity
      return note({ text: brief(quantity), where, from: [...from], how })
    },
    value: (value, from, how = 'stated') =>
      note({ text: String(value), where, from: [from].flat(), how }),
    sentence: (text, from, how) => {
      const shown = clip(text, longestSentence)
      // What rests on nothing that was measured holds digits in names alone, such as `layer 0`.
      const holds = from.length > 0 && /\d/.test(shown)
      if (holds) note({ text: shown, where, from: [...new Set(from)], how })
      return shown
    },
    at: (part) => ledger(part, noted),
  }
}
