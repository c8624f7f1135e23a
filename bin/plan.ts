import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import {
  CodicilError,
  type DivergenceRow,
  type FirstDivergence,
  investigation,
  type Investigation,
  judge,
  type NextStep,
  plannedInvestigation,
} from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { UsageError, type Command, type Input } from './command.ts'
import { judgeNamed, tensorOptions } from './tensors.ts'

/** What a plan is made from: the judgement so far, and the investigation to go on with. */
interface Known {
  next: NextStep[]
  first: FirstDivergence
  declared: Investigation
}

export const plan: Command = {
  name: 'plan',
  summary: 'Writes the next measurement as an investigation that can be run.',
  usage: 'plan <bundle> | plan <candidate> <reference> [--write <file>]',
  options: {
    write: {
      type: 'string',
      value: '<file>',
      help: 'A new file, such as .codicil/investigations/next.yml. Default: standard output.',
    },
    step: { type: 'string', value: '<n>', help: 'Which of the next steps. Default: the first.' },
    ...tensorOptions,
  },
  example: 'codicil plan /tmp/evidence --write .codicil/investigations/next.yml',

  async run(input) {
    const { values, cwd, out, err } = input
    const number = String(values['step'] ?? 1)
    if (!/^[1-9]\d{0,3}$/.test(number)) {
      throw new UsageError(`--step is the number of a next step, not "${number}"`)
    }
    const { next, first, declared } = await known(input)
    if (next.length === 0) {
      err(`${first.text} There is nothing to measure next.\n`)
      return 0
    }
    const step = next[Number(number) - 1]
    if (step === undefined) {
      throw new UsageError(`there are ${next.length} next steps, and no number ${number}`)
    }
    const text = plannedInvestigation(step, declared)
    if (typeof values['write'] === 'string') {
      const path = resolve(cwd, values['write'])
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text, { flag: 'wx' })
    } else {
      out(text)
    }
    err(`${step.text}\n`)
    for (const { outcome, then } of step.outcomes) err(`  If ${outcome}, ${then}.\n`)
    return 0
  },
}

async function known(input: Input): Promise<Known> {
  const [one, other, ...rest] = input.positionals
  if (one === undefined || rest.length > 0) {
    throw new UsageError('name one bundle, or two tensor files')
  }
  if (other !== undefined) {
    const { judgement } = await judgeNamed([one, other], input)
    return { ...judgement, declared: undeclared(judgement) }
  }
  const bundle = await openBundle(input.cwd, one)
  const judgement = judge(bundle)
  return { ...judgement, declared: bundle.investigation ?? undeclared(judgement) }
}

/** More stages than an investigation may have are not needed: those nearest to the bracket stay. */
const mostStages = 10_000

/** The investigation of a comparison that nobody declared: what was compared, as it was judged. */
function undeclared({
  sides,
  rows,
  first,
}: {
  sides: { candidate: string; reference: string }
  rows: readonly DivergenceRow[]
  first: FirstDivergence
}): Investigation {
  // What comes after the first divergence decides nothing.
  const last = rows.findIndex(({ stage }) => stage === first.stages.at(-1))
  const compared = last < 0 ? rows.slice(0, mostStages) : rows.slice(0, last + 1)
  const floors = compared.flatMap(({ floor }) => floor ?? [])
  const parsed = investigation.safeParse({
    title: 'next',
    sides,
    ...(floors.length > 0 && {
      floor: {
        relative_l2: Math.max(...floors.map(({ relativeL2 }) => relativeL2)),
        because: 'the largest floor of the stages that were captured',
      },
    }),
    stages: compared.slice(-mostStages).map(({ stage, floor }) => ({
      id: stage,
      ...(floor && { floor: { relative_l2: floor.relativeL2, because: floor.text } }),
    })),
  })
  if (parsed.success) return parsed.data
  throw new CodicilError({
    code: 'stage-name',
    what: 'These stages cannot be written as an investigation: a name is empty or longer than 128 characters. Choose stages with --stages.',
    cause: parsed.error,
  })
}
