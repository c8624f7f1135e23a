/** What a document knows of what an investigation names in it, for the check before a run. */
import { readSpec } from '../../document/index.ts'
import { documentWords, readScoreboard } from '../../document/scoreboard.ts'
import type { DocumentWords, SpecSettings } from '../../settings/index.ts'
import { composed } from '../../markdown.ts'
import { decodeSpec } from '../bytes.ts'
import { findSection } from './find.ts'
import { Plan } from './plan.ts'

export function knownOfDocument(
  bytes: Uint8Array,
  { style, scoreboard }: Pick<SpecSettings, 'style' | 'scoreboard'>,
): DocumentWords {
  const spec = readSpec(decodeSpec(bytes).text, style)
  const numbers = spec.sections.flatMap(({ key }) => key?.written ?? [])
  const headings = spec.sections.map(({ heading }) => heading)
  return {
    ...documentWords(readScoreboard(spec, scoreboard)),
    sections: [...numbers, ...headings],
    whyNot: (change) => {
      const plan = new Plan(spec, { section: composed``, version: null })
      plan.add('', { change, missing: null, figures: [] })
      return plan.missed.find(({ reason }) => reason !== 'it says so already')?.reason ?? null
    },
    whyNoHeading: (heading) => {
      const found = findSection(spec, heading)
      return 'reason' in found ? found.reason : null
    },
  }
}
