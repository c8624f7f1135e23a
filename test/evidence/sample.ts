/** A small bundle that is whole, to change one thing of. */
import { createHash } from 'node:crypto'
import {
  type Evidence,
  mediaType,
  readLog,
  serialiseEvidence,
  writeSums,
} from '../../spec-tools/index.ts'

export const log = `Path A: F32 product
  Q-out [0..3584]: n=3584, mean=-0.003912, std=0.260898
Q-out comparison (F32 vs Q4K):
  max |diff|: 0.005294
verdict: within tolerance
`

export const settings = `specs:
  - id: demo
    path: docs/spec.md
diagnostics:
  q4k: { run: ./q4k.sh, needs: cpu }
`

export const investigation = `title: Is the product right?
stages: [Q-out]
`

const encoder = new TextEncoder()

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function evidenceOf(stdout: string): Evidence {
  const file = 'logs/q4k.stdout.txt'
  const reading = readLog(stdout, { diagnostic: 'q4k', file })
  const bytes = encoder.encode(stdout).length
  const instant = '2026-04-27T12:00:00Z'
  return {
    mediaType,
    tool: { name: 'codicil', version: '0.1.0' },
    request: { id: 'r-1', repository: null, pullRequest: null, sha: 'a'.repeat(40) },
    run: { id: null, attempt: null, startedAt: instant, finishedAt: instant },
    settings: { file: 'settings.yml', sha256: sha256(encoder.encode(settings)) },
    investigation: {
      slug: 'q4k',
      file: 'investigation.yml',
      sha256: sha256(encoder.encode(investigation)),
    },
    machine: {
      os: 'linux',
      arch: 'x64',
      cpus: 2,
      gpu: { status: 'absent', detail: 'no nvidia-smi', devices: [] },
      vouch: 'probe-reported',
    },
    isolation: { kind: 'none', detail: 'none' },
    diagnostics: [
      {
        id: 'q4k',
        command: './q4k.sh',
        device: 'cpu',
        startedAt: instant,
        seconds: 1.5,
        exit: { code: 0, signal: null, timedOut: false },
        stdout: { file, bytes, kept: bytes, unread: reading.unread, samples: reading.samples },
        stderr: { file: 'logs/q4k.stderr.txt', bytes: 0, kept: 0, unread: 0, samples: [] },
      },
    ],
    measurements: reading.measurements,
    claims: reading.claims,
    partial: [],
  }
}

/** The files of a bundle; `change` may alter them before, or `after` the sums are taken. */
export function bundle({
  evidence = evidenceOf(log),
  stdout = log,
  before = () => {},
  after = () => {},
}: {
  evidence?: Evidence
  stdout?: string
  before?: (files: Map<string, Uint8Array>) => void
  after?: (files: Map<string, Uint8Array>) => void
} = {}): Map<string, Uint8Array> {
  const files = new Map(
    Object.entries({
      'evidence.json': serialiseEvidence(evidence),
      'settings.yml': settings,
      'investigation.yml': investigation,
      'logs/q4k.stdout.txt': stdout,
      'logs/q4k.stderr.txt': '',
    }).map(([path, text]): [string, Uint8Array] => [path, encoder.encode(text)]),
  )
  before(files)
  const sums = writeSums([...files].map(([path, bytes]) => [path, sha256(bytes)] as const))
  files.set('SHA256SUMS', encoder.encode(sums))
  after(files)
  return files
}

export function set(path: string, text: string) {
  return (files: Map<string, Uint8Array>): void => {
    files.set(path, encoder.encode(text))
  }
}
