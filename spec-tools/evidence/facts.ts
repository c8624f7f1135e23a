/**
 * What must be known about a measurement before it may be compared with another.
 *
 * Hard facts decide whether two measurements are comparable at all; soft facts set the noise floor
 * and are printed beside the result. A fact that nobody stated is absent, never defaulted.
 */
import { z } from 'zod'

/** Which token positions a tensor or its summary covers: all, the last one, or one index. */
export const selection = z.union([z.literal('all'), z.literal('last'), z.int().min(0)])

const text = z.string().max(4096)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const hard = {
  n: z.int().min(0).meta({ description: 'Number of elements that the figure summarises.' }),
  shape: z.array(z.int().min(0)).max(16).meta({ description: 'Logical shape, outermost first.' }),
  layout: text.meta({ description: 'Memory layout or declared transform, such as "row-major".' }),
  tokens: z.array(z.int()).max(65_536).meta({ description: 'Token ids that were fed in.' }),
  selection: selection.meta({ description: 'Token positions covered: all, last, or an index.' }),
  phase: z.enum(['prefill', 'decode']),
  kv: text.meta({ description: 'State of the key-value cache.' }),
  op: text.meta({ description: 'Where around an operation it was captured, such as "pre-bias".' }),
  layer: z.int().min(0),
  weights: sha256.meta({ description: 'SHA-256 of the weights file.' }),
  prompt: text,
  template: text.meta({ description: 'Chat template, and whether BOS was added.' }),
  seed: z.int(),
  mask: text.meta({ description: 'Attention mask and padding.' }),
  config: z
    .record(z.string().max(64), z.union([z.number(), text, z.boolean()]))
    .meta({ description: 'Model configuration: rope theta, eps, heads.' }),
  ddof: z.int().min(0).max(1).meta({ description: 'Delta degrees of freedom of a printed std.' }),
  filter: text.meta({ description: 'Which elements a statistic leaves out, such as non-finite.' }),
  aggregation: text.meta({ description: 'How per-token figures were combined.' }),
  unit: z.string().max(32),
  truncated: z.boolean().meta({ description: 'True for a dump that stops before its end.' }),
  intrusive: z.boolean().meta({ description: 'True if capturing changed the final output.' }),
}

const soft = {
  dtype: z.string().max(32).meta({ description: 'Storage type of the elements, such as F32.' }),
  compute: z.string().max(32).meta({ description: 'Type in which it was computed.' }),
  activations: z.string().max(32).meta({ description: 'Activation quantisation, such as Q8_K.' }),
  accumulator: z.string().max(32),
  fastMath: z.boolean(),
  tf32: z.boolean(),
  architecture: z.string().max(64).meta({ description: 'GPU architecture, such as sm_89.' }),
  toolkit: z.string().max(64),
  batch: z.int().min(1),
  tensorParallel: z.int().min(1),
  kernel: text.meta({ description: 'Identifier of the kernel that computed it.' }),
}

export const facts = z.strictObject({ ...hard, ...soft }).partial()

export type Facts = z.infer<typeof facts>
export type FactName = keyof Facts

/** Names of the facts that decide about comparability, in order of weight. */
export const hardFacts = Object.keys(hard) as readonly FactName[]

/** Names of the facts that only set the noise floor. */
export const softFacts = Object.keys(soft) as readonly FactName[]
