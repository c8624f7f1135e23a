/** Rows of tables with a frame, and rules: `| a | b |`, `│ a │ b │`, `|---|---|`, `=====`. */
import { isVertical } from '../cells.ts'
import type { Grammar } from '../grammar.ts'
import { Kind } from '../outline.ts'
import { bannerRank, isRule } from './banner.ts'
import { claimOf, statesVerdict } from './verdict.ts'

export const frame: Grammar = {
  name: 'framed table',
  take({ text, first, indent }, { outline, tables, tokens, collector }) {
    if (text[first] !== '|' && !isVertical(text, first)) return null
    outline.enter(indent, Kind.plain)
    if (statesVerdict(text, tokens)) collector.claim(claimOf(text))
    return tables.framed(text, first, text.length) ? 'figures' : null
  },
}

export const rule: Grammar = {
  name: 'rule',
  take({ text, first }, { outline, tables }) {
    // A frame with a single cell is no rule.
    if (isVertical(text, first)) return null
    // Below the head of a table: `---|---`, and psql's `---+---`.
    if (/^[-:+| ]*-{2,}[-:+| ]*[|+][-:+| ]*$/.test(text)) return 'heading'
    if (!isRule(text, first)) return null
    tables.rule()
    outline.promote(bannerRank.underlined)
    return 'heading'
  },
}
