import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { amendBytes, IntentError, Refusal, type IntentInput } from '../spec-tools/index.ts'
import { UsageError, type Command, type Input } from './command.ts'
import { settingsAt, settingsFor } from './settings.ts'

export const amend: Command = {
  name: 'amend',
  summary: 'Applies an intent to a spec: what was decided goes where it belongs.',
  usage: 'amend --spec <file> --intent <file> [--write]',
  options: {
    spec: { type: 'string', value: '<file>', help: 'The spec, in Markdown.' },
    intent: {
      type: 'string',
      value: '<file>',
      help: 'The intent, in JSON (keys: docs/reference/intent.schema.json).',
    },
    write: { type: 'boolean', help: 'Write the spec in place instead of printing it.' },
    json: { type: 'boolean', help: 'Print the edits and where each part was placed instead.' },
  },
  example: 'codicil amend --spec docs/spec.md --intent intent.json > amended.md',

  async run(input) {
    const { values, positionals, cwd, out, err } = input
    const spec = named(values, 'spec')
    const intentFile = named(values, 'intent')
    if (positionals.length > 0)
      throw new UsageError(`what is "${positionals[0]}"? Name files by --spec and --intent`)
    const path = resolve(cwd, spec)
    const json = values['json'] === true
    try {
      const intent = await readIntent(resolve(cwd, intentFile), intentFile)
      const style = settingsFor(await settingsAt(cwd), cwd, spec)?.style
      const { bytes, edits, placed } = amendBytes(await readFile(path), intent, style)
      if (values['write'] === true && edits.length > 0) await writeFile(path, bytes)
      if (json) out(`${JSON.stringify({ spec, placed, edits }, null, 2)}\n`)
      else if (values['write'] !== true) out(bytes)
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { code, what, line, column, remedy } = error
      if (json)
        out(`${JSON.stringify({ spec, refusal: { code, what, line, column, remedy } }, null, 2)}\n`)
      err(`${spec}:${line}:${column}: ${what}.\n  ${remedy}.\n`)
      return 1
    }
  },
}

function named(values: Input['values'], name: string): string {
  const value = values[name]
  if (typeof value !== 'string') throw new UsageError(`--${name} <file> is missing`)
  return value
}

async function readIntent(path: string, shown: string): Promise<IntentInput> {
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as IntentInput
  } catch (cause) {
    throw new IntentError(`${shown} is no JSON: ${(cause as Error).message}`, { cause })
  }
}
