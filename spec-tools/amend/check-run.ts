/** The check on the labelled pull request's head, and the summary of the run's step. */
import type { Bundle } from '../bundle/index.ts'
import type { Evidence } from '../evidence/index.ts'
import {
  checkLimits,
  clip,
  codeBlock,
  fit,
  plain,
  stepSummaryLimits,
  type Part,
} from '../render/markdown/index.ts'
import { type Judgement, verdicts } from '../judge/index.ts'
import { divergenceText } from '../render/plot/index.ts'
import { tellingRows } from './bounded.ts'
import { notesOf } from './check-notes.ts'
import { headline } from './headline.ts'
import type { OwnJudges } from './own-judges.ts'
import { reportParts } from './report.ts'
import type { Amendment } from './types.ts'
import { runWarnings } from './warnings.ts'

export function drawCheck(
  { evidence, files }: Bundle,
  judgement: Judgement,
  warnings: readonly string[],
  judges?: OwnJudges,
): Amendment['check'] {
  return {
    title: clip(plain(headline(evidence, judgement)), 240),
    summary: fit(
      reportParts(evidence, judgement, warnings, { judges }).filter(
        ({ name }) => name !== 'finding',
      ),
      checkLimits,
      'The comment on the pull request has the rest.',
    ),
    conclusion: concludeCheck(evidence, judgement),
    notes: notesOf({ evidence, files }, judgement),
  }
}

/**
 * `failure`: the evidence cannot be relied on, because it is not whole or a diagnostic did not end
 * well. `success`: it is whole, every declared hypothesis was decided and no stage is anything but
 * MATCH. `neutral`: it is whole, and there is something to look at; or the machine could not be measured
 * on. A refuted hypothesis is a result, a divergence is a finding, and a GPU that is busy is nobody's
 * fault; none is a failure of the pull request.
 */
export function concludeCheck(
  { partial, diagnostics }: Evidence,
  { environment, rows, hypotheses }: Judgement,
): Amendment['check']['conclusion'] {
  if (environment.status === 'INFRA') return 'neutral'
  const whole =
    partial.length === 0 &&
    diagnostics.length > 0 &&
    diagnostics.every(({ exit }) => exit.code === 0 && !exit.timedOut)
  if (!whole) return 'failure'
  const matched = rows.every(({ cell }) => verdicts[cell.verdict].conclusion === 'success')
  const decided = hypotheses.every(({ outcome }) => outcome !== 'INCONCLUSIVE')
  return matched && decided ? 'success' : 'neutral'
}

/**
 * Markdown for the summary page of the workflow run. The plot is drawn in characters: that page
 * shows no pictures of a bundle, and the charts of its Markdown know neither a logarithmic axis nor a
 * stage without a figure.
 */
export function stepSummary(evidence: Evidence, judgement: Judgement): string {
  return fit(
    reportParts(evidence, judgement, runWarnings(evidence, judgement)).flatMap((part) =>
      part.name === 'stages' ? [part, plot(judgement)] : [part],
    ),
    stepSummaryLimits,
    'The evidence bundle has the rest.',
  )
}

/** Stages of the plot. */
const plottedStages = 60

function plot(judgement: Judgement): Part {
  const drawn = divergenceText(judgement, tellingRows(judgement.rows, plottedStages))
  return {
    name: 'plot',
    forms: [drawn === undefined ? [] : [codeBlock(drawn, 'text')], []],
    shed: 3,
  }
}
