/** Puts what was declared, probed and diagnosed together into the files of a bundle. */
import { hash } from 'node:crypto'
import {
  evidence as schema,
  mediaType,
  serialiseEvidence,
  writeSums,
  type Canary,
  type Evidence,
  type HealthFinding,
  type Judgement,
  type Machine,
  type Settings,
} from '../../spec-tools/index.ts'
import type { Declared, DeclaredInvestigation } from '../declarations.ts'
import type { Describe } from './describe.ts'
import type { ComparedOutputs } from './compared.ts'
import type { Diagnosed } from './gather.ts'
import type { SetUp } from '../setup.ts'
import { version } from '../version.ts'

export interface Parts {
  request: Evidence['request']
  run: Evidence['run']
  settings: Declared<Settings>
  investigation: DeclaredInvestigation | null
  machine: Machine
  isolation: Evidence['isolation']
  diagnosed: readonly Diagnosed[]
  /** What was built before; null where the settings have no `setup`. */
  setup: SetUp | null
  /** Tensor files that they left, held against each other. */
  tensors: ComparedOutputs
  /** Samples of the GPUs as CSV; empty where there are none. */
  telemetry: Uint8Array
  /** Why the run as a whole is not whole. */
  partial: readonly string[]
  /** What about the machine casts doubt on the figures. */
  health: readonly HealthFinding[]
  /** Programs whose answer is known, where a GPU was used. */
  canary: readonly Canary[]
}

export interface BundleFiles {
  evidence: Evidence
  /** Null where it could not be judged. */
  judgement: Judgement | null
  files: ReadonlyMap<string, Uint8Array>
}

const most = { measurements: 100_000, claims: 10_000, partial: 64, health: 256 }

/** The same parts give the same bytes. */
export function assembleBundle(parts: Parts, describe: Describe): BundleFiles {
  const { settings, investigation, diagnosed, tensors } = parts
  const measurements = [...tensors.measurements, ...diagnosed.flatMap((one) => one.measurements)]
  const claims = diagnosed.flatMap((one) => one.claims)
  const evidence = schema.parse({
    mediaType,
    tool: { name: 'codicil', version },
    request: parts.request,
    run: parts.run,
    settings: { file: 'settings.yml', sha256: settings.sha256 },
    investigation: investigation && {
      slug: investigation.slug,
      file: 'investigation.yml',
      sha256: investigation.sha256,
    },
    machine: parts.machine,
    isolation: pick(parts.isolation),
    ...(parts.setup && { setup: parts.setup.evidence }),
    diagnostics: diagnosed.map((one) => one.diagnostic),
    measurements: measurements.slice(0, most.measurements),
    claims: claims.slice(0, most.claims),
    partial: fewReasons([
      ...parts.partial,
      ...diagnosed.flatMap((one) => one.partial),
      ...tensors.partial,
      ...over('measurements', measurements.length),
      ...over('claims', claims.length),
    ]),
    ...(parts.health.length > 0 && { health: parts.health.slice(0, most.health) }),
    ...(parts.canary.length > 0 && { canary: [...parts.canary] }),
  } satisfies Evidence)
  const document = encode(serialiseEvidence(evidence))
  const files = new Map<string, Uint8Array>([
    ['evidence.json', document],
    ['settings.yml', settings.bytes],
    ...(investigation ? [['investigation.yml', investigation.bytes] as const] : []),
    ...(parts.telemetry.length > 0 ? [['telemetry.csv', parts.telemetry] as const] : []),
    ...diagnosed.flatMap((one) => [...one.files]),
    ...tensors.files,
    ...(parts.setup?.files ?? []),
  ])
  // Judged from the files that everybody else will judge: the logs say at what work was measured.
  const { judgement, pages } = describe(document, investigation?.value ?? null, files)
  for (const [path, text] of pages) files.set(path, encode(text))
  return { evidence, judgement, files: withSums(files) }
}

/** What is left of a bundle on a full disk: logs and figures, without the files of the diagnostics. */
export function withoutOutputs(parts: Parts): Parts {
  const reason = 'disk full: what the diagnostics left in their output folders was dropped'
  return {
    ...parts,
    partial: [...parts.partial, reason],
    diagnosed: parts.diagnosed.map((one) => ({
      ...one,
      files: new Map([...one.files].filter(([path]) => !path.startsWith('out/'))),
    })),
  }
}

/** Of an isolation only what the bundle says about it. */
function pick({ kind, detail, user }: Evidence['isolation']): Evidence['isolation'] {
  return { kind, detail, user }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function over(what: 'measurements' | 'claims', count: number): string[] {
  return count > most[what]
    ? [`${count} ${what} were read; the first ${most[what]} of them are in the bundle`]
    : []
}

function fewReasons(reasons: string[]): string[] {
  const shown = reasons.map((reason) => reason.slice(0, 4096))
  const more = shown.length - most.partial + 1
  return shown.length <= most.partial
    ? shown
    : [...shown.slice(0, most.partial - 1), `and ${more} more reasons`]
}

/** The files in the order of their paths, with their digests beside them. */
function withSums(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1))
  const digests = sorted.map(([path, bytes]) => [path, hash('sha256', bytes)] as const)
  return new Map([...sorted, ['SHA256SUMS', encode(writeSums(digests))]])
}
