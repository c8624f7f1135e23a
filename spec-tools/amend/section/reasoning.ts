/** What a person wrote into the investigation before the run, and what the evidence says to it. */
import type { RootContent } from 'mdast'
import type { Candidate } from '../../settings/index.ts'
import { isMatch, isUnjudged } from '../../judge/index.ts'
import type { Judgement } from '../../judge/types.ts'
import {
  code,
  emphasis,
  list,
  paragraph,
  prose,
  sentence,
  strong,
  type Inline,
} from '../../render/markdown/index.ts'
import { quotedFigures } from './quoted.ts'
import type { Subject } from './subject.ts'

/** Prose of the investigation, marked as what it is; nothing where none was written. */
export function written(
  subject: Subject,
  text: string | undefined,
  key: 'context' | 'method' | 'load_bearing' | 'next',
): RootContent[] {
  if (text === undefined) return []
  const { figures } = subject
  const said = figures.sentence(text.trim(), [`investigation#/${key}`], 'declared')
  return [
    paragraph(
      emphasis(`Written before the run${by(subject)}:`),
      ' ',
      prose(sentence(said)),
      ...quotedFigures(text, subject),
    ),
  ]
}

/** The sites that were suspected before the run, each with what the evidence makes of it. */
export function candidates(subject: Subject): RootContent[] {
  const { bundle, judgement, figures } = subject
  const sites = bundle.investigation?.candidates ?? []
  if (sites.length === 0) return []
  const items = sites.map(({ site, why, stage }, index): Inline => {
    const at = `investigation#/candidates/${index}`
    const reason = why === undefined ? '' : figures.sentence(why.trim(), [`${at}/why`], 'declared')
    return [
      strong(site),
      ...(reason === '' ? [] : [', ', prose(reason.replace(/\.$/, ''))]),
      ...quotedFigures(why ?? '', subject),
      ': ',
      ...standing({ site, stage }, judgement),
      '.',
    ]
  })
  return [paragraph(emphasis(`Candidates, named before the run${by(subject)}:`)), list(items)]
}

/** Whether a candidate is excluded, or why it is still open. */
function standing({ stage }: Candidate, { rows, first }: Judgement): Inline[] {
  if (stage === undefined) return [strong('still open'), ', no stage was named that would tell']
  const row = rows.find((one) => one.stage === stage)
  const name = code(stage)
  if (!row) return [strong('still open'), ', ', name, ' is no stage of this run']
  if (isMatch(row)) return [strong('excluded'), ', ', name, ' matches']
  if (isUnjudged(row)) return [strong('still open'), ', ', name, ' was not judged']
  const later = first.stages.length > 0 && !first.stages.includes(stage)
  return [
    strong('still open'),
    ', ',
    name,
    later ? ' diverges, and follows from a stage that does' : ' diverges',
  ]
}

function by({ origin }: Subject): string {
  return origin.requestedBy === null ? '' : ' by the requester'
}
