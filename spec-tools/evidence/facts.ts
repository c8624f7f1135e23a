/**
 * What must be known about a measurement before it may be compared with another.
 *
 * Hard facts decide whether two measurements are comparable at all; soft facts set the noise floor
 * and are printed beside the result. A fact that nobody stated is absent, never defaulted.
 */
import { described, form, list, text, whole, z } from '../schema.ts'

/** Which token positions a tensor or its summary covers: all, the last one, or one index. */
export const selection = z.union([z.literal('all'), z.literal('last'), whole(0)])

const prose = text(4096)

const hard = {
  n: described(whole(0), 'Number of elements that the figure summarises.'),
  shape: described(list(whole(0), 16), 'Logical shape, outermost first.'),
  layout: described(prose, 'Memory layout or declared transform, such as "row-major".'),
  tokens: described(list(z.int(), 65_536), 'Token ids that were fed in.'),
  selection: described(selection, 'Token positions covered: all, last, or an index.'),
  phase: z.enum(['prefill', 'decode']),
  kv: described(prose, 'State of the key-value cache.'),
  op: described(prose, 'Where around an operation it was captured, such as "pre-bias".'),
  layer: whole(0),
  weights: described(form(/^[0-9a-f]{64}$/), 'SHA-256 of the weights file.'),
  prompt: prose,
  template: described(prose, 'Chat template, and whether BOS was added.'),
  seed: z.int(),
  mask: described(prose, 'Attention mask and padding.'),
  config: described(
    z.record(text(64), z.union([z.number(), prose, z.boolean()])),
    'Model configuration: rope theta, eps, heads.',
  ),
  ddof: described(whole(0, 1), 'Delta degrees of freedom of a printed std.'),
  filter: described(prose, 'Which elements a statistic leaves out, such as non-finite.'),
  aggregation: described(prose, 'How per-token figures were combined.'),
  unit: text(32),
  truncated: described(z.boolean(), 'True for a dump that stops before its end.'),
  intrusive: described(z.boolean(), 'True if capturing changed the final output.'),
}

const soft = {
  dtype: described(text(32), 'Storage type of the elements, such as F32.'),
  compute: described(text(32), 'Type in which it was computed.'),
  activations: described(text(32), 'Activation quantisation, such as Q8_K.'),
  accumulator: text(32),
  fastMath: z.boolean(),
  tf32: z.boolean(),
  architecture: described(text(64), 'GPU architecture, such as sm_89.'),
  toolkit: text(64),
  batch: whole(1),
  tensorParallel: whole(1),
  kernel: described(prose, 'Identifier of the kernel that computed it.'),
}

export const facts = z.partial(z.strictObject({ ...hard, ...soft }))

export type Facts = z.infer<typeof facts>
export type FactName = keyof Facts

/** Names of the facts that decide about comparability, in order of weight. */
export const hardFacts = Object.keys(hard) as readonly FactName[]

/** Names of the facts that only set the noise floor. */
export const softFacts = Object.keys(soft) as readonly FactName[]
