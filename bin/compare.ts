import type { JudgedFiles, Progress } from '../kernels-runner/tensors/index.ts'
import { isAlarm, isMatch } from '../spec-tools/index.ts'
import { UsageError, type Command } from './command.ts'
import { comparisonJson, comparisonText } from './comparison.ts'
import { judgeNamed, tensorOptions } from './tensors.ts'

export const compare: Command = {
  name: 'compare',
  summary: 'Compares two tensor files stage by stage, and names the first stage that diverges.',
  usage: 'compare <candidate> <reference> [--repeat-candidate <file>] [--floor <relative L2>]',
  options: {
    ...tensorOptions,
    quantiles: {
      type: 'boolean',
      help: 'Also quantiles of |d|, units in the last place, argmax and SHA-256.',
    },
    all: { type: 'boolean', help: 'Show every stage in order, also those that match by far.' },
    json: { type: 'boolean', help: 'Print rows, first divergent stage and next steps as JSON.' },
  },
  notes: [
    'Whether the first divergent stage s is to blame is shown where the files hold, beside s,',
    '  s@f64     s computed in f64 from the inputs that this side had, and',
    '  s@replay  s as this side computes it, from the inputs that the other side had.',
    'Where the terms of s cancel, s@terms (the root of the sum of their squares) sets its floor.',
  ],
  example: 'codicil compare candidate.safetensors reference.npz --floor 0.01',

  async run(input) {
    const [candidate, reference, ...rest] = input.positionals
    if (candidate === undefined || reference === undefined || rest.length > 0) {
      throw new UsageError('name two tensor files (.safetensors, .npy, .npz or .gguf)')
    }
    const progress = process.stderr.isTTY ? new ProgressLine(input.err) : null
    let judged: JudgedFiles
    try {
      judged = await judgeNamed([candidate, reference], input, {
        details: input.values['quantiles'] === true,
        ...(progress && { onProgress: (done) => progress.show(done) }),
      })
    } finally {
      progress?.clear()
    }
    input.out(
      input.values['json'] === true
        ? `${JSON.stringify(comparisonJson(judged), null, 2)}\n`
        : comparisonText(judged, {
            all: input.values['all'] === true,
            coloured: process.stdout.isTTY && !input.env['NO_COLOR'],
            width: process.stdout.columns ?? Infinity,
          }),
    )
    return exitCode(judged)
  },
}

/** 0: all match; 1: some are apart; 3: none is, but some could not be judged. */
function exitCode({ judgement: { rows } }: JudgedFiles): number {
  if (rows.some(isAlarm)) return 1
  return rows.length > 0 && rows.every(isMatch) ? 0 : 3
}

/** One line of a terminal that is written over. */
class ProgressLine {
  readonly #write: (text: string) => void

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  show({ stage, stages, bytes, totalBytes }: Progress): void {
    const share = totalBytes === 0 ? 100 : Math.floor((100 * bytes) / totalBytes)
    this.#write(`\r\u001B[K${stage} of ${stages} stages, ${share} %`)
  }

  clear(): void {
    this.#write('\r\u001B[K')
  }
}
