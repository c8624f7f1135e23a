/** Two tensor files, and repeats of either: opened, told what they don't say, measured, judged. */
import {
  judgeCompared,
  type ReplayedErrors,
  type TensorJudgement,
  type TensorOptions,
} from '../../spec-tools/index.ts'
import { compareOpen, type CompareOptions } from './compare.ts'
import { openTensorFile } from './open.ts'
import type { OpenTensorFile, FileFacts, TensorPair } from './types.ts'
import { replayedErrors, stagesOf } from './replayed.ts'
import { withTerms } from './terms.ts'

export type Side = 'candidate' | 'reference'

export interface JudgeOrder {
  candidate: string
  reference: string
  /** What the sides are called; default: their paths. */
  sides?: Record<Side, string>
  /** Paths of the runs of each side after its first. */
  repeats: Record<Side, readonly string[]>
  /** What files leave open. */
  told: Pick<FileFacts, 'tokens' | 'selection'>
  /** Only these stages, in this order; null: all. */
  stages: readonly string[] | null
  floor: TensorOptions['floor']
  /** Default: `openTensorFile`. */
  open?: (path: string) => Promise<OpenTensorFile>
}

export interface JudgedFiles {
  files: Record<Side, OpenTensorFile>
  /** One a row of the judgement. */
  pairs: TensorPair[]
  repeats: {
    role: Side
    side: string
    name: string
    file: OpenTensorFile
    pairs: TensorPair[]
  }[]
  /** Stage -> what its replays show; of the stage that diverges first alone. */
  replays: Map<string, Partial<Record<Side, ReplayedErrors>>>
  judgement: TensorJudgement
}

/** @throws TensorFileError for files that are refused */
export async function judgeFiles(
  order: JudgeOrder,
  { details = false, ...options }: CompareOptions = {},
): Promise<JudgedFiles> {
  using opened = new DisposableStack()
  const open = async (path: string) => {
    const file = await (order.open ?? openTensorFile)(path)
    opened.defer(() => file.close())
    return file
  }
  const whole = { candidate: await open(order.candidate), reference: await open(order.reference) }
  const files = {
    candidate: told(whole.candidate, order),
    reference: told(whole.reference, order),
  }
  const sides = order.sides ?? { candidate: order.candidate, reference: order.reference }
  const measure = (a: OpenTensorFile, b: OpenTensorFile, more: CompareOptions = {}) =>
    Array.fromAsync(compareOpen(a, b, { ...options, ...more }))
  const pairs = await withTerms(
    await measure(files.candidate, files.reference, { details }),
    [whole.candidate, whole.reference],
    options,
  )
  const repeats: JudgedFiles['repeats'] = []
  for (const role of ['candidate', 'reference'] as const) {
    for (const name of order.repeats[role]) {
      const file = told(await open(name), order)
      repeats.push({
        role,
        side: sides[role],
        name,
        file,
        pairs: await measure(file, files[role]),
      })
    }
  }
  const compared = {
    sides,
    pairs: pairs.map((pair) => withAsserted(pair, whole, order)),
    byName: files.candidate.byName && files.reference.byName,
    repeats,
  }
  const judged = { ...(order.floor && { floor: order.floor }) }
  const first = judgeCompared(compared, judged)
  const replays = await replaysOf(first, whole, options)
  const judgement = replays.size > 0 ? judgeCompared({ ...compared, replays }, judged) : first
  const odd = [whole.candidate, whole.reference].flatMap(({ path, warnings }) =>
    warnings.map((warning) => `${path}: ${warning}.`),
  )
  return {
    files,
    pairs,
    repeats,
    replays,
    judgement: { ...judgement, warnings: [...odd, ...judgement.warnings] },
  }
}

/** What both sides' replays of the stage that diverges first show, where they were captured. */
async function replaysOf(
  { first: { status, stages } }: TensorJudgement,
  { candidate, reference }: Record<Side, OpenTensorFile>,
  options: CompareOptions,
): Promise<JudgedFiles['replays']> {
  const [stage] = stages
  if (status !== 'one' || stage === undefined) return new Map()
  const own = await replayedErrors(stage, candidate, reference, options)
  const others = await replayedErrors(stage, reference, candidate, options)
  const found = { ...(own && { candidate: own }), ...(others && { reference: others }) }
  return new Map(Object.keys(found).length > 0 ? [[stage, found]] : [])
}

/** The file with what it leaves open filled in, and cut down to the stages asked for. */
function told(
  whole: OpenTensorFile,
  { told: facts, stages }: Pick<JudgeOrder, 'told' | 'stages'>,
): OpenTensorFile {
  const file = stagesOf(whole)
  const known = { ...file, facts: { ...facts, ...file.facts } }
  if (stages === null) return known
  const tensors = file.tensors.filter(({ name }) => stages.includes(name))
  return { ...known, tensors, byName: false, facts: { ...known.facts, stages } }
}

/** Notes which facts were not read from the files. */
function withAsserted(
  pair: TensorPair,
  stated: Record<Side, OpenTensorFile>,
  { told: facts }: Pick<JudgeOrder, 'told'>,
) {
  const on = (key: 'a' | 'b', side: Side) =>
    pair[key] && {
      ...pair[key],
      asserted: (['tokens', 'selection'] as const).filter(
        (fact) => facts[fact] !== undefined && stated[side].facts[fact] === undefined,
      ),
    }
  return { ...pair, a: on('a', 'candidate'), b: on('b', 'reference') }
}
