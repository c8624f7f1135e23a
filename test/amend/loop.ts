/** Bundles made from the logs of `test/fixtures/loop`, as a run would leave them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBundle, type Bundle } from '../../spec-tools/bundle/index.ts'
import {
  mediaType,
  serialiseEvidence,
  writeSums,
  type Evidence,
} from '../../spec-tools/evidence/index.ts'
import { readLog } from '../../spec-tools/logs/index.ts'
import { parseSettings } from '../../spec-tools/settings/index.ts'

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const fixtures = join(import.meta.dirname, '..', 'fixtures')

export const readFixture = (...path: string[]) => readFileSync(join(fixtures, ...path), 'utf8')

export interface LoopOptions {
  /** Changes the investigation or a log before the run. */
  edit?: (path: string, text: string) => string
  startedAt?: string
}

/** What a CPU run of a fixture's diagnostics leaves. */
export function runLoop(name: 'ship-two' | 'lattice', options: LoopOptions = {}): Bundle {
  const { edit = (_, text) => text, startedAt } = options
  const read = (path: string) => edit(path, readFixture('loop', name, path))
  const [slugFile = ''] = readdirSync(join(fixtures, 'loop', name, 'investigations'))
  const settings = read('settings.yml')
  const { diagnostics } = parseSettings(settings)
  return bundleOf({
    name,
    slug: slugFile.replace(/\.yml$/, ''),
    settings,
    investigation: read(`investigations/${slugFile}`),
    logs: Object.fromEntries(
      Object.entries(diagnostics).map(([id, { run }]) => [id, read(run.replace('cat ', ''))]),
    ),
    ...(startedAt !== undefined && { startedAt }),
  })
}

export interface RunInput {
  investigation: string
  /** Diagnostic -> what it prints. */
  logs: Readonly<Record<string, string>>
  /** Default: one spec, and each log as a diagnostic. */
  settings?: string
  name?: string
  slug?: string
  startedAt?: string
  /** Exit codes other than 0. */
  exits?: Readonly<Record<string, number>>
}

/** The bundle of a run that printed these logs. */
export function bundleOf(input: RunInput): Bundle {
  const { investigation, logs, exits = {}, name = 'claims', slug = 'claims' } = input
  const { startedAt = '2026-04-27T21:14:03Z' } = input
  const settingsText = input.settings ?? plainSettings(Object.keys(logs))
  const settings = parseSettings(settingsText)
  const encode = (text: string) => new TextEncoder().encode(text)
  const printed = Object.entries(logs)
  const readings = printed.map(([id, log]) =>
    readLog(log, { diagnostic: id, file: `logs/${id}.stdout.log` }),
  )
  const evidence: Evidence = {
    mediaType,
    tool: { name: 'codicil', version: '0.1.0' },
    request: {
      id: `${name}-request-1`,
      repository: { id: 4711, name: 'acme/engine' },
      pullRequest: 1088,
      sha: '5c1f0a3be7d94c2f8a6b0e1d2c3f4a5b6c7d8e9f',
    },
    run: { id: 9001, attempt: 1, startedAt, finishedAt: startedAt },
    settings: { file: 'settings.yml', sha256: sha256(encode(settingsText)) },
    investigation: { slug, file: 'investigation.yml', sha256: sha256(encode(investigation)) },
    machine: {
      os: 'Linux',
      arch: 'x64',
      cpus: 16,
      gpu: { status: 'absent', detail: '/usr/bin/nvidia-smi does not exist', devices: [] },
      vouch: 'probe-reported',
    },
    isolation: { kind: 'none', detail: 'The settings ask for none.' },
    diagnostics: printed.map(([id, log], index) => ({
      id,
      command: settings.diagnostics[id]?.run ?? '',
      device: 'cpu',
      startedAt,
      seconds: 0.25,
      exit: { code: exits[id] ?? 0, signal: null, timedOut: false },
      stdout: {
        file: `logs/${id}.stdout.log`,
        bytes: encode(log).length,
        kept: encode(log).length,
        unread: readings[index]?.unread ?? 0,
        samples: readings[index]?.samples ?? [],
        ...(input.settings === undefined && { sha256: sha256(encode(log)) }),
      },
      stderr: { file: `logs/${id}.stderr.log`, bytes: 0, kept: 0, unread: 0, samples: [] },
    })),
    measurements: readings.flatMap(({ measurements }) => measurements),
    claims: readings.flatMap(({ claims }) => claims),
    partial: [],
  }
  const files = new Map([
    ['evidence.json', encode(serialiseEvidence(evidence))],
    ['settings.yml', encode(settingsText)],
    ['investigation.yml', encode(investigation)],
    ...printed.flatMap(([id, log]): [string, Uint8Array][] => [
      [`logs/${id}.stdout.log`, encode(log)],
      [`logs/${id}.stderr.log`, new Uint8Array()],
    ]),
  ])
  return readBundle(sealed(files), sha256)
}

function plainSettings(ids: readonly string[]): string {
  const diagnostics = ids.map((id) => `  ${id}: { run: ./${id}, needs: cpu }\n`)
  return `specs: [{ id: spec, path: spec.md }]\ndiagnostics:\n${diagnostics.join('')}`
}

/** With `SHA256SUMS` over all other files. */
export function sealed(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const others = [...files].filter(([path]) => path !== 'SHA256SUMS')
  const sums = writeSums(others.map(([path, bytes]) => [path, sha256(bytes)]))
  return new Map([...others, ['SHA256SUMS', new TextEncoder().encode(sums)]])
}
