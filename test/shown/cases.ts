/**
 * What people are shown, in all the ways that a request can end: the comment, the check, the section
 * and the pull request, made by the real judge, draft and wording from logs or a recorded run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { infraProblem } from '../../app/core/infra.ts'
import { requestId, type EvidenceRequest, type Problem } from '../../app/jobs/request.ts'
import type { State } from '../../app/states.ts'
import { serialiseEvidence, type Evidence } from '../../spec-tools/evidence/index.ts'
import {
  judge,
  proposeAmendment,
  readBundle,
  unmeasured,
  type Amendment,
  type Bundle,
  type Judgement,
} from '../../spec-tools/index.ts'
import type { Reason } from '../../spec-tools/judge/types.ts'
import { input } from '../amend/input.ts'
import { bundleOf, readFixture, runLoop, sealed, sha256, type RunInput } from '../amend/loop.ts'
import { cell, judgement, row } from '../render/markdown/judgements.ts'

export interface Shown {
  request: EvidenceRequest
  /** Null where none is drafted. */
  amendment: Amendment | null
  /** The specification on the base; null where there is nothing to be replayed. */
  base: string | null
}

const root = join(import.meta.dirname, '../..')
const recorded = join(root, 'examples/h200-q4k')
/** Number of the amendment's pull request; the one that was measured is 1. */
export const proposed = 2

export const cases: Readonly<Record<string, () => Shown>> = {
  seed: () => drafted(runLoop('ship-two'), readFixture('specs', 'ship-two.md')),
  h200: () => drafted(recordedBundle(), text(join(recorded, 'docs/q4k-kernels.md'))),
  'rows-3': () => drafted(bundleOf(layers(3)), engine),
  'rows-300': () => drafted(bundleOf(layers(300)), engine),
  // More stages than an investigation may declare, as two tensor files of a large model have.
  'rows-30000': () => asRequest(proposeAmendment(input({ judgement: manyRows(30_000) })), null),
  nan: () => drafted(bundleOf(layers(12, 7)), engine),
  failed: () => drafted(failing(), engine),
  'nothing-measured': () => {
    const bundle = failing({ bench: notFound })
    const { what, report } = unmeasured(bundle, judge(bundle))!
    return ended('unmeasured', { code: 'nothing-measured', message: what, details: [], report })
  },
  refusal: () =>
    ended('refused', {
      code: 'permission',
      message:
        'mallory may not ask for evidence here. People with write, maintain or admin access to this ' +
        'repository can ask for evidence, because it runs the code of the pull request on the GPU ' +
        'runner. One of them can give the label needs-gpu-evidence.',
      details: [],
    }),
  infra: () => ended('infra', infraProblem(busy())!),
}

const engine = `# Engine

**Version:** 1.4.0

## 1. Scope

All of it.

## 2. Layers

| ID | Criterion | Status |
| --- | --- | --- |
| LAYER-001 | All layers stay inside their bounds | PARTIAL |
`

/** Every tenth layer diverges, every seventh is near its limit, and one may hold NaN. */
function layers(count: number, nan = -1): RunInput {
  const names = Array.from({ length: count }, (_, index) => `l${index}.attn`)
  const lines = names.flatMap((stage, index) => {
    const share = shareOf(index)
    const facts = { stage, n: 4096, dtype: 'F32' }
    const side = (name: string, lost = 0) => ({
      ...facts,
      side: name,
      n_finite: 4096 - lost,
      std: 1.25 + index / 100,
    })
    const pair = { ...facts, side: 'new', against: 'old', relative_l2: share / 100 }
    const bound = { error_over_bound: share, error_over_bound_limit: 1 }
    const sides = [side('new', index === nan ? 3 : 0), side('old')]
    return [...sides, { ...pair, ...bound }].map((each) => JSON.stringify(each))
  })
  return {
    investigation: `subject: The layers of the new engine
sides: { candidate: new, reference: old }
stages: [${names.join(', ')}]
`,
    logs: { layers: `${lines.join('\n')}\n` },
    slug: 'layers',
  }
}

/** How much of its limit a layer takes. */
function shareOf(index: number): number {
  return index % 10 === 9 ? 1.7 : index % 7 === 6 ? 0.953 : 0.1 + (index % 5) / 50
}

function manyRows(count: number): Judgement {
  const rows = Array.from({ length: count }, (_, index) => {
    const value = shareOf(index)
    const compared = { name: 'relative L2', value, limit: 1, bound: 'exactly' as const, from: [] }
    const reasons: Reason[] = [{ about: 'criterion', text: `${value}`, compared }]
    const verdict = { ...cell(value > 1 ? 'DIVERGENT' : 'MATCH'), reasons }
    return row({ stage: `blk.${index}.attn_output.weight`, cell: verdict })
  })
  return judgement({ rows })
}

const notFound = 'bash: line 1: ./bench: No such file or directory\n'

/** One diagnostic of two cannot be found. */
function failing(
  logs: RunInput['logs'] = { probe: 'decode speed: 118.2 tok/s\n', bench: notFound },
): Bundle {
  const [id = ''] = Object.keys(logs).slice(-1)
  const bundle = bundleOf({
    investigation: `subject: Speed\nhypotheses:\n  - { id: H1, confirm: decode_speed >= 100 tok/s }\n`,
    logs,
    exits: { [id]: 127 },
    slug: 'speed',
  })
  return changed(bundle, (evidence) => ({
    ...evidence,
    diagnostics: evidence.diagnostics.map((one) =>
      one.id === id ? { ...one, said: [notFound.trimEnd()] } : one,
    ),
  }))
}

function busy(): Bundle {
  return changed(failing(), (evidence) => ({
    ...evidence,
    health: [
      {
        kind: 'busy',
        when: 'before',
        diagnostic: null,
        detail: 'Another program uses 11,264 MiB of GPU 0.',
        advice: 'End it, or reserve the GPU for this runner.',
        voids: true,
      },
    ],
  }))
}

function changed(bundle: Bundle, change: (evidence: Evidence) => Evidence): Bundle {
  const bytes = new TextEncoder().encode(serialiseEvidence(change(bundle.evidence)))
  return readBundle(sealed(new Map([...bundle.files, ['evidence.json', bytes]])), sha256)
}

/** The run on a real GPU that comes with Codicil. */
export function recordedBundle(): Bundle {
  const folder = join(recorded, 'bundle')
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const files = paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)] as const)
  return readBundle(new Map(files), sha256)
}

function text(path: string): string {
  return readFileSync(path, 'utf8')
}

function drafted(bundle: Bundle, base: string): Shown {
  const amendment = proposeAmendment({
    bundle,
    judgement: judge(bundle),
    text: base,
    origin: {
      pullRequest: 1,
      requestedBy: 'alice',
      base: { ref: 'main', commit: 'f'.repeat(40) },
      verification: null,
    },
  })
  return asRequest(amendment, base, bundle)
}

function asRequest(amendment: Amendment, base: string | null, bundle: Bundle | null = null): Shown {
  const { title, comment, folder, check, rewrites } = amendment
  const request: EvidenceRequest = {
    ...blank(bundle?.evidence.request.sha ?? '0'.repeat(40)),
    state: 'drafted',
    amendment: {
      pullRequest: proposed,
      title,
      commit: 'e'.repeat(40),
      base: { ref: 'main', commit: 'f'.repeat(40), blob: 'f'.repeat(40) },
      comment,
      folder,
      check,
      conflicts: [],
      rewrites,
    },
  }
  return { request, amendment, base }
}

function ended(state: State, problem: Problem): Shown {
  const request = { ...blank('5c1f0a3be7d94c2f8a6b0e1d2c3f4a5b6c7d8e9f'), state, problem }
  const isGate = state === 'refused'
  return {
    request: { ...request, ...(isGate && { settings: null, run: null }) },
    amendment: null,
    base: null,
  }
}

function blank(sha: string): EvidenceRequest {
  const at = '2026-04-27T21:14:03.000Z'
  return {
    id: requestId(4711, 1, sha),
    installationId: 1,
    repositoryId: 4711,
    pullRequest: 1,
    sha,
    sender: 'alice',
    state: 'drafted',
    problem: null,
    settings: {
      commit: 'f'.repeat(40),
      defaultBranch: 'main',
      sha256: 'a'.repeat(64),
      workflow: '.github/workflows/codicil.yml',
      runner: ['self-hosted', 'gpu'],
      draft: true,
      changedInPullRequest: false,
    },
    dispatchedAt: at,
    run: { id: 88, url: 'https://github.com/acme/engine/actions/runs/88' },
    verification: null,
    spec: null,
    branch: null,
    amendment: null,
    replacedBy: null,
    commentId: null,
    checkId: null,
    revision: 1,
    reported: 1,
    createdAt: at,
    updatedAt: at,
  }
}
