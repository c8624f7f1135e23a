/** N.6: what was run, who vouches for what, and how to get the same again. */
import type { RootContent } from 'mdast'
import {
  clip,
  code,
  codeBlock,
  list,
  paragraph,
  table,
  type Inline,
} from '../../render/markdown/index.ts'
import type { Figures } from '../figures.ts'
import type { Verification } from '../types.ts'
import type { Subject } from './subject.ts'

export function drawMethod(subject: Subject): RootContent[] {
  const { bundle, folder, figures } = subject
  return [
    table(
      ['left', 'left', 'left'],
      ['Diagnostic', 'Command', 'Log'],
      bundle.evidence.diagnostics.map(({ id, command, stdout }) => [
        code(id),
        code(clip(command, 300)),
        code(stdout.file),
      ]),
    ),
    list([
      ...request(subject),
      verification(subject.origin.verification, figures),
      ...files(subject),
    ]),
    paragraph('Comment, section and scoreboard are drawn again from the evidence and compared by:'),
    codeBlock(`codicil replay ${folder}`, 'sh'),
  ]
}

function request({ bundle, origin }: Subject): Inline[] {
  const { request: asked, run, tool, isolation } = bundle.evidence
  const by = origin.requestedBy === null ? '' : [', asked for by ', code(origin.requestedBy)]
  const pull = asked.pullRequest === null ? '' : `pull request ${asked.pullRequest} at `
  const runName = run.id === null ? 'a local run' : ['run ', code(runIdentity(run.id, run.attempt))]
  return [
    ['Measured: ', pull, 'commit ', code(asked.sha), by, ' (request ', code(asked.id), ').'],
    [
      'Run: ',
      runName,
      ' from ',
      code(run.startedAt),
      ' to ',
      code(run.finishedAt),
      `, by ${tool.name} ${tool.version}.`,
    ],
    isolation.kind === 'none'
      ? `Isolation: none. ${clip(isolation.detail, 300)}`
      : `Isolation: ${isolation.kind}. ${clip(isolation.detail, 300)}`,
  ]
}

/** What was checked over GitHub's API, or that nothing was. */
export function verification(checked: Verification | null, figures: Figures): Inline {
  if (checked === null) {
    return 'Provenance: not checked over GitHub’s API (drafted locally). GPU and machine facts are probe-reported; all printed figures are self-reported by the measured code.'
  }
  const { artifact } = checked
  return [
    'Control-plane verified: repository id ',
    code(String(checked.repositoryId)),
    ', workflow ',
    code(checked.workflow),
    ', event ',
    code(checked.event),
    ', branch ',
    code(checked.branch),
    ', actor ',
    code(checked.actor),
    ', run ',
    code(runIdentity(checked.runId, checked.attempt)),
    ', artifact ',
    code(String(artifact.id)),
    ` of ${figures.value(artifact.bytes, 'amendment.json#/origin/verification/artifact/bytes')} bytes with SHA-256 `,
    code(artifact.sha256),
    '. GPU and machine facts are probe-reported; all printed figures are self-reported by the measured code.',
  ]
}

function files({ bundle, folder, figures }: Subject): Inline[] {
  const { settings, investigation } = bundle.evidence
  return [
    [
      'Evidence: ',
      code(folder),
      `, ${figures.value(bundle.files.size, 'SHA256SUMS', 'counted')} files with their digests in `,
      code('SHA256SUMS'),
      '.',
    ],
    ['Settings in force: ', code(settings.file), ', SHA-256 ', code(settings.sha256), '.'],
    investigation === null
      ? 'No investigation was declared: all diagnostics ran, and this section reports what they show.'
      : [
          'Declared before the run: ',
          code(investigation.file),
          ', SHA-256 ',
          code(investigation.sha256),
          '.',
        ],
  ]
}

function runIdentity(id: number, attempt: number | null): string {
  return attempt === null ? String(id) : `${id}, attempt ${attempt}`
}
