import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { defaultStatuses, judge, stepSummary } from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { UsageError, type Command } from './command.ts'
import { inspectSpec } from './inspect-spec.ts'
import { settingsAt, settingsFor } from './settings.ts'

export const inspect: Command = {
  name: 'inspect',
  summary: 'Shows the tables of a bundle, or what was learnt about how a spec is written.',
  usage: 'inspect <bundle> | inspect --spec <file>',
  options: {
    spec: {
      type: 'string',
      value: '<file>',
      help: 'A spec: each finding with the line that shows it.',
    },
    json: { type: 'boolean', help: 'Print evidence and judgement, or the findings, as JSON.' },
  },
  example: 'codicil inspect --spec examples/demo/docs/specifications/ship-two-models-spec.md',

  async run({ values, positionals, cwd, out }) {
    const json = values['json'] === true
    const [folder, ...rest] = positionals
    if (typeof values['spec'] === 'string') {
      if (folder !== undefined) throw new UsageError('name a bundle or a spec, not both')
      const own = settingsFor(await settingsAt(cwd), cwd, values['spec'])
      return inspectSpec(await readFile(resolve(cwd, values['spec'])), values['spec'], {
        style: own?.style ?? {},
        statuses: own?.scoreboard ?? defaultStatuses,
        json,
        out,
      })
    }
    if (folder === undefined || rest.length > 0) throw new UsageError('name one bundle')
    const bundle = await openBundle(cwd, folder)
    const judgement = judge(bundle)
    out(
      json
        ? `${JSON.stringify({ evidence: bundle.evidence, judgement }, null, 2)}\n`
        : stepSummary(bundle.evidence, judgement),
    )
    return 0
  },
}
