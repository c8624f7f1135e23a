/**
 * What was measured of tensor files that diagnostics left, as the bundle holds it: one JSON object a
 * line in `tensors/<diagnostic>.jsonl`. A line is a file, a stage of two files, or a stage that was
 * computed again. Numbers are those that `codicil compare` judges; whoever judges reads them here.
 *
 * `a` is the candidate, `b` the reference; of a repeat, `b` is the first run of the same side.
 */
import { described, form, list, nonEmpty, text, whole, z } from '../schema.ts'
import { selection } from './facts.ts'
import { bundlePath, real } from './schema.ts'

/** Folder of these records in a bundle. */
export const tensorFolder = 'tensors/'

const count = whole(0)
const size = z.number().check(z.minimum(0))
const name = nonEmpty(256)

/** A figure, or why there is none. */
const measured = z.union([
  z.strictObject({ value: z.number() }),
  z.strictObject({ value: z.null(), why: text(1024) }),
])

const file = z.strictObject({
  name: described(name, 'By which the files of both sides belong together.'),
  role: z.enum(['candidate', 'reference']),
  side: name,
  diagnostic: name,
  repeat: count,
  path: described(bundlePath, 'Where it would lie in the bundle.'),
  format: z.enum(['safetensors', 'npy', 'npz', 'gguf']),
  bytes: count,
  sha256: described(
    z.nullable(form(/^[0-9a-f]{64}$/)),
    'Of the whole file; of shards, and where time did not allow it, none.',
  ),
  computeDtype: z.optional(text(64)),
  tokens: z.optional(list(z.int(), 65_536)),
  selection: z.optional(selection),
  weightsSha256: z.optional(form(/^[0-9a-f]{64}$/)),
  order: described(
    z.optional(z.literal('names')),
    'Where it holds its stages by name, and nothing says in which order they are computed.',
  ),
  odd: described(z.optional(list(text(1024), 16)), 'What was odd about it.'),
})

const stats = z.strictObject({
  n: count,
  nNan: count,
  nPosInf: count,
  nNegInf: count,
  nZero: count,
  mean: measured,
  std: measured,
  min: measured,
  max: measured,
  l2: measured,
})

const side = z.strictObject({
  file: described(whole(1), 'Line of its file.'),
  dtype: text(64),
  shape: list(count, 16),
  unreadable: z.nullable(text(1024)),
  stats: z.nullable(stats),
})

const elementClass = z.enum(['finite', 'nan', '+inf', '-inf'])

const pair = z.strictObject({
  nFinite: count,
  nonFiniteMismatch: z.nullable(
    z.strictObject({ count, index: count, a: elementClass, b: elementClass }),
  ),
  maxAbsDiff: measured,
  rmsDiff: measured,
  normA: measured,
  normB: measured,
  relativeL2: measured,
  worstRow: z.nullable(z.strictObject({ row: count, relativeL2: size })),
  cosine: measured,
  rmsStep: measured,
  unequalIntegers: z.nullable(z.strictObject({ count, index: count })),
})

const units = z.nullable(
  z.strictObject({
    count,
    median: size,
    worst: list(z.strictObject({ index: count, error: size, size, steps: size }), 16),
  }),
)

const stage = z.strictObject({
  stage: name,
  a: z.nullable(side),
  b: z.nullable(side),
  unpaired: z.nullable(text(1024)),
  rowWidth: whole(1),
  pair: z.nullable(pair),
  units: z.strictObject({ rows: units, channels: units }),
  terms: described(
    z.optional(z.strictObject({ rms: size, max: size })),
    'How large the terms are that the stage adds up.',
  ),
})

const replay = z.strictObject({
  stage: name,
  file: described(whole(1), 'Line of the file of the side that was computed again.'),
  injected: real,
  propagated: z.optional(real),
})

export const tensorLine = z.union([
  z.strictObject({ file }),
  z.strictObject({ stage }),
  z.strictObject({ replay }),
])

export type TensorLine = z.infer<typeof tensorLine>
export type MeasuredFile = z.infer<typeof file>
export type MeasuredStage = z.infer<typeof stage>
export type MeasuredReplay = z.infer<typeof replay>
