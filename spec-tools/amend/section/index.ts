/**
 * The section that an amendment adds, as Markdown blocks.
 *
 * Everything in it comes from the bundle, the judgement and the ground; nothing else is known here.
 */
import type { RootContent } from 'mdast'
import { composed, type Markdown } from '../../markdown.ts'
import {
  heading,
  paragraph,
  prose,
  sentence,
  strong,
  toMarkdown,
  type Inline,
} from '../../render/markdown/index.ts'
import { headline, outcomeClause } from '../headline.ts'
import { v } from '../naming.ts'
import { drawEvidence } from './evidence.ts'
import { drawMethod } from './method.ts'
import { drawNextStep, hasNextStep } from './next-step.ts'
import { drawOpen, openTitle } from './open.ts'
import { restsOn } from './rests-on.ts'
import { drawRefuted, refutedTitle } from './refuted.ts'
import { drawScoreboard } from './scoreboard.ts'
import type { Subject } from './subject.ts'

export type { Subject } from './subject.ts'

interface Subsection {
  title: Inline
  draw: (subject: Subject) => RootContent[]
}

/** Markdown below the section's heading. */
export function drawSection(subject: Subject): Markdown {
  const { ground, bundle, figures } = subject
  if (ground.section === null) return composed``
  const { level, number } = ground.section
  let count = 0
  const parts = subsectionsOf(subject).flatMap(({ title, draw }) => {
    const own = number === null ? '' : `${number}.${count + 1}`
    const style = ground.subsections
    const prefix = style === null || own === '' ? '' : `${style.mark}${own}${style.close}`
    const body = draw({ ...subject, figures: figures.at(own === '' ? String(count + 1) : own) })
    // What has nothing to say has no heading.
    if (body.length === 0) return []
    count += 1
    return [
      level < 6 ? heading(level + 1, prefix, title) : paragraph(strong(prefix, title)),
      ...body,
    ]
  })
  const { judgement } = subject
  const shown = sentence(outcomeClause(judgement) || headline(bundle.evidence, judgement))
  const from = judgement.rows.length > 0 ? restsOn(judgement.rows) : ['evidence.json#/measurements']
  const opening = paragraph(strong(prose(figures.sentence(shown, from, 'verdict'))))
  return toMarkdown([opening, ...parts, ...closing(subject)])
}

function subsectionsOf({ ground, judgement, bundle }: Subject): Subsection[] {
  return [
    { title: 'Diagnostic evidence', draw: drawEvidence },
    ...(judgement.hypotheses.length > 0 || ground.refuted.length > 0
      ? [{ title: refutedTitle({ ground, judgement }), draw: drawRefuted }]
      : []),
    { title: openTitle(bundle), draw: drawOpen },
    ...(hasNextStep({ judgement, bundle })
      ? [{ title: 'The falsifiable next step', draw: drawNextStep }]
      : []),
    ...(ground.scoreboard ? [{ title: 'Scoreboard', draw: drawScoreboard }] : []),
    { title: 'How this was measured, and how to repeat it', draw: drawMethod },
  ]
}

function closing({ ground: { version } }: Subject): RootContent[] {
  if (version === null) return []
  return [paragraph(`Spec ${v(version.from)} → `, strong(v(version.to)), '.')]
}
