/** A repository with a row of amendments, each drafted on what the one before it left. */
import {
  amendmentRecord,
  judge,
  proposeAmendment,
  readBundle,
  type AmendmentRecord,
  type Evidence,
} from '../../spec-tools/index.ts'
import { serialiseEvidence } from '../../spec-tools/evidence/index.ts'
import type { SiteAmendment } from '../../site/index.ts'
import { bundleOf, sealed, sha256, type RunInput } from '../amend/loop.ts'

export const path = 'spec.md'

export const start = `# Engine

**Version:** 1.0.0

## 1. Criteria

| ID | Criterion | Status |
| --- | --- | --- |
| SPEED-001 | Decodes 100 tokens in a second | PARTIAL |
| ERROR-001 | Stays within 1 % of the reference | PARTIAL |

## 2. Claims

Both are claimed.
`

const investigation = `subject: Speed and error of the engine
refutes: [2]
hypotheses:
  - id: H1
    claim: The engine decodes at least 100 tokens per second.
    confirm: decode_speed >= 100 tok/s
    flips: { row: SPEED-001 }
  - id: H2
    claim: The logits stay within 1 % of the reference.
    confirm: rel_error <= 0.01
    flips: { row: ERROR-001 }
`

export interface CommittedAmendment {
  record: AmendmentRecord
  folder: string
  /** Path in the folder -> content. */
  files: Map<string, Uint8Array>
}

export interface Repository {
  text: string
  amendments: CommittedAmendment[]
}

/** The log of one run; figures move a little from run to run, and never repeat by accident. */
function logs(index: number): Readonly<Record<string, string>> {
  const speed = 90 + ((index * 7) % 40) + index / 1e4
  const error = 0.004 + ((index * 3) % 9) / 1000
  return { bench: `decode speed: ${speed.toFixed(3)} tok/s\nrel_error: ${error.toFixed(5)}\n` }
}

/**
 * @param run what is measured instead, such as what a stranger would write
 * @param keep sections that the document holds at most: older ones are taken out, as an archive would
 */
export function repository(
  count: number,
  run: Partial<RunInput> = {},
  keep = Infinity,
): Repository {
  let text = start
  const amendments: CommittedAmendment[] = []
  for (let index = 0; index < count; index += 1) {
    const day = new Date(Date.UTC(2024, 0, 1 + index, 12))
    const made = bundleOf({
      investigation,
      logs: logs(index),
      slug: `speed-${index}`,
      startedAt: day.toISOString().replace('.000', ''),
      ...run,
    })
    const bundle = on(made.evidence, made.files, index % 3 === 2 ? 'NVIDIA A100' : 'NVIDIA H200')
    const amendment = proposeAmendment({
      bundle,
      judgement: judge(bundle),
      text,
      origin: {
        pullRequest: 100 + index,
        requestedBy: 'ada',
        base: { ref: 'main', commit: 'f'.repeat(40) },
        verification: null,
      },
    })
    text = shortened(amendment.text, keep)
    amendments.push(committed(amendment.files))
  }
  return { text, amendments }
}

export function asSite({ amendments }: Repository): SiteAmendment[] {
  return amendments.map(({ record, folder, files }) => ({
    record,
    folder,
    open: () => {
      const own = new Set(['amendment.json', 'comment.md'])
      const comment = new TextDecoder().decode(files.get('comment.md'))
      const bundle = readBundle(new Map([...files].filter(([name]) => !own.has(name))), sha256)
      return Promise.resolve({ bundle, comment })
    },
  }))
}

function committed(files: { path: string; content: string | Uint8Array }[]): CommittedAmendment {
  const own = files.find((file) => file.path.endsWith('/amendment.json'))!
  const folder = own.path.slice(0, -'/amendment.json'.length)
  const evidence = files.filter((file) => file.path.startsWith(`${folder}/`))
  return {
    record: amendmentRecord.parse(JSON.parse(String(own.content))),
    folder,
    files: new Map(
      evidence.map(({ path: file, content }) => [
        file.slice(folder.length + 1),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    ),
  }
}

/** The same run on a machine with a GPU. */
function on(evidence: Evidence, files: ReadonlyMap<string, Uint8Array>, name: string) {
  const device = {
    name,
    uuidDigest: null,
    driver: '580.159.04',
    memoryMiB: 81_920,
    memoryUsedMiB: 0,
    temperatureC: 30,
    smClockMHz: 1410,
    memoryClockMHz: 1593,
    throttle: null,
  }
  const gpu = { status: 'present' as const, detail: 'nvidia-smi', devices: [device] }
  const changed = { ...evidence, machine: { ...evidence.machine, gpu } }
  const bytes = new TextEncoder().encode(serialiseEvidence(changed))
  return readBundle(sealed(new Map([...files, ['evidence.json', bytes]])), sha256)
}

function shortened(text: string, keep: number): string {
  const [head = '', ...sections] = text.split(/\n(?=## \d)/)
  const [first = '', second = '', ...later] = sections
  return later.length <= keep ? text : [head, first, second, ...later.slice(-keep)].join('\n')
}
