/** tqdm's bar as it stands in the end: `eval: 100%|████| 10/10 [00:01<00:00,  9.91it/s, loss=0.12]`. */
import { figure } from '../collector.ts'
import type { Grammar } from '../grammar.ts'
import { cut, labelOf } from '../label.ts'
import { quantityAt } from '../quantity.ts'
import { Kind } from '../outline.ts'

const bar =
  /^\s*(?:(.{1,128}?):)?\s*\d{1,3}%\|[^|]*\|\s*[\d.]+[kMG]?\/[\d.]+[kMG]?\s*\[[\d:?]+<[\d:?]+,\s*(?=[\d.]+\s?(?:\w+\/s|s\/\w+))/

export const progressBar: Grammar = {
  name: "tqdm's bar",
  take({ text, indent }, { collector, outline }) {
    const found = bar.exec(text)
    if (found === null) return null
    const rate = quantityAt(text, found[0].length)
    const rest =
      rate === null ? null : /^((?:,\s*[\w./@-]+=[^\s,\]]+)*)\]\s*$/.exec(text.slice(rate.end))
    if (rate === null || rest === null || rate.unit === null) return 'unread'
    outline.enter(indent, Kind.figure)
    const label = labelOf(found[1] ?? '')
    const { number: line } = collector
    const add = (
      stage: string,
      statistic: string,
      at: { value: number; from: number; to: number },
      unit: string | null,
    ) => {
      collector.account(at.from, at.to)
      collector.add({
        side: null,
        against: null,
        stage: cut(stage),
        under: outline.under(),
        facts: { ...outline.facts(), ...label.facts, ...(unit !== null && { unit }) },
        figures: { [statistic]: figure(at.value, text.slice(at.from, at.to), line) },
        line,
      })
    }
    outline.use()
    collector.account(0, found[0].length)
    add(label.stage || 'rate', 'rate', rate, rate.unit)
    for (const pair of text
      .slice(rate.end)
      .matchAll(/,\s*([\w./@-]+)=(?=[-+]?(?:[\d.]|nan|inf))/gi)) {
      const value = quantityAt(text, rate.end + pair.index + pair[0].length)
      const name = pair[1]!
      if (value !== null)
        add([label.stage, name].filter(Boolean).join(' '), 'value', value, value.unit)
    }
    return 'figures'
  },
}
