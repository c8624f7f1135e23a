/** N.4: what to measure next, and what each outcome would mean. */
import type { RootContent } from 'mdast'
import { code, list, paragraph, prose, type Inline } from '../../render/markdown/index.ts'
import { outcomeTable } from '../report/next.ts'
import { restsOnStages } from './rests-on.ts'
import { written } from './reasoning.ts'
import type { Subject } from './subject.ts'

/** Steps and outcomes that are shown; `codicil plan` has all. */
const shownSteps = 4
const shownOutcomes = 12

export function hasNextStep({ judgement, bundle }: Pick<Subject, 'judgement' | 'bundle'>): boolean {
  return judgement.next.length > 0 || bundle.investigation?.next !== undefined
}

export function drawNextStep(subject: Subject): RootContent[] {
  const { judgement, figures, bundle } = subject
  const say = (text: string, stages: readonly string[]) =>
    figures.sentence(text, restsOnStages(judgement, stages), 'planned')
  const steps = judgement.next.slice(0, shownSteps)
  const asked = steps.map(({ text, stages, predicate }): Inline => [
    prose(say(text, stages)),
    ' Test: ',
    code(predicate),
    '.',
  ])
  const [only, ...others] = asked
  const table = outcomeTable({ next: steps }, say)(shownOutcomes)
  return [
    ...written(subject, bundle.investigation?.next, 'next'),
    ...(only === undefined
      ? []
      : others.length === 0
        ? [paragraph(only)]
        : [list(asked, { ordered: true })]),
    ...(table ? [table] : []),
  ]
}
