/**
 * What one process printed of two sides and of their difference, where no line says whose difference
 * it is: under one heading, or behind one name, two sides are summarised and the difference follows.
 *
 *     qkv                                        [qkv] torch  mean=0.1234 std=0.5678 n=5120
 *       ref : mean=0.0012 std=0.9981 n=3584      [qkv] triton mean=0.1234 std=0.5677 n=5120
 *       test: mean=0.0013 std=0.9980 n=3584      [qkv] max_abs_diff=0.0019 rel_l2=0.0008
 *       max |diff|: 0.0312  rel_l2: 0.0023
 *
 * The sides are clear where exactly two were summarised there, and where the investigation names both
 * or one of them is called what references are called. Else the difference is left without sides.
 */
import type { Measurement } from '../evidence/index.ts'
import type { Investigation } from '../settings/index.ts'
import { indexOfName, label, sameWords, words } from './label.ts'
import { isOfPair } from './select.ts'

type Sides = Investigation['sides']

/** Names of what others are held against. */
const reference =
  /^(?:ref|reference|expected|golden|gold|baseline|base|truth|oracle|exact|target|desired|theirs|original|orig|torch|pytorch|eager|numpy|np|scipy|jax|hf|huggingface|transformers|cpu|f?fp?32|float32|f?fp?64|float64|cublas|cudnn|gguf|llama\.?cpp|before|old)$/i

/** What a heading says besides the name of what stands under it. */
const facts =
  /^(?:stage|tensor|op|module|test|case):\s*(?=\S)|\s*[:,]?\s*(?:\(|torch\.|shape\b|dtype\b|n\s*=).*$/gi

/** What the name of a difference adds to that of its stage. */
const differenceWords = new Set(
  'diff difference differences delta error err abs absolute'.split(' '),
)

/** The same measurements, with sides and stage where what stands around a difference says them. */
export function withSidesOfOneProcess(
  measurements: readonly Measurement[],
  declared: Sides | null,
): Measurement[] {
  const named = new Map<Measurement, Measurement>()
  const logs = Map.groupBy(measurements, ({ source, repeat = 0 }) => `${source.file} ${repeat}`)
  for (const log of logs.values()) {
    for (const [at, difference] of log.entries()) {
      if (!isOfPair(difference) || named.has(difference)) continue
      const block = blockOf(log, at)
      const stated = statedSides(difference)
      const sides = block && sidesOf(block, stated ?? declared)
      if (!sides) {
        if (stated && difference.side === null) {
          const { candidate: side, reference: against } = stated
          named.set(difference, { ...difference, side, against })
        }
        continue
      }
      for (const one of block.differences) {
        named.set(one, { ...one, ...sides, stage: block.stage })
      }
      for (const [one, side] of block.summaries)
        named.set(one, { ...one, side, stage: block.stage })
    }
  }
  return measurements.map((one) => named.get(one) ?? one)
}

interface Block {
  stage: string
  /** Summaries with the names of their sides; two names in all. */
  summaries: [Measurement, string][]
  /** All figures of the difference, which may stand on several lines. */
  differences: Measurement[]
}

/** What was summarised right before a difference, in the same place; null if that is not two sides. */
function blockOf(log: readonly Measurement[], at: number): Block | null {
  const difference = log[at]!
  const near = log.slice(0, at).toReversed()
  const end = near.findIndex((one) => isOfPair(one) || !sameList(one.under, difference.under))
  const before = near.slice(0, end === -1 ? near.length : end).toReversed()
  const [first] = before
  const last = before.findLast((one) => one.stage !== first?.stage)
  if (!first || !last) return null
  const [a, b] = [tokens(first.stage), tokens(last.stage)]
  const common = a.filter((word) => b.includes(word))
  const [candidate, other] = [a, b].map((own) =>
    own.filter((word) => !common.includes(word)).join(' '),
  )
  if (!candidate || !other) return null
  const above = (difference.under.at(-1) ?? '').replace(facts, '')
  const own = words(difference.stage)
  const inHeading = own.length > 0 && indexOfName(words(above), own) !== -1
  const stage = common.join(' ') || (inHeading ? difference.stage : above)
  const summaries = before.flatMap((one): [Measurement, string][] =>
    one.stage === first.stage ? [[one, candidate]] : one.stage === last.stage ? [[one, other]] : [],
  )
  const behind = log.slice(at)
  const stop = behind.findIndex(
    (one) =>
      !sameList(one.under, difference.under) ||
      [first.stage, last.stage].includes(one.stage) ||
      (isOfPair(one) && !(sameSides(one, difference) && isOfStage(one, stage))),
  )
  const differences = behind.slice(0, stop === -1 ? behind.length : stop).filter(isOfPair)
  if (stage === '' || summaries.length < before.length || differences.length === 0) return null
  return { stage, summaries, differences }
}

/** Whether a difference names the stage of the block, what it stands under, or nothing but that it is one. */
function isOfStage({ stage: printed, under }: Measurement, stage: string): boolean {
  const own = label(printed).full.filter((word) => !differenceWords.has(word))
  const names = [stage, under.at(-1) ?? ''].map((name) => label(name).full)
  return own.length === 0 || names.some((name) => sameWords(name, own))
}

/** Candidate and reference of a block; null where it is not clear that these are two sides. */
function sidesOf({ summaries }: Block, declared: Sides | null) {
  const [a = '', b = ''] = new Set(summaries.map(([, name]) => name))
  const is = (name: string, side: string) => sameWords(words(name), words(side))
  if (declared) {
    const { candidate, reference: other } = declared
    if (is(a, candidate) && is(b, other)) return { side: a, against: b }
    if (is(b, candidate) && is(a, other)) return { side: b, against: a }
    return null
  }
  const [first, second] = [a, b].map((name) => name.split(' ').some((word) => reference.test(word)))
  if (first === second) return null
  return first ? { side: b, against: a } : { side: a, against: b }
}

/** The sides that a difference states itself, in its name or in texts of its row. */
function statedSides({ side, against, labels = {} }: Measurement): Sides | null {
  if (side !== null && against !== null) return { candidate: side, reference: against }
  const { candidate, reference: other } = labels
  return candidate === undefined || other === undefined ? null : { candidate, reference: other }
}

function sameSides(one: Measurement, other: Measurement): boolean {
  return one.side === other.side && one.against === other.against
}

/** A name in its parts as printed, without brackets and colons around them. */
function tokens(stage: string): string[] {
  return stage.split(/[\s:,()[\]]+/).filter((word) => word !== '')
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index])
}
