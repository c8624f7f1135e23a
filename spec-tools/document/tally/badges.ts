/** Counts in badges: `![3/5 pass](https://img.shields.io/badge/pass-3%2F5-green)`. */
import { readBadges } from '../scoreboard/statements/badges.ts'
import type { Statement } from './forms.ts'
import type { Place } from './places.ts'
import type { Vocabulary } from './words.ts'

export function badgesOf(
  { text, start }: Place,
  { words, source, meant }: Vocabulary,
): (Statement & { badge: true })[] {
  const readings = readBadges(text, start, { done: source, open: '(?!)' })
  return readings.flatMap(({ from, to, done, all, percents, worded }) => {
    const url = /https?:\S*$/.exec(text.slice(0, from))?.[0] ?? ''
    const subject = new RegExp(source, 'iu').exec(url.replaceAll(/[_\-/=?&]|%20/g, ' '))?.[0]
    if (!worded || subject === undefined) return []
    const part = {
      word: meant(subject).word,
      count: done,
      all,
      share: percents[0]?.figure ?? null,
    }
    const shown = text.slice(from, to).replaceAll(/%2F/gi, '/').replaceAll('%25', '%')
    return words.length === 0
      ? []
      : [{ parts: [part], from, to, text: shown, label: '', sure: true, badge: true as const }]
  })
}
