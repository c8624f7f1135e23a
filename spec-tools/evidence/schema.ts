/**
 * The evidence bundle: the contract between whoever measures and whoever judges.
 *
 * A bundle is a folder with this document as `evidence.json`, the logs it points into, copies of the
 * settings and the investigation that were in force, and `SHA256SUMS` over all of them. Types and the
 * published JSON Schema (`docs/reference/evidence.schema.json`) are derived from here. The media type
 * carries the major version; fields may be added within one, never changed or removed.
 */
import { z } from 'zod'
import { facts } from './facts.ts'

export const mediaType = 'application/vnd.codicil.evidence.v1+json'

const line = z.string().max(65_536)
const name = z.string().min(1).max(256)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })

/** A full Git object name; abbreviations are refused because they can become ambiguous. */
export const commitSha = z.string().regex(/^[0-9a-f]{40}$/, 'must be a full 40-digit commit SHA')

/** A path inside the bundle: relative, `/` between segments, no segment that climbs or hides. */
export const bundlePath = z
  .string()
  .max(240)
  .regex(
    /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
    'must be a plain relative path',
  )

/** Who vouches for a statement, from the strongest to the weakest. */
export const vouch = z.enum(['control-plane verified', 'probe-reported', 'self-reported'])

/** A number as JSON can hold it; the three values that JSON lacks are spelt out. */
export const real = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])

const figure = z.strictObject({
  value: real,
  printed: z.string().max(64).meta({
    description: 'The characters as printed; they carry the precision as an interval.',
  }),
  line: z.int().min(1).meta({ description: 'Line of the log, counted from 1.' }),
})

const measurement = z.strictObject({
  id: name.meta({ description: 'Unique in the bundle, stable for the same logs.' }),
  side: name.nullable().meta({ description: 'The implementation measured, where stated.' }),
  against: name.nullable().meta({
    description: 'The other implementation, where the figures describe the pair.',
  }),
  stage: name.meta({ description: 'The point of the computation, as the source names it.' }),
  under: z.array(line).max(16).meta({ description: 'Headings above it, outermost first.' }),
  repeat: z.int().min(0).optional().meta({
    description: 'Which run of the same diagnostic it comes from, counted from 0.',
  }),
  facts,
  figures: z.record(z.string().min(1).max(64), figure).meta({
    description: 'Statistic -> figure: mean, std, min, max, l2, max_abs_diff, rms_diff, value, …',
  }),
  source: z.strictObject({
    diagnostic: name,
    file: bundlePath,
    line: z.int().min(1),
    raw: line.meta({ description: 'The first line that it was read from.' }),
  }),
  vouch,
})

const claim = z.strictObject({
  text: line.meta({ description: 'A verdict that a log prints about itself.' }),
  source: z.strictObject({ diagnostic: name, file: bundlePath, line: z.int().min(1) }),
})

const stream = z.strictObject({
  file: bundlePath,
  bytes: z.int().min(0).meta({ description: 'Bytes that were printed.' }),
  kept: z.int().min(0).meta({ description: 'Bytes of them that were read; head and tail.' }),
  unread: z.int().min(0).meta({
    description: 'Lines with a digit from which no measurement could be read.',
  }),
  samples: z.array(z.strictObject({ line: z.int().min(1), raw: line })).max(5),
})

const diagnostic = z.strictObject({
  id: name,
  repeat: z.int().min(1).optional().meta({
    description: 'Which run of the same diagnostic it is, counted from 0; absent for the first.',
  }),
  command: line,
  device: z.enum(['cpu', 'gpu']).meta({ description: 'Where the machine could run it.' }),
  network: z.enum(['none', 'host']).optional().meta({ description: 'Which it had.' }),
  startedAt: instant,
  seconds: z.number().min(0).meta({ description: 'Wall time.' }),
  exit: z.strictObject({
    code: z.int().nullable(),
    signal: z.string().max(16).nullable(),
    timedOut: z.boolean(),
  }),
  stdout: stream,
  stderr: stream,
})

const gpu = z.strictObject({
  name: z.string().max(128),
  uuidDigest: sha256.nullable().meta({ description: 'SHA-256 of the UUID, not the UUID.' }),
  driver: z.string().max(64).nullable(),
  memoryMiB: z.number().nullable(),
  memoryUsedMiB: z.number().nullable(),
  temperatureC: z.number().nullable(),
  smClockMHz: z.number().nullable(),
  memoryClockMHz: z.number().nullable(),
  throttle: z.string().max(128).nullable().meta({ description: 'Active reasons, as printed.' }),
  throttleReasons: z.array(z.string().max(64)).max(64).optional().meta({
    description: 'Active reasons by name; the harmless ones among them.',
  }),
  smClockMaxMHz: z.number().nullable().optional(),
  memoryClockMaxMHz: z.number().nullable().optional(),
  powerLimitW: z.number().nullable().optional(),
  utilisationPercent: z.number().nullable().optional(),
  persistence: z.boolean().nullable().optional(),
  computeMode: z.string().max(64).nullable().optional(),
  mig: z.boolean().optional().meta({ description: 'Figures are those of the whole GPU.' }),
  ecc: z
    .strictObject({
      enabled: z.boolean().nullable(),
      uncorrected: z.int().min(0).nullable().meta({ description: 'Since the driver was loaded.' }),
    })
    .optional(),
  repair: z
    .strictObject({ pending: z.boolean().nullable(), failed: z.boolean().nullable() })
    .optional()
    .meta({ description: 'Memory pages to be retired, rows to be remapped.' }),
})

const gpuProcess = z.strictObject({
  pid: z.int().nullable(),
  name: z.string().max(128).nullable().meta({ description: 'Of the program, without its folder.' }),
  kind: z.enum(['compute', 'graphics', 'both', 'unknown']),
  memoryMiB: z.number().nullable(),
})

const machine = z.strictObject({
  os: z.string().max(128),
  arch: z.string().max(32),
  cpus: z.int().min(1),
  gpu: z.strictObject({
    status: z.enum(['present', 'absent', 'unreadable']),
    detail: line.meta({ description: 'What the probe ran and what it answered.' }),
    devices: z.array(gpu).max(64),
    cuda: z.string().max(32).nullable().optional().meta({
      description: 'Newest CUDA version that the driver supports.',
    }),
    processes: z.array(gpuProcess).max(256).optional().meta({
      description: 'Processes on these devices before the run.',
    }),
  }),
  vouch: z.literal('probe-reported'),
})

const finding = z.strictObject({
  kind: z.enum(['busy', 'unhealthy', 'throttled', 'foreign process', 'canary']),
  when: z.enum(['before', 'during', 'after']),
  diagnostic: name.nullable().meta({ description: 'During which it was seen.' }),
  repeat: z.int().min(1).optional(),
  detail: line,
  advice: line.meta({ description: 'What the person in charge of the machine can do.' }),
  voids: z.boolean().meta({
    description:
      'Without a diagnostic: nothing of the run counts. With one: its performance figures do not.',
  }),
})

const canary = z.strictObject({
  when: z.enum(['before', 'after']),
  status: z.enum(['passed', 'failed', 'not run']),
  detail: line,
})

export const evidence = z.strictObject({
  mediaType: z.literal(mediaType),
  tool: z.strictObject({ name: z.literal('codicil'), version: z.string().max(32) }),
  request: z.strictObject({
    id: name,
    repository: z.strictObject({ id: z.int().min(1), name: z.string().max(256) }).nullable(),
    pullRequest: z.int().min(1).nullable(),
    sha: commitSha,
  }),
  run: z.strictObject({
    id: z.int().min(1).nullable().meta({ description: 'Workflow run; null for a local one.' }),
    attempt: z.int().min(1).nullable(),
    startedAt: instant,
    finishedAt: instant,
  }),
  settings: z.strictObject({ file: bundlePath, sha256 }),
  investigation: z.strictObject({ slug: name, file: bundlePath, sha256 }).nullable(),
  machine,
  isolation: z.strictObject({
    kind: z.enum(['none', 'bubblewrap', 'container']),
    detail: line,
    user: z.enum(['runner', 'other']).optional().meta({
      description: 'Whose processes the diagnostics were, as the rest of the machine saw them.',
    }),
  }),
  diagnostics: z.array(diagnostic).max(256),
  measurements: z.array(measurement).max(100_000),
  claims: z.array(claim).max(10_000),
  partial: z.array(line).max(64).meta({
    description: 'Why the bundle is not whole (timeout, disk full, cancelled); empty if it is.',
  }),
  health: z.array(finding).max(256).optional().meta({
    description: 'What about the machine casts doubt on the figures, as trusted code saw it.',
  }),
  canary: z.array(canary).max(8).optional().meta({
    description: 'A program whose answer is known, run before and after the diagnostics.',
  }),
})

export type Evidence = z.infer<typeof evidence>
export type Measurement = z.infer<typeof measurement>
export type Figure = z.infer<typeof figure>
export type Claim = z.infer<typeof claim>
export type Diagnostic = z.infer<typeof diagnostic>
export type Stream = z.infer<typeof stream>
export type Machine = z.infer<typeof machine>
export type Gpu = z.infer<typeof gpu>
export type GpuProcess = z.infer<typeof gpuProcess>
export type HealthFinding = z.infer<typeof finding>
export type Canary = z.infer<typeof canary>
export type Vouch = z.infer<typeof vouch>
export type Real = z.infer<typeof real>
