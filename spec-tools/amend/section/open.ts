/** N.3: what the run did not decide. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../../bundle/index.ts'
import { code, list, paragraph, prose, sentence, type Inline } from '../../render/markdown/index.ts'
import { isUnjudged, type Judgement } from '../../judge/index.ts'
import { firstOf } from '../bounded.ts'
import type { Figures } from '../figures.ts'
import { declaredAt, restsOnValues } from './rests-on.ts'
import type { Subject } from './subject.ts'

const shownItems = 64

export function drawOpen({ bundle, judgement, figures }: Subject): RootContent[] {
  const items = openItems(bundle, judgement, figures)
  if (items.length === 0) {
    const what = judgement.hypotheses.length > 0 ? 'every hypothesis was decided' : ''
    const stages = judgement.rows.length > 0 ? 'every stage was compared' : ''
    const why = [what, stages].filter((part) => part !== '').join(' and ')
    return [paragraph(why === '' ? 'Nothing that the run can tell.' : `Nothing: ${why}.`)]
  }
  return [list(firstOf(items, shownItems))]
}

/** Undecided hypotheses, uncompared stages, declared questions, and what the run itself left open. */
function openItems(
  { evidence, investigation }: Bundle,
  judgement: Judgement,
  figures: Figures,
): Inline[] {
  const { hypotheses, rows } = judgement
  return [
    ...hypotheses
      .filter(({ outcome }) => outcome === 'INCONCLUSIVE')
      .map((verdict): Inline => {
        const { id, claim, reason, next } = verdict
        const from = restsOnValues(verdict, judgement)
        const at = declaredAt(verdict, judgement)
        return [
          code(id),
          ' is undecided. Claim: ',
          sentence(figures.sentence(claim, [`${at}/claim`], 'declared')),
          ' ',
          prose(sentence(figures.sentence(reason, from, 'verdict'))),
          next === null
            ? ''
            : ` ${sentence(figures.sentence(next, [`${at}/inconclusive`], 'declared'))}`,
        ]
      }),
    ...rows
      .filter(isUnjudged)
      .map(({ stage, cell }): Inline => [
        'Stage ',
        code(stage),
        ' is not judged: ',
        code(cell.text),
        '.',
      ]),
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
    ...evidence.diagnostics
      .filter(({ exit }) => exit.code !== 0)
      .map(({ id }): Inline => [
        'Diagnostic ',
        code(id),
        ' did not end well; its figures may be incomplete.',
      ]),
  ]
}
