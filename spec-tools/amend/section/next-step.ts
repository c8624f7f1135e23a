/** N.4: what to measure next, and what each outcome would mean. */
import type { RootContent } from 'mdast'
import {
  code,
  list,
  paragraph,
  prose,
  strong,
  table,
  type Inline,
} from '../../render/markdown/index.ts'
import type { Judgement, NextStep } from '../../judge/types.ts'
import type { Figures } from '../figures.ts'
import { restsOnStages } from './rests-on.ts'
import type { Subject } from './subject.ts'

export function drawNextStep({ judgement, figures }: Subject): RootContent[] {
  if (judgement.next.length === 0) {
    return [paragraph('No further measurement follows from this run.')]
  }
  return [
    list(
      judgement.next.map(({ kind, text, stages }) => [
        strong(purpose[kind]),
        ': ',
        prose(figures.sentence(text, restsOnStages(judgement, stages), 'planned')),
      ]),
      { ordered: true },
    ),
    planTable(judgement, figures),
    ...outcomes(judgement, figures),
  ]
}

const purpose: Record<NextStep['kind'], string> = {
  repair: 'Repair',
  bisect: 'Bisect',
  replay: 'Replay',
  control: 'Control',
}

function planTable(judgement: Judgement, figures: Figures): RootContent {
  const { next, sides } = judgement
  return table(
    ['right', 'left', 'left', 'left', 'left', 'left'],
    ['Step', 'Stages', 'Sides', 'Capture', 'Tokens', 'Predicate'],
    next.map((step, index) => [
      String(index + 1),
      names(step.stages),
      step.sides.map((side) => sides[side]).join(', '),
      prose(figures.sentence(step.capture, restsOnStages(judgement, step.stages), 'planned')),
      step.selection,
      code(step.predicate),
    ]),
  )
}

function outcomes(judgement: Judgement, figures: Figures): RootContent[] {
  const items = judgement.next.flatMap(({ outcomes: each, stages, text: told }, index) =>
    each
      .filter(({ then }) => !told.includes(then))
      .map(({ outcome, then }): Inline => {
        const text = `${outcome}: ${then}`
        const from = restsOnStages(judgement, stages)
        return [`Step ${index + 1}, `, prose(figures.sentence(text, from, 'planned'))]
      }),
  )
  return items.length === 0 ? [] : [paragraph('What each outcome leads to:'), list(items)]
}

function names(stages: readonly string[]): Inline {
  return stages.flatMap((stage, index) => (index === 0 ? [code(stage)] : [', ', code(stage)]))
}
