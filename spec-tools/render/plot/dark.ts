/**
 * The same picture on a dark page: every colour that is drawn has another where the reader prefers
 * that. Pictures of a page follow its own scheme.
 */
import { verdicts, verdictNames, type Verdict } from '../../judge/index.ts'
import { element, type Svg } from './svg.ts'

/** Okabe and Ito's colours as bright as they are meant to be; on white they are darkened. */
const ofVerdict: Readonly<Record<Verdict, string>> = {
  MATCH: '#2fb58c',
  DIVERGENT: '#ff8c3a',
  NONFINITE: '#ffffff',
  UNPROVEN: '#58b0e8',
  INCOMPARABLE: '#d987c5',
  MISSING: '#a3a9b1',
  'NO-DATA': '#a3a9b1',
}

/** @param pairs a colour on white, and what it is on a dark page */
export function darkStyle(pairs: Readonly<Record<string, string>>): Svg {
  const all = [
    ...Object.entries(pairs),
    ...verdictNames.map((name) => [verdicts[name].look.colour, ofVerdict[name]] as const),
  ]
  const rules = [...new Map(all)].map(
    ([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`,
  )
  return element('style', {}, `@media (prefers-color-scheme: dark){${rules.join('')}}`)
}
