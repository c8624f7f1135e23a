/** Two tensor files as the commands take them: opened, told what they don't say, measured, judged. */
import { basename, resolve } from 'node:path'
import {
  compareOpen,
  openTensorFile,
  type CompareOptions,
  type FileFacts,
  type OpenTensorFile,
  type Progress,
  type TensorPair,
} from '../kernels-runner/tensors/index.ts'
import {
  judgeTensors,
  noiseOfRepeats,
  type TensorJudgement,
  type TensorOptions,
  type TensorRepeat,
} from '../spec-tools/index.ts'
import { UsageError, type Input, type Option } from './command.ts'
import { replayedErrors, withoutReplays } from './replayed.ts'

/** Flags of every command that compares tensor files. */
export const tensorOptions = {
  floor: {
    type: 'string',
    value: '<relative L2>',
    help: 'Differences up to here are noise. Default: predicted from the number formats.',
  },
  tokens: {
    type: 'string',
    value: '<id,id,…>',
    help: 'Token ids that were fed in, for files that do not state them.',
  },
  selection: {
    type: 'string',
    value: 'all|last|<index>',
    help: 'Token positions captured, for files that do not state them.',
  },
  stages: {
    type: 'string',
    multiple: true,
    value: '<name,name,…>',
    help: 'Only these stages, in the order of the computation.',
  },
  'repeat-candidate': {
    type: 'string',
    multiple: true,
    value: '<file>',
    help: 'The candidate run again: what both differ by is noise (A-A). May be given several times.',
  },
  'repeat-reference': {
    type: 'string',
    multiple: true,
    value: '<file>',
    help: 'The reference run again (B-B). The floor is the largest of all noise and --floor.',
  },
  threads: { type: 'string', value: '<n>', help: 'Threads that measure. Default: one a core.' },
} satisfies Record<string, Option>

export interface JudgedFiles {
  files: { candidate: OpenTensorFile; reference: OpenTensorFile }
  /** One a row of the judgement. */
  pairs: TensorPair[]
  repeats: TensorRepeat[]
  judgement: TensorJudgement
}

interface Asked {
  floor: TensorOptions['floor']
  facts: Pick<FileFacts, 'tokens' | 'selection'>
  stages: string[] | null
  /** Paths of the runs of each side after its first. */
  repeats: Record<'candidate' | 'reference', string[]>
  threads: number | undefined
}

/**
 * @param values of the flags above
 * @throws UsageError for flags that make no sense; TensorFileError for files that are refused.
 */
export async function judgeFiles(
  [candidate, reference]: readonly [candidate: string, reference: string],
  { values, cwd }: Pick<Input, 'values' | 'cwd'>,
  {
    details = false,
    onProgress,
  }: { details?: boolean; onProgress?: (done: Progress) => void } = {},
): Promise<JudgedFiles> {
  const asked = readFlags(values)
  using opened = new DisposableStack()
  const open = async (path: string) => {
    const file = await openTensorFile(resolve(cwd, path))
    opened.defer(() => file.close())
    return file
  }
  const whole = { a: await open(candidate), b: await open(reference) }
  const files = { candidate: told(whole.a, asked), reference: told(whole.b, asked) }
  const sides = sideNames(candidate, reference)
  const measure = async (left: OpenTensorFile, right: OpenTensorFile, more: CompareOptions) => {
    const { threads } = asked
    return Array.fromAsync(
      compareOpen(left, right, {
        ...more,
        ...(threads !== undefined && { threads }),
        ...(onProgress && { onProgress }),
      }),
    )
  }
  const pairs = await measure(files.candidate, files.reference, { details })
  const repeats: TensorRepeat[] = []
  for (const side of ['candidate', 'reference'] as const) {
    for (const path of asked.repeats[side]) {
      const again = await measure(told(await open(path), asked), files[side], {})
      repeats.push({ side: sides[side], name: path, pairs: again })
    }
  }
  const { noise, warnings } = noiseOfRepeats(repeats)
  const stated = pairs.map((pair) => withAsserted(pair, whole, asked))
  const options = { sides, repeats: noise, ...(asked.floor && { floor: asked.floor }) }
  const first = judgeTensors(stated, options)
  const replays = await replaysOf(first, whole)
  const judgement = replays.size > 0 ? judgeTensors(stated, { ...options, replays }) : first
  const odd = [whole.a, whole.b].flatMap(({ path, warnings: all }) =>
    all.map((warning) => `${path}: ${warning}.`),
  )
  return {
    files,
    pairs,
    repeats,
    judgement: { ...judgement, warnings: [...odd, ...warnings, ...judgement.warnings] },
  }
}

/** What both sides' replays of the stage that diverges first show, where they were captured. */
async function replaysOf(
  { first: { status, stages } }: TensorJudgement,
  { a, b }: Record<'a' | 'b', OpenTensorFile>,
) {
  const [stage] = stages
  if (status !== 'one' || stage === undefined) return new Map()
  const candidate = await replayedErrors(stage, a, b)
  const reference = await replayedErrors(stage, b, a)
  const found = { ...(candidate && { candidate }), ...(reference && { reference }) }
  return new Map(Object.keys(found).length > 0 ? [[stage, found]] : [])
}

function readFlags(values: Input['values']): Asked {
  const text = (flag: string) => (typeof values[flag] === 'string' ? values[flag] : undefined)
  const floor = text('floor')
  const relativeL2 = Number(floor)
  if (floor !== undefined && !(floor.trim() !== '' && relativeL2 >= 0 && relativeL2 < Infinity)) {
    throw new UsageError(`--floor is a relative L2 such as 0.01, not "${floor}"`)
  }
  const threads = text('threads')
  if (threads !== undefined && !/^[1-9]\d{0,2}$/.test(threads)) {
    throw new UsageError(`--threads is a number from 1 to 999, not "${threads}"`)
  }
  const tokens = text('tokens')
    ?.split(/[\s,]+/)
    .filter((id) => id !== '')
  const wrong = tokens?.find((id) => !/^\d{1,10}$/.test(id))
  if (wrong !== undefined || tokens?.length === 0) {
    throw new UsageError(`--tokens is a list of token ids such as 791,374, not "${text('tokens')}"`)
  }
  const selection = text('selection')
  if (selection !== undefined && !/^(?:all|last|\d{1,9})$/.test(selection)) {
    throw new UsageError(`--selection is all, last or the index of a token, not "${selection}"`)
  }
  const stages = [values['stages'] ?? []].flat().flatMap((list) => String(list).split(','))
  if (new Set(stages).size < stages.length) throw new UsageError('--stages names a stage twice')
  return {
    floor: floor === undefined ? undefined : { relativeL2 },
    facts: {
      ...(tokens && { tokens: tokens.map(Number) }),
      ...(selection !== undefined && {
        selection: /^\d/.test(selection) ? Number(selection) : (selection as 'all' | 'last'),
      }),
    },
    stages: values['stages'] === undefined ? null : stages,
    repeats: {
      candidate: [values['repeat-candidate'] ?? []].flat().map(String),
      reference: [values['repeat-reference'] ?? []].flat().map(String),
    },
    threads: threads === undefined ? undefined : Number(threads),
  }
}

/** The file with what it leaves open filled in, and cut down to the stages asked for. */
function told(whole: OpenTensorFile, { facts, stages }: Asked): OpenTensorFile {
  const file = withoutReplays(whole)
  const known = { ...file, facts: { ...facts, ...file.facts } }
  if (stages === null) return known
  const tensors = file.tensors.filter(({ name }) => stages.includes(name))
  return { ...known, tensors, facts: { ...known.facts, stages } }
}

/** Notes which facts were not read from the files. */
function withAsserted(
  pair: TensorPair,
  stated: Record<'a' | 'b', OpenTensorFile>,
  { facts }: Asked,
) {
  const on = (side: 'a' | 'b') =>
    pair[side] && {
      ...pair[side],
      asserted: (['tokens', 'selection'] as const).filter(
        (fact) => facts[fact] !== undefined && stated[side].facts[fact] === undefined,
      ),
    }
  return { ...pair, a: on('a'), b: on('b') }
}

/** Files go by their names where these differ. */
function sideNames(candidate: string, reference: string) {
  const [a, b] = [basename(candidate), basename(reference)]
  return a === b ? { candidate, reference } : { candidate: a, reference: b }
}
