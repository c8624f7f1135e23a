/** Two tensor files as the commands take them. */
import { basename, resolve } from 'node:path'
import {
  judgeFiles,
  openTensorFile,
  type CompareOptions,
  type JudgedFiles,
  type JudgeOrder,
} from '../kernels-runner/tensors/index.ts'
import { UsageError, type Input, type Option } from './command.ts'

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

interface Asked extends Pick<JudgeOrder, 'floor' | 'told' | 'stages' | 'repeats'> {
  threads: number | undefined
}

/**
 * @param values of the flags above
 * @throws UsageError for flags that make no sense; TensorFileError for files that are refused.
 */
export function judgeNamed(
  [candidate, reference]: readonly [candidate: string, reference: string],
  { values, cwd }: Pick<Input, 'values' | 'cwd'>,
  options: Pick<CompareOptions, 'details' | 'onProgress'> = {},
): Promise<JudgedFiles> {
  const { threads, ...asked } = readFlags(values)
  const order = { ...asked, candidate, reference, sides: sideNames(candidate, reference) }
  return judgeFiles(
    { ...order, open: (path) => openTensorFile(resolve(cwd, path)) },
    { ...options, ...(threads !== undefined && { threads }) },
  )
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
    told: {
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

/** Files go by their names where these differ. */
function sideNames(candidate: string, reference: string) {
  const [a, b] = [basename(candidate), basename(reference)]
  return a === b ? { candidate, reference } : { candidate: a, reference: b }
}
