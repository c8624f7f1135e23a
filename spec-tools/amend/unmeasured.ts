/** A run that measured nothing of what it was for: told, and no reason to change a specification. */
import type { Bundle } from '../bundle/index.ts'
import type { Judgement } from '../judge/types.ts'
import { commentLimits, fit } from '../render/markdown/index.ts'
import { reportParts } from './report.ts'
import { runWarnings } from './warnings.ts'

/** Room that is left for the app's own lines. */
const reserved = 8192

export interface Unmeasured {
  /** What to tell and what to do, as sentences. */
  what: string
  /** What the run did, as Markdown: how its diagnostics ended, and what those that failed said last. */
  report: string
}

/** Null where something was measured, or where the settings say `amend: always`. */
export function unmeasured(
  { evidence, investigation, settings }: Bundle,
  judgement: Judgement,
): Unmeasured | null {
  if (settings.amend === 'always' || isMeasured(evidence, investigation, judgement)) return null
  const nothing = investigation
    ? 'None of what the investigation needs was measured'
    : 'Nothing was measured'
  const limits = {
    characters: commentLimits.characters - reserved,
    bytes: commentLimits.bytes - reserved,
  }
  return {
    what:
      `${nothing}, so no amendment was drafted and no version was raised. Mend the diagnostic and ask ` +
      'again. To have such a run amended all the same, write `amend: always` into the settings.',
    report: fit(
      reportParts(evidence, judgement, runWarnings(evidence, judgement)),
      limits,
      'The evidence bundle of the run has the rest.',
    ),
  }
}

/** Whether there is a figure or a claim that the investigation, if there is one, asks for. */
function isMeasured(
  { measurements, claims }: Bundle['evidence'],
  investigation: Bundle['investigation'],
  { rows, hypotheses, unused }: Judgement,
): boolean {
  const asks = investigation && (rows.length > 0 || hypotheses.length > 0)
  if (!asks) return measurements.length + claims.length > 0
  return (
    unused.length < measurements.length ||
    rows.some(({ cell }) => !['MISSING', 'NO-DATA'].includes(cell.verdict)) ||
    hypotheses.some(({ outcome }) => outcome !== 'INCONCLUSIVE')
  )
}
