/**
 * The evidence bundle: the contract between whoever measures and whoever judges.
 *
 * A bundle is a folder with this document as `evidence.json`, the logs it points into, copies of the
 * settings and the investigation that were in force, and `SHA256SUMS` over all of them. Types and the
 * published JSON Schema (`docs/reference/evidence.schema.json`) are derived from here. The media type
 * carries the major version; fields may be added within one, never changed or removed.
 */
import { described, form, list, nonEmpty, text, whole, z } from '../schema.ts'
import { facts } from './facts.ts'

export const mediaType = 'application/vnd.codicil.evidence.v1+json'

const line = text(65_536)
const name = nonEmpty(256)
const count = whole(0)
const ordinal = whole(1)
const sha256 = form(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
const instant = described(z.iso.datetime(), 'RFC 3339, UTC.')

/** A full Git object name; abbreviations are refused because they can become ambiguous. */
export const commitSha = form(/^[0-9a-f]{40}$/, 'must be a full 40-digit commit SHA')

/** A path inside the bundle: relative, `/` between segments, no segment that climbs or hides. */
export const bundlePath = text(240).check(
  z.regex(
    /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
    'must be a plain relative path',
  ),
)

/** Who vouches for a statement, from the strongest to the weakest. */
export const vouch = z.enum(['control-plane verified', 'probe-reported', 'self-reported'])

/** A number as JSON can hold it; the three values that JSON lacks are spelt out. */
export const real = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])

const figure = z.strictObject({
  value: real,
  printed: described(
    text(64),
    'The characters as printed; they carry the precision as an interval.',
  ),
  line: described(ordinal, 'Line of the log, counted from 1.'),
})

const measurement = z.strictObject({
  id: described(name, 'Unique in the bundle, stable for the same logs.'),
  side: described(z.nullable(name), 'The implementation measured, where stated.'),
  against: described(
    z.nullable(name),
    'The other implementation, where the figures describe the pair.',
  ),
  stage: described(name, 'The point of the computation, as the source names it.'),
  under: described(list(line, 16), 'Headings above it, outermost first.'),
  repeat: described(
    z.optional(count),
    'Which run of the same diagnostic it comes from, counted from 0.',
  ),
  facts,
  labels: described(
    z.optional(z.record(name, text(256))),
    'Column or key -> text as printed, of the row or object that it stands in.',
  ),
  figures: described(
    z.record(nonEmpty(64), figure),
    'Statistic -> figure: mean, std, min, max, l2, max_abs_diff, rms_diff, value, …',
  ),
  source: z.strictObject({
    diagnostic: name,
    file: bundlePath,
    line: ordinal,
    raw: described(line, 'The first line that it was read from.'),
  }),
  vouch,
})

const claim = z.strictObject({
  text: described(line, 'A verdict that a log prints about itself.'),
  source: z.strictObject({ diagnostic: name, file: bundlePath, line: ordinal }),
})

const stream = z.strictObject({
  file: bundlePath,
  bytes: described(count, 'Bytes that were printed.'),
  kept: described(count, 'Bytes of them that were read; head and tail.'),
  sha256: described(z.optional(sha256), 'Of the bytes that were kept.'),
  unread: described(count, 'Lines with a number that was neither read nor explained.'),
  samples: list(
    z.strictObject({
      line: ordinal,
      raw: line,
      reason: described(z.optional(line), 'Why a number of it was not read.'),
    }),
    5,
  ),
})

const diagnostic = z.strictObject({
  id: name,
  repeat: described(
    z.optional(ordinal),
    'Which run of the same diagnostic it is, counted from 0; absent for the first.',
  ),
  command: line,
  device: described(z.enum(['cpu', 'gpu']), 'Where the machine could run it.'),
  network: described(z.optional(z.enum(['none', 'host'])), 'Which it had.'),
  startedAt: instant,
  seconds: described(z.number().check(z.minimum(0)), 'Wall time.'),
  exit: z.strictObject({
    code: z.nullable(z.int()),
    signal: z.nullable(text(16)),
    timedOut: z.boolean(),
  }),
  stdout: stream,
  stderr: stream,
  said: described(
    z.optional(list(text(256), 12)),
    'Of one that failed: the last lines of stderr, of stdout where that is empty.',
  ),
})

/** What the driver tells, or null where it does not. */
const told = { number: z.nullable(z.number()), boolean: z.nullable(z.boolean()) }

const gpu = z.strictObject({
  name: text(128),
  uuidDigest: described(z.nullable(sha256), 'SHA-256 of the UUID, not the UUID.'),
  driver: z.nullable(text(64)),
  memoryMiB: told.number,
  memoryUsedMiB: told.number,
  temperatureC: told.number,
  smClockMHz: told.number,
  memoryClockMHz: told.number,
  throttle: described(z.nullable(text(128)), 'Active reasons, as printed.'),
  throttleReasons: described(
    z.optional(list(text(64), 64)),
    'Active reasons by name; the harmless ones among them.',
  ),
  smClockMaxMHz: z.optional(told.number),
  memoryClockMaxMHz: z.optional(told.number),
  powerLimitW: z.optional(told.number),
  utilisationPercent: z.optional(told.number),
  persistence: z.optional(told.boolean),
  computeMode: z.optional(z.nullable(text(64))),
  mig: described(z.optional(z.boolean()), 'Figures are those of the whole GPU.'),
  ecc: z.optional(
    z.strictObject({
      enabled: told.boolean,
      uncorrected: described(z.nullable(count), 'Since the driver was loaded.'),
    }),
  ),
  repair: described(
    z.optional(z.strictObject({ pending: told.boolean, failed: told.boolean })),
    'Memory pages to be retired, rows to be remapped.',
  ),
})

const gpuProcess = z.strictObject({
  pid: z.nullable(z.int()),
  name: described(z.nullable(text(128)), 'Of the program, without its folder.'),
  kind: z.enum(['compute', 'graphics', 'both', 'unknown']),
  memoryMiB: told.number,
})

const machine = z.strictObject({
  os: text(128),
  arch: text(32),
  cpus: ordinal,
  gpu: z.strictObject({
    status: z.enum(['present', 'absent', 'unreadable']),
    detail: described(line, 'What the probe ran and what it answered.'),
    devices: list(gpu, 64),
    cuda: described(
      z.optional(z.nullable(text(32))),
      'Newest CUDA version that the driver supports.',
    ),
    processes: described(
      z.optional(list(gpuProcess, 256)),
      'Processes on these devices before the run.',
    ),
  }),
  vouch: z.literal('probe-reported'),
})

const finding = z.strictObject({
  kind: z.enum(['busy', 'unhealthy', 'throttled', 'foreign process', 'canary', 'setup']),
  when: z.enum(['before', 'during', 'after']),
  diagnostic: described(z.nullable(name), 'During which it was seen.'),
  repeat: z.optional(ordinal),
  detail: line,
  advice: described(line, 'What the person in charge of the machine can do.'),
  voids: described(
    z.boolean(),
    'Without a diagnostic: nothing of the run counts. With one: its performance figures do not.',
  ),
})

const canary = z.strictObject({
  when: z.enum(['before', 'after']),
  status: z.enum(['passed', 'failed', 'not run']),
  detail: line,
})

const setup = z.strictObject({
  command: line,
  network: z.enum(['none', 'host']),
  startedAt: described(instant, 'When it was built.'),
  seconds: z.number().check(z.minimum(0)),
  exit: z.strictObject({
    code: z.nullable(z.int()),
    signal: z.nullable(text(16)),
    timedOut: z.boolean(),
  }),
  log: bundlePath,
  cached: described(z.boolean(), 'Kept from an earlier run with the same key.'),
  key: z.optional(sha256),
  built: described(
    z.optional(z.strictObject({ files: count, whole: z.boolean(), sha256 })),
    'Files that it left, whether all are listed in `setup.sha256`, and the digest of that list.',
  ),
})

export const evidence = z.strictObject({
  mediaType: z.literal(mediaType),
  tool: z.strictObject({ name: z.literal('codicil'), version: text(32) }),
  request: z.strictObject({
    id: name,
    repository: z.nullable(z.strictObject({ id: ordinal, name: text(256) })),
    pullRequest: z.nullable(ordinal),
    sha: commitSha,
  }),
  run: z.strictObject({
    id: described(z.nullable(ordinal), 'Workflow run; null for a local one.'),
    attempt: z.nullable(ordinal),
    startedAt: instant,
    finishedAt: instant,
  }),
  settings: z.strictObject({ file: bundlePath, sha256 }),
  investigation: z.nullable(z.strictObject({ slug: name, file: bundlePath, sha256 })),
  machine,
  isolation: z.strictObject({
    kind: z.enum(['none', 'bubblewrap', 'container']),
    detail: line,
    user: described(
      z.optional(z.enum(['runner', 'other'])),
      'Whose processes the diagnostics were, as the rest of the machine saw them.',
    ),
  }),
  setup: described(z.optional(setup), 'What was built before the diagnostics.'),
  diagnostics: list(diagnostic, 256),
  measurements: list(measurement, 100_000),
  claims: list(claim, 10_000),
  partial: described(
    list(line, 64),
    'Why the bundle is not whole (timeout, disk full, cancelled); empty if it is.',
  ),
  health: described(
    z.optional(list(finding, 256)),
    'What about the machine casts doubt on the figures, as trusted code saw it.',
  ),
  canary: described(
    z.optional(list(canary, 8)),
    'A program whose answer is known, run before and after the diagnostics.',
  ),
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
