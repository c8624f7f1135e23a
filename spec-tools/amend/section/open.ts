/** N.3: the reasoning that still bears, the candidates, and what the run did not decide. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../../bundle/index.ts'
import { list, sentence, stageName, undecided, type Inline } from '../../render/markdown/index.ts'
import { isUnjudged, type DivergenceRow, type Judgement } from '../../judge/index.ts'
import { firstOf } from '../bounded.ts'
import type { Figures } from '../figures.ts'
import { shownOf } from '../report/shown.ts'
import { candidates, written } from './reasoning.ts'
import type { Subject } from './subject.ts'

const shownItems = 12
/** Stages that are named where several are not judged for one reason. */
const named = 4

export function openTitle({ investigation }: Bundle): string {
  const reasoned = investigation?.load_bearing ?? investigation?.candidates[0]
  return reasoned === undefined ? 'What is still open' : 'What is still load-bearing'
}

export function drawOpen(subject: Subject): RootContent[] {
  const { bundle, judgement, figures } = subject
  const items = openItems(bundle, judgement, figures)
  const reasoning = [
    ...written(subject, bundle.investigation?.load_bearing, 'load_bearing'),
    ...candidates(subject),
  ]
  return items.length > 0 ? [...reasoning, list(firstOf(items, shownItems))] : reasoning
}

/** Stages that were not judged, by reason; declared questions; what the run itself left open. */
function openItems(
  { evidence, investigation }: Bundle,
  judgement: Judgement,
  figures: Figures,
): Inline[] {
  const { hypotheses, rows } = judgement
  const shown = new Set(shownOf({ ...judgement, hypotheses: [] }, Infinity).rows)
  return [
    ...hypotheses.flatMap(({ id, outcome, next }, index): Inline[] =>
      outcome === 'INCONCLUSIVE' && next !== null
        ? [
            `${id}: ${sentence(
              figures.sentence(
                next,
                [`investigation#/hypotheses/${index}/inconclusive`],
                'declared',
              ),
            )}`,
          ]
        : [],
    ),
    ...undecidedClaims(hypotheses),
    ...unjudged(
      rows.filter((row) => isUnjudged(row) && !shown.has(row)),
      judgement,
    ),
    ...(investigation?.open ?? []).map((question, index) =>
      figures.sentence(question, [`investigation#/open/${index}`], 'declared'),
    ),
    ...evidence.partial.map((why, index) =>
      figures.sentence(
        `The evidence is not whole: ${why}`,
        [`evidence.json#/partial/${index}`],
        'stated',
      ),
    ),
  ]
}

/** Claims without a word of the investigation on what is to be done then, as one item. */
function undecidedClaims(hypotheses: Judgement['hypotheses']): Inline[] {
  const ids = hypotheses
    .filter(({ outcome, next }) => outcome === 'INCONCLUSIVE' && next === null)
    .map(({ id }) => id)
  if (ids.length === 0) return []
  const more = ids.length > named ? ` and ${ids.length - named} more` : ''
  return [`${ids.slice(0, named).join(', ')}${more}: neither confirmed nor refuted.`]
}

/** Stages that lack the same are one item. */
function unjudged(rows: readonly DivergenceRow[], judgement: Judgement): Inline[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(undecided(row, judgement)))
  return [...groups.values()].map((group): Inline => {
    const [one] = group as [DivergenceRow]
    const names = group.slice(0, named).flatMap(({ stage }, index): Inline[] => {
      return index === 0 ? [stageName(stage)] : [', ', stageName(stage)]
    })
    const more = group.length > named ? ` and ${group.length - named} more` : ''
    const verb = group.length === 1 ? 'was' : 'were'
    return [...names, `${more} ${verb} not judged: `, undecided(one, judgement), '.']
  })
}
