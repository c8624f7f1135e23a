/** What each outcome of the next steps would mean. */
import type { Table } from 'mdast'
import type { Judgement } from '../../judge/types.ts'
import { clip, prose, table } from '../../render/markdown/index.ts'

export function outcomeTable(
  { next }: Pick<Judgement, 'next'>,
  say: (text: string, stages: readonly string[]) => string = (text) => text,
): (limit: number) => Table | undefined {
  const single = next.length === 1
  const outcomes = next.flatMap((step, index) =>
    step.outcomes.map((branch) => ({ step, number: index + 1, branch })),
  )
  const cell = (text: string, stages: readonly string[]) => prose(say(clip(text, 400), stages))
  return (limit) =>
    outcomes.length === 0
      ? undefined
      : table(
          [...(single ? [] : ['left' as const]), 'left', 'left'],
          [...(single ? [] : ['Step']), 'If', 'Then'],
          outcomes
            .slice(0, limit)
            .map(({ step, number, branch }) => [
              ...(single ? [] : [`${number}. ${step.kind}`]),
              cell(branch.outcome, step.stages),
              cell(branch.then, step.stages),
            ]),
        )
}
