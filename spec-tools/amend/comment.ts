/** The comment on the labelled pull request; the app puts its links into the line of status. */
import { commentLimits, fit, type Limits } from '../render/markdown/index.ts'
import type { Subject } from './section/index.ts'
import { plotParts } from './plot.ts'
import { foldedParts, reportParts } from './report.ts'
import { scoreboardLine } from './report/board.ts'
import { allWarnings } from './warnings.ts'

/** Room that is left for the app's marker, links and history. */
const reserved = 8192

const limits: Limits = {
  characters: commentLimits.characters - reserved,
  bytes: commentLimits.bytes - reserved,
}

export function drawComment(subject: Omit<Subject, 'figures'>): string {
  const { bundle, judgement, ground, folder, origin } = subject
  const warnings = allWarnings(bundle.evidence, judgement, ground)
  const extra = {
    scoreboard: scoreboardLine(ground.scoreboard),
    plot: plotParts(bundle.files, judgement),
    judges: origin.judges,
  }
  return fit(
    [
      ...reportParts(bundle.evidence, judgement, warnings, extra),
      ...foldedParts(bundle, judgement, folder),
    ],
    limits,
    `All of it is in ${folder}.`,
  )
}
