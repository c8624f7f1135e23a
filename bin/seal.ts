import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { knownRun, sealBundle, serialiseStatement } from '../spec-tools/index.ts'
import { committedBeside } from './bundle.ts'
import { UsageError, type Command, type Option } from './command.ts'
import { readFolder, sha256 } from './folder.ts'

/** What is known of the run without the bundle; each is held against what the bundle says. */
export const knownOptions = {
  repository: { type: 'string', value: '<owner/name>', help: 'Repository of the run.' },
  sha: { type: 'string', value: '<sha>', help: 'Commit that was to be measured.' },
  run: { type: 'string', value: '<id>', help: 'Workflow run.' },
  attempt: { type: 'string', value: '<number>', help: 'Attempt of the job that seals.' },
  'artifact-id': { type: 'string', value: '<id>', help: 'Artifact that the bundle came in.' },
  'artifact-digest': {
    type: 'string',
    value: '<sha256>',
    help: 'Digest of that artifact, which becomes a subject, too.',
  },
  server: {
    type: 'string',
    value: '<url>',
    help: "GitHub's pages. Default: https://github.com.",
  },
} satisfies Record<string, Option>

/** The values of these options, empty where one was not given. */
export function knownTexts(values: Record<string, unknown>): Record<string, string> {
  const names = Object.keys(knownOptions)
  return Object.fromEntries(names.map((name) => [name, String(values[name] ?? '')]))
}

export const seal: Command = {
  name: 'seal',
  summary: 'Checks a bundle and writes an in-toto statement of what its run showed.',
  usage: 'seal <bundle> [--out <file>] [--sha <sha>] [--run <id>] [...]',
  options: {
    out: { type: 'string', value: '<file>', help: 'Write the statement there. Default: print it.' },
    predicate: { type: 'boolean', help: 'Only the predicate, for tools that add the subjects.' },
    ...knownOptions,
  },
  example: 'codicil seal codicil-evidence --out statement.intoto.json',

  async run({ values, positionals, cwd, out }) {
    const [folder, ...rest] = positionals
    if (folder === undefined || rest.length > 0) throw new UsageError('name one bundle')
    const files = await readFolder(resolve(cwd, folder))
    for (const path of committedBeside) files.delete(path)
    const statement = sealBundle(files, knownRun(knownTexts(values)), sha256)
    const text = serialiseStatement(values['predicate'] === true ? statement.predicate : statement)
    if (values['out'] === undefined) {
      out(text)
    } else {
      await writeFile(resolve(cwd, String(values['out'])), text)
      out(`${statement.predicate.result}: ${String(values['out'])}\n`)
    }
    return 0
  },
}
