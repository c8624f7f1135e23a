/** What no other grammar takes heads the lines below it. */
import type { Grammar } from '../grammar.ts'
import { labelOf } from '../label.ts'
import { Kind } from '../outline.ts'
import { bannerRank } from './banner.ts'

export const heading: Grammar = {
  name: 'heading',
  take({ text, first, indent }, { outline, collector, tokens }) {
    const title = text.slice(first)
    const rank = bannerRank.of(title)
    const kind = rank < 0 ? Kind.banner : /:\s*$/.test(title) ? Kind.colon : Kind.plain
    const depth = rank < 0 ? rank : indent
    outline.enter(depth, kind)
    // A claim is left to be told as one.
    const digitsOn = tokens.digits && !collector.claimed ? collector.number : 0
    const label = labelOf(title)
    outline.add(label, depth, kind, digitsOn)
    collector.announced.heading(label, depth)
    // Whether it was read shows when the lines below it are: the outline counts it if not.
    if (!collector.claimed) collector.account(0, text.length)
    return 'heading'
  },
}
