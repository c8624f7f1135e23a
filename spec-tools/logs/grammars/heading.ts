/** What no other grammar takes heads the lines below it. */
import type { Collector } from '../collector.ts'
import type { Grammar } from '../grammar.ts'
import { labelOf } from '../label.ts'
import { Kind } from '../outline.ts'
import { unitOf } from '../units.ts'
import { bannerRank } from './banner.ts'

/** A figure that no heading is called by: `12.5 ms`, `93.41`, `1,234`; not `2.1 Results`, `v0.5` or `3/28`. */
const figures =
  /(?<![\w./,-])[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w.,])|\d+\.\d+(?![\w.%/])|\d+m\d+(?:\.\d+)?s|(?:\d+(?:\.\d+)?) ?([A-Za-z%µ]+(?:\/[A-Za-z]+)?)(?![\w/]))/g

/** A heading is a name, less the figures in it: those are told. */
function accountForNames(text: string, first: number, collector: Collector): void {
  let from = 0
  for (const { index, 0: printed, 1: unit } of text.matchAll(figures)) {
    if (index <= first || (unit !== undefined && unitOf(unit) === null)) continue
    collector.account(from, index)
    from = index + printed.length
  }
  collector.account(from, text.length)
}

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
    if (!collector.claimed) accountForNames(text, first, collector)
    return 'heading'
  },
}
