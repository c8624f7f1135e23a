/** The claims that were declared before the run, each beside what was measured. */
import type { Table } from 'mdast'
import type { HypothesisOutcome, HypothesisVerdict, Judgement } from '../../judge/types.ts'
import { oneLine, plainly, strong, table, type Show } from '../../render/markdown/index.ts'
import { clipped } from '../clipped.ts'
import { measured } from './measured.ts'

/** Refuted first, then what is still open: these are what a reader has to know of. */
const order: readonly HypothesisOutcome[] = ['REFUTED', 'INCONCLUSIVE', 'CONFIRMED']

export const outcomeWords: Readonly<Record<HypothesisOutcome, string>> = {
  REFUTED: '✗ refuted',
  INCONCLUSIVE: '? open',
  CONFIRMED: '✓ confirmed',
}

/** Characters of a claim in a table. */
const longestClaim = 160

export function inOrder(verdicts: readonly HypothesisVerdict[]): HypothesisVerdict[] {
  return order.flatMap((outcome) => verdicts.filter((one) => one.outcome === outcome))
}

export function claimTable(
  verdicts: readonly HypothesisVerdict[],
  judgement: Judgement,
  show: Show = plainly,
): Table | undefined {
  if (verdicts.length === 0) return undefined
  return table(
    ['left', 'left', 'left'],
    ['', 'Claim, declared before the run', 'Measured'],
    verdicts.map((verdict) => [
      [outcomeWords[verdict.outcome], ' ', strong(verdict.id)],
      clipped(oneLine(verdict.claim), longestClaim).replace(/\.$/, ''),
      measured(verdict, judgement, show),
    ]),
  )
}
