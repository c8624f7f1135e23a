import type { RootContent } from 'mdast'
import { onlyReads } from '../../evidence/index.ts'
import { tasks } from '../../render/markdown/index.ts'
import { plural } from '../headline.ts'
import { wrongSections } from '../section/refuted.ts'
import type { Proposal } from './types.ts'

/** Ticked is what was checked while this was drafted; the rest is for a person. */
export function testPlan(proposal: Proposal): RootContent[] {
  const { bundle, judgement, ground, origin, edits, figures } = proposal
  const { measurements, machine, diagnostics } = bundle.evidence
  const flipped = ground.scoreboard?.flipped ?? []
  const drift = ground.scoreboard?.drift ?? []
  const wrong = wrongSections(proposal).join(', ')
  const asserted = judgement.rows.some(({ candidate, reference: other }) =>
    [candidate, other].some((side) => (side?.asserted.length ?? 0) > 0),
  )
  return [
    tasks([
      {
        done: true,
        text: `Every file of the bundle agrees with its digest (${bundle.files.size} files)`,
      },
      {
        done: origin.verification !== null,
        text: 'The run, its workflow, branch and artifact were verified over GitHub’s API',
      },
      {
        done: figures.unresolved === 0,
        text: `Every figure of the section resolves to the bundle or to counted rows (${plural(figures.count, 'figure')})`,
      },
      {
        done: true,
        text: `The spec changes in ${plural(edits, 'place')} and nowhere else by a byte`,
      },
      ...(onlyReads(diagnostics)
        ? [{ done: false, text: 'Repeat it: the logs were read from files, and nothing was run' }]
        : machine.gpu.status === 'present'
          ? []
          : [{ done: false, text: 'Repeat it on a GPU; this run had the CPU only' }]),
      {
        done: false,
        text: `Read the section against the ${plural(measurements.length, 'measurement')} in the logs`,
      },
      ...(judgement.hypotheses.length > 0
        ? [{ done: false, text: 'The predicates say what the claims say' }]
        : []),
      ...(wrong === ''
        ? []
        : [{ done: false, text: `${wrong} should be annotated or retracted where it was wrong` }]),
      ...(asserted ? [{ done: false, text: 'The asserted facts are true' }] : []),
      ...(flipped.length > 0
        ? [
            {
              done: false,
              text: `The flipped rows are right: ${flipped.map(({ id }) => id).join(', ')}`,
            },
          ]
        : []),
      ...(drift.length > 0
        ? [
            {
              done: false,
              text: 'Decide about the totals that do not add up; each keeps its difference',
            },
          ]
        : []),
    ]),
  ]
}
