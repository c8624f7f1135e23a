/** Body and commit message of the amendment pull request. */
import type { RootContent } from 'mdast'
import { onlyReads } from '../../evidence/index.ts'
import {
  clip,
  code,
  commentLimits,
  details,
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
import type { Ahead } from '../types.ts'
import { plotParts } from '../plot.ts'
import { claimTable } from '../report/claims.ts'
import { mostWords, shownOf } from '../report/shown.ts'
import { stagesShown } from '../report/stages.ts'
import { ownJudgesText } from '../own-judges.ts'
import { testPlan } from './test-plan.ts'
import { verification } from '../section/method.ts'
import type { Proposal } from './types.ts'
import { flippedRows } from '../section/scoreboard.ts'

/** Claims that are shown; the section has all. */
const shownClaims = 12

export function drawBody(proposal: Proposal): string {
  const parts: Part[] = [
    { name: 'summary', forms: [[heading(2, 'Summary'), ...summary(proposal)]] },
    findings(proposal),
    nextStep(proposal),
    { name: 'test plan', forms: [[heading(2, 'Test plan'), ...testPlan(proposal)]] },
    { name: 'method', forms: [method(proposal)] },
    files(proposal),
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
  origin,
}: Proposal): RootContent[] {
  const own = ownJudgesText(origin.judges)
  const ahead = aheadText(origin.ahead ?? [])
  const { request, machine, diagnostics } = bundle.evidence
  const isRead = onlyReads(diagnostics)
  const { section, version } = ground
  const raised = version === null ? '' : `, ${v(version.from)} → ${v(version.to)}`
  const flipped = ground.scoreboard?.flipped ?? []
  return [
    list([
      prose(headline(bundle.evidence, judgement)),
      ...(own === null ? [] : [prose(own)]),
      [
        section === null ? 'Changes ' : ['Adds ', section.label ?? 'a section', ' to '],
        code(specPath),
        section === null ? ' in place' : '',
        `${raised}, with its evidence in `,
        code(folder),
        '.',
      ],
      [
        isRead ? 'Read from files, nothing was run: ' : 'Measured: ',
        request.pullRequest === null ? '' : [reference(request.pullRequest), ' at '],
        code(request.sha),
        isRead || machine.gpu.status === 'present' ? '.' : ', on the CPU only: no GPU was used.',
      ],
      ...(ahead === null ? [] : [ahead]),
      ...(flipped.length > 0 ? [flippedRows(flipped)] : []),
      ...(warnings.length > 0
        ? [`${plural(warnings.length, 'warning')}, listed under findings.`]
        : []),
    ]),
  ]
}

/** What amendments before this one take; null where there are none. */
function aheadText(ahead: readonly Ahead[]): Inline[] | null {
  if (ahead.length === 0) return null
  const taken = ahead.map(({ section, version }) =>
    [section && `§${section}`, version && v(version)].filter(Boolean).join(' and '),
  )
  return [
    `Numbered after ${taken.join(', ')}, which open amendments take. When one of them is merged or `,
    'closed, this one is drafted anew.',
  ]
}

function findings({ judgement, bundle, warnings }: Proposal): Part {
  const { rows, claims, moreClaims } = shownOf(judgement, mostWords)
  const table = claimTable([...claims, ...moreClaims].slice(0, shownClaims), judgement)
  const stages = stagesShown(judgement, rows)
  const none = [paragraph('The diagnostics ran; nothing was compared and nothing was claimed.')]
  const found = [
    ...(table ? [table] : []),
    ...stages,
    ...plotParts(bundle.files, judgement),
    ...(warnings.length > 0
      ? details(plural(warnings.length, 'warning'), [
          list(warnings.slice(0, 40).map((warning) => prose(clip(warning, 600)))),
        ])
      : []),
  ]
  const title = heading(2, 'Findings')
  return {
    name: 'findings',
    forms: [
      [title, ...(found.length > 0 ? found : none)],
      [title, ...(table ? [table] : [])],
      [title],
    ],
    shed: 2,
  }
}

/** Folded away: the tab of changed files has the same. */
function files({ paths }: Proposal): Part {
  const form = (limit: number): RootContent[] =>
    details(`${plural(paths.length, 'file')}`, [
      list([
        ...paths.slice(0, limit).map((path) => code(path)),
        ...(paths.length > limit ? [`${paths.length - limit} more`] : []),
      ]),
    ])
  return { name: 'files', forms: [form(40), form(12)], shed: 1 }
}

function method({ bundle, origin, folder }: Proposal): RootContent[] {
  const { investigation, diagnostics } = bundle.evidence
  const ran = [...new Set(diagnostics.map(({ id }) => id))]
  return details('How it was measured', [
    list([
      [
        'Ran: ',
        ...ran
          .slice(0, 12)
          .flatMap((id, index): Inline[] => (index === 0 ? [code(id)] : [', ', code(id)])),
        ran.length > 12 ? ` and ${ran.length - 12} more.` : '.',
      ],
      verification(origin.verification, collectFigures(), bundle.evidence.diagnostics),
      investigation === null
        ? 'No investigation was declared.'
        : ['Declared before the run: ', code(investigation.slug), '.'],
      [code(`codicil replay ${folder}`), ' draws all of it again and compares.'],
    ]),
  ])
}

function nextStep({ judgement: { next } }: Proposal): Part {
  const form = (limit: number): RootContent[] =>
    next.length === 0
      ? []
      : [
          heading(2, 'Next step'),
          list(
            next.slice(0, limit).map(({ text }) => prose(clip(text, 300))),
            {
              ordered: next.length > 1,
            },
          ),
        ]
  return { name: 'next steps', forms: [form(3), form(1)], shed: 3 }
}

/** A reference to a pull request of our own naming; GitHub makes it a link. */
function reference(number: number): Inline {
  return { type: 'text', value: `#${number}` }
}
