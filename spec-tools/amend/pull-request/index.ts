/** Body and commit message of the amendment pull request. */
import type { RootContent } from 'mdast'
import {
  clip,
  code,
  commentLimits,
  divergenceNotes,
  divergenceTable,
  fit,
  heading,
  list,
  paragraph,
  plain,
  prose,
  type Inline,
  type Part,
} from '../../render/markdown/index.ts'
import { collectFigures } from '../figures.ts'
import { headline, plural } from '../headline.ts'
import { v } from '../naming.ts'
import { verdictSentence } from '../section/refuted.ts'
import type { Subject } from '../section/index.ts'
import { testPlan } from './test-plan.ts'
import { verification } from '../section/method.ts'

export interface Proposal extends Omit<Subject, 'figures'> {
  specPath: string
  title: string
  /** Paths of the commit, in its order. */
  paths: readonly string[]
  /** Figures of the section, and how many of them rest on nothing. */
  figures: { count: number; unresolved: number }
  /** Places in the spec that change. */
  edits: number
  warnings: readonly string[]
}

export function drawBody(proposal: Proposal): string {
  const parts: Part[] = [
    { name: 'summary', forms: [[heading(2, 'Summary'), ...summary(proposal)]] },
    findings(proposal),
    files(proposal),
    { name: 'method', forms: [[heading(2, 'Method'), ...method(proposal)]] },
    { name: 'test plan', forms: [[heading(2, 'Test plan'), ...testPlan(proposal)]] },
    nextStep(proposal),
  ]
  return fit(parts, commentLimits, 'The comment, the section and the evidence have the rest.')
}

/** The pull request's title, what the run showed, and where the evidence lies; plain text. */
export function commitMessage({ title, bundle, judgement, folder }: Proposal): string {
  const { request } = bundle.evidence
  return [
    title,
    '',
    plain(headline(bundle.evidence, judgement)),
    '',
    `Evidence: ${plain(folder)}`,
    `Measured-Commit: ${request.sha}`,
    `Codicil-Request: ${plain(request.id)}`,
    '',
  ].join('\n')
}

function summary({
  ground,
  bundle,
  judgement,
  specPath,
  folder,
  warnings,
}: Proposal): RootContent[] {
  const { request, machine } = bundle.evidence
  const { section, version } = ground
  const raised = version === null ? '' : `, ${v(version.from)} → ${v(version.to)}`
  const flipped = ground.scoreboard?.flipped ?? []
  return [
    list([
      prose(headline(bundle.evidence, judgement)),
      [
        section === null ? 'Changes ' : ['Adds ', section.label ?? 'a section', ' to '],
        code(specPath),
        section === null ? ' in place' : '',
        `${raised}, with its evidence in `,
        code(folder),
        '.',
      ],
      [
        'Measured: ',
        request.pullRequest === null ? '' : [reference(request.pullRequest), ' at '],
        code(request.sha),
        machine.gpu.status === 'present' ? '.' : ', on the CPU only: no GPU was used.',
      ],
      ...(flipped.length > 0
        ? [
            flipped.flatMap(({ id, from, to }): Inline[] => [
              code(id),
              ' goes from ',
              code(from),
              ' to ',
              code(to),
              '. ',
            ]),
          ]
        : []),
      ...(warnings.length > 0
        ? [`${plural(warnings.length, 'warning')}, listed under findings.`]
        : []),
    ]),
  ]
}

function findings({ judgement, ground, warnings }: Proposal): Part {
  const compared = divergenceTable(judgement)
  const verdicts = judgement.hypotheses.map((verdict) =>
    verdictSentence(verdict, judgement, collectFigures(), ground),
  )
  const texts: RootContent[] = [
    ...(verdicts.length > 0 ? [paragraph('Hypotheses:'), list(verdicts)] : []),
    ...(warnings.length > 0
      ? [paragraph('Warnings:'), list(warnings.map((warning) => prose(clip(warning, 600))))]
      : []),
  ]
  const tables = compared ? [compared, ...divergenceNotes(judgement)] : []
  const none = [paragraph('The diagnostics ran; nothing was compared and nothing was claimed.')]
  const title = heading(2, 'Findings')
  const all = [...tables, ...texts]
  return {
    name: 'findings',
    forms: [[title, ...(all.length > 0 ? all : none)], [title, ...texts], [title]],
    shed: 2,
  }
}

function files({ paths }: Proposal): Part {
  const form = (limit: number): RootContent[] => [
    heading(2, 'Files'),
    list([
      ...paths.slice(0, limit).map((path) => code(path)),
      ...(paths.length > limit ? [`${paths.length - limit} more`] : []),
    ]),
  ]
  return { name: 'files', forms: [form(Infinity), form(20)], shed: 1 }
}

function method({ bundle, origin, folder }: Proposal): RootContent[] {
  const { diagnostics, investigation, settings } = bundle.evidence
  return [
    list([
      ...diagnostics.map(({ id, command }): Inline => [code(id), ': ', code(clip(command, 300))]),
      verification(origin.verification, collectFigures()),
      ['Settings: SHA-256 ', code(settings.sha256), '.'],
      investigation === null
        ? 'No investigation was declared.'
        : [
            'Declared before the run: ',
            code(investigation.slug),
            ', SHA-256 ',
            code(investigation.sha256),
            '.',
          ],
      ['To draw and compare all of it again: ', code(`codicil replay ${folder}`)],
    ]),
  ]
}

function nextStep({ judgement: { next } }: Proposal): Part {
  const form = (limit: number): RootContent[] => [
    heading(2, 'Next step'),
    next.length === 0
      ? paragraph('No further measurement follows from this run.')
      : list(
          next.slice(0, limit).map(({ text }) => prose(clip(text, 1000))),
          { ordered: true },
        ),
  ]
  return { name: 'next steps', forms: [form(Infinity), form(3)], shed: 3 }
}

/** A reference to a pull request of our own naming; GitHub makes it a link. */
function reference(number: number): Inline {
  return { type: 'text', value: `#${number}` }
}
