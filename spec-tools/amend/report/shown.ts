/** What stands unfolded: as much as is read in ten seconds, the gravest first. */
import type { RootContent } from 'mdast'
import {
  byTelling,
  isMatch,
  isNear,
  type DivergenceRow,
  type HypothesisVerdict,
  type Judgement,
} from '../../judge/index.ts'
import { toMarkdown } from '../../render/markdown/index.ts'
import { claimTable, inOrder } from './claims.ts'
import { stagesShown } from './stages.ts'

export interface Shown {
  rows: DivergenceRow[]
  claims: HypothesisVerdict[]
  moreClaims: HypothesisVerdict[]
}

/** Words before the first fold; some are left for what the app adds. */
export const mostWords = 142
const mostRows = 12
/** So few stages are shown whatever they came to. */
const fewRows = 4

/**
 * The gravest claim and the gravest stage always; then stages and claims in turn, refuted and open
 * claims before the stages' second half, while the words allow.
 *
 * @param room words that are left for both tables
 */
export function shownOf(judgement: Judgement, room: number): Shown {
  const few = judgement.rows.length <= fewRows
  const telling = byTelling(judgement.rows)
    .filter((row) => few || !isMatch(row) || isNear(row))
    .slice(0, mostRows)
  const ordered = inOrder(judgement.hypotheses)
  let [rows, claims] = [Math.min(1, telling.length), Math.min(1, ordered.length)]
  const used = (some: number, others: number) =>
    wordsIn(stagesShown(judgement, telling.slice(0, some))) +
    wordsIn(tableOf(ordered.slice(0, others), judgement))
  for (const kind of turns(telling.length, ordered)) {
    const next = kind === 'row' ? ([rows + 1, claims] as const) : ([rows, claims + 1] as const)
    if (next[0] > telling.length || next[1] > ordered.length || used(...next) > room) continue
    ;[rows, claims] = next
  }
  return {
    rows: telling.slice(0, rows),
    claims: ordered.slice(0, claims),
    moreClaims: ordered.slice(claims),
  }
}

/** Words of a text as people count them: signs alone are none. */
export function wordsIn(nodes: readonly RootContent[]): number {
  return countWords(toMarkdown(nodes))
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter((piece) => /[\p{L}\p{N}]/u.test(piece)).length
}

function turns(rows: number, claims: readonly HypothesisVerdict[]): ('row' | 'claim')[] {
  const telling = claims.filter(({ outcome }) => outcome !== 'CONFIRMED').length
  const both = Array.from({ length: Math.max(rows, telling) }, () => ['row', 'claim'] as const)
  return [...both.flat(), ...claims.map(() => 'claim' as const)]
}

function tableOf(claims: readonly HypothesisVerdict[], judgement: Judgement): RootContent[] {
  const table = claimTable(claims, judgement)
  return table ? [table] : []
}
