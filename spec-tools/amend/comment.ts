/** The comment on the labelled pull request, without the app's status lines. */
import { commentLimits, fit, type Limits } from '../render/markdown/index.ts'
import type { Subject } from './section/index.ts'
import { foldedParts, reportParts } from './report.ts'
import { allWarnings } from './warnings.ts'

/** Room that is left for the app's marker and status lines. */
const reserved = 4096

const limits: Limits = {
  characters: commentLimits.characters - reserved,
  bytes: commentLimits.bytes - reserved,
}

export function drawComment(subject: Omit<Subject, 'figures' | 'origin'>): string {
  const { bundle, judgement, ground, folder } = subject
  const warnings = allWarnings(bundle.evidence, judgement, ground)
  return fit(
    [...reportParts(bundle.evidence, judgement, warnings), ...foldedParts(bundle, folder)],
    limits,
    `All of it is in ${folder}.`,
  )
}
