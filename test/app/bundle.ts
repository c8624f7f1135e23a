/** A small evidence bundle of one diagnostic that printed one figure, or that failed. */
import { createHash } from 'node:crypto'
import {
  lastLines,
  mediaType,
  readLog,
  serialiseEvidence,
  writeSums,
  type Evidence,
  type HealthFinding,
} from '../../spec-tools/index.ts'

export interface BundleClaims {
  request?: string
  sha?: string
  repository?: { id: number; name: string }
  pullRequest?: number
  run?: { id: number; attempt: number }
  /** Bytes of the settings that were in force. */
  settings?: string
  /** What trusted code found about the machine. */
  health?: HealthFinding[]
  /** What the diagnostic says instead of a figure before it ends with exit code 127. */
  complaint?: string
  /** Files besides those of the diagnostic. */
  more?: Record<string, Uint8Array>
  /** What a forger writes into the document. */
  forge?: (evidence: Evidence) => void
}

/** @returns path -> bytes, as the archive holds them */
export function bundleOf(
  claims: Required<Omit<BundleClaims, 'health' | 'complaint' | 'more' | 'forge'>> & BundleClaims,
): Record<string, Uint8Array> {
  const { request, sha, repository, pullRequest, run, complaint } = claims
  const stdout = Buffer.from(complaint === undefined ? 'hello: 12.5 ms\n' : '')
  const stderr = Buffer.from(complaint ?? '')
  const { measurements } = readLog(stdout, { diagnostic: 'hello', file: 'logs/hello.stdout.txt' })
  const settings = Buffer.from(claims.settings)
  const evidence: Evidence = {
    mediaType,
    tool: { name: 'codicil', version: '0.1.0' },
    request: { id: request, repository, pullRequest, sha },
    run: {
      ...run,
      startedAt: '2026-03-01T10:00:00Z',
      finishedAt: '2026-03-01T10:00:01Z',
    },
    settings: { file: 'settings.yml', sha256: sha256(settings) },
    investigation: null,
    machine: {
      os: 'Linux 6.8',
      arch: 'x64',
      cpus: 8,
      gpu: { status: 'absent', detail: 'nvidia-smi was not found', devices: [] },
      vouch: 'probe-reported',
    },
    isolation: { kind: 'none', detail: 'not isolated' },
    diagnostics: [
      {
        id: 'hello',
        command: 'echo hello',
        device: 'cpu',
        startedAt: '2026-03-01T10:00:00Z',
        seconds: 0.5,
        exit: { code: complaint === undefined ? 0 : 127, signal: null, timedOut: false },
        stdout: stream('logs/hello.stdout.txt', stdout.length),
        stderr: stream('logs/hello.stderr.txt', stderr.length),
        ...(complaint !== undefined && { said: lastLines(stderr, stdout) }),
      },
    ],
    measurements,
    claims: [],
    partial: [],
    ...(claims.health && { health: claims.health }),
  }
  claims.forge?.(evidence)
  const files: Record<string, Uint8Array> = {
    'evidence.json': Buffer.from(serialiseEvidence(evidence)),
    'settings.yml': settings,
    'logs/hello.stdout.txt': stdout,
    'logs/hello.stderr.txt': stderr,
    ...claims.more,
  }
  const sums = Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)] as const)
  return { ...files, SHA256SUMS: Buffer.from(writeSums(sums)) }
}

function stream(file: string, bytes: number) {
  return { file, bytes, kept: bytes, unread: 0, samples: [] }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
