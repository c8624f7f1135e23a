/** Inputs of a draft, put together by hand. */
import type { Bundle } from '../../spec-tools/bundle/index.ts'
import type { AmendmentInput } from '../../spec-tools/amend/index.ts'
import { investigation, settings, type Investigation } from '../../spec-tools/settings/index.ts'
import { evidence, judgement } from '../render/markdown/judgements.ts'

export const spec = (...lines: string[]) => `${lines.join('\n')}\n`

/** A numbered spec with a version and nothing else. */
export const plainSpec = spec(
  '# Engine',
  '',
  '**Version:** 1.4.0',
  '',
  '## 1. Scope',
  '',
  'All of it.',
  '',
  '## 2. Kernels',
  '',
  'Fast.',
)

export function declared(change: Record<string, unknown> = {}): Investigation {
  return investigation.parse({ title: 'Where the layers part', ...change })
}

export function bundle(change: Partial<Bundle> = {}): Bundle {
  return {
    evidence: evidence(),
    settings: settings.parse({ specs: [{ id: 'engine', path: 'docs/engine.md' }] }),
    investigation: null,
    tensors: [],
    files: new Map([
      ['evidence.json', new TextEncoder().encode('{}\n')],
      ['logs/probe.txt', new TextEncoder().encode('qkv: mean=0.2559\n')],
    ]),
    ...change,
  }
}

export function input(change: Partial<AmendmentInput> = {}): AmendmentInput {
  return {
    bundle: bundle(),
    judgement: judgement(),
    text: plainSpec,
    origin: {
      pullRequest: 1088,
      requestedBy: 'ada',
      base: { ref: 'main', commit: 'f'.repeat(40) },
      verification: null,
    },
    ...change,
  }
}
