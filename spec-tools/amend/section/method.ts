/** N.6: what was run, who vouches for what, and how to get the same again. */
import type { RootContent } from 'mdast'
import { fileReadBy, onlyReads, type Diagnostic } from '../../evidence/index.ts'
import {
  clip,
  code,
  list,
  paragraph,
  prose,
  table,
  type Inline,
} from '../../render/markdown/index.ts'
import type { Figures } from '../figures.ts'
import { ownJudgesText } from '../own-judges.ts'
import type { Verification } from '../types.ts'
import { written } from './reasoning.ts'
import type { Subject } from './subject.ts'

/** Diagnostics that are listed. */
const shownDiagnostics = 12

export function drawMethod(subject: Subject): RootContent[] {
  const { bundle, folder, figures } = subject
  return [
    ...written(subject, bundle.investigation?.method, 'method'),
    ...commands(bundle.evidence.diagnostics),
    list([
      request(subject),
      verification(subject.origin.verification, figures, bundle.evidence.diagnostics),
      ...changed(subject),
      how(subject),
    ]),
    paragraph(
      code(`codicil replay ${folder}`),
      ' draws comment, section and scoreboard again from the evidence, and compares.',
    ),
  ]
}

function changed({ origin }: Subject): Inline[] {
  const own = ownJudgesText(origin.judges)
  return own === null ? [] : [prose(own)]
}

/** One row a diagnostic, with how often it ran. */
function commands(diagnostics: readonly Diagnostic[]): RootContent[] {
  const byId = [...Map.groupBy(diagnostics, ({ id }) => id)]
  if (byId.length === 0) return [paragraph('No diagnostic was run.')]
  const repeated = byId.some(([, runs]) => runs.length > 1)
  return [
    table(
      ['left', 'left', ...(repeated ? ['right' as const] : []), 'left'],
      ['Diagnostic', 'Command', ...(repeated ? ['Runs'] : []), 'Log'],
      byId
        .slice(0, shownDiagnostics)
        .map(([id, runs]) => [
          code(id),
          commandOf(runs[0]),
          ...(repeated ? [String(runs.length)] : []),
          code(runs[0]?.stdout.file ?? ''),
        ]),
    ),
    ...(byId.length > shownDiagnostics
      ? [paragraph(`${byId.length - shownDiagnostics} more are in the evidence.`)]
      : []),
  ]
}

/** The command, or the file that was read in place of running one. */
function commandOf(run: Diagnostic | undefined): Inline {
  const command = run?.command ?? ''
  const file = fileReadBy({ command })
  return file === null ? code(clip(command, 120)) : ['not run; read from ', code(clip(file, 120))]
}

function request({ bundle, origin }: Subject): Inline {
  const { request: asked, run, tool } = bundle.evidence
  const by = origin.requestedBy === null ? '' : [', asked for by ', code(origin.requestedBy)]
  const pull = asked.pullRequest === null ? '' : `pull request ${asked.pullRequest} at `
  const runName: Inline =
    run.id === null ? 'locally' : ['in run ', code(runIdentity(run.id, run.attempt))]
  return [
    `${onlyReads(bundle.evidence.diagnostics) ? 'Read from files, nothing was run' : 'Measured'}: ${pull}commit `,
    code(asked.sha),
    by,
    ' (request ',
    code(asked.id),
    '), ',
    runName,
    ', from ',
    code(run.startedAt),
    `, by ${tool.name} ${tool.version}.`,
  ]
}

/** What was checked over GitHub's API, or that nothing was. */
export function verification(
  checked: Verification | null,
  figures: Figures,
  diagnostics: readonly Diagnostic[],
): Inline {
  if (checked === null) {
    if (onlyReads(diagnostics))
      return 'Not checked over GitHub’s API: drafted locally, from files that anybody may have written.'
    return 'Not checked over GitHub’s API: drafted locally. The probe reports the GPU, the measured code its figures.'
  }
  const { artifact } = checked
  return [
    'Verified over GitHub’s API: workflow ',
    code(checked.workflow),
    ' on ',
    code(checked.branch),
    ', run ',
    code(runIdentity(checked.runId, checked.attempt)),
    ', artifact of ',
    `${figures.value(artifact.bytes, 'amendment.json#/origin/verification/artifact/bytes')} bytes with SHA-256 `,
    code(artifact.sha256),
    '. ',
    ...sealed(checked.seal),
    'The probe reports the GPU, the measured code its figures.',
  ]
}

function sealed(seal: Verification['seal']): Inline[] {
  if (!seal) return []
  const by: Inline = code(seal.signer ?? '')
  switch (seal.kind) {
    case 'attested':
      return ['Its files are attested by ', by, ' on a machine of GitHub, signature verified. ']
    case 'attested-self-hosted':
      return ['Its files are attested by ', by, ' on a self-hosted runner, signature verified. ']
    case 'stated':
      return ['Its files are those that its run stated, unsigned. ']
    case 'none':
      return ['Its run sealed nothing. ']
  }
}

/** Isolation and declaration, whose digests the evidence holds. */
function how({ bundle }: Subject): Inline {
  const { investigation, isolation } = bundle.evidence
  const ran = isolation.kind === 'none' ? 'Not isolated' : `Isolated by ${isolation.kind}`
  const isolated = onlyReads(bundle.evidence.diagnostics) ? 'Nothing vouches for the logs' : ran
  return investigation === null
    ? `${isolated}. No investigation was declared: all diagnostics ran.`
    : [`${isolated}. Declared before the run: `, code(investigation.file), '.']
}

function runIdentity(id: number, attempt: number | null): string {
  return attempt === null ? String(id) : `${id}, attempt ${attempt}`
}
