import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CodicilError, knownRun, sealBundle, serialiseStatement } from '../spec-tools/index.ts'
import { committedBeside } from './bundle.ts'
import { UsageError, type Command } from './command.ts'
import { readFolder, sha256 } from './folder.ts'
import { knownOptions, knownTexts } from './seal.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'Checks a bundle against itself, its run and the statement that sealed it.',
  usage: 'verify <bundle> [--statement <file>] [--sha <sha>] [--run <id>] [...]',
  options: {
    statement: {
      type: 'string',
      value: '<file>',
      help: 'The statement that the run left, artifact codicil-seal-<request>.',
    },
    ...knownOptions,
  },
  example: 'codicil verify codicil-evidence --statement statement.intoto.json --sha 4f0c…',

  async run({ values, positionals, cwd, out }) {
    const [folder, ...rest] = positionals
    if (folder === undefined || rest.length > 0) throw new UsageError('name one bundle')
    const files = await readFolder(resolve(cwd, folder))
    for (const path of committedBeside) files.delete(path)
    const made = sealBundle(files, knownRun(knownTexts(values)), sha256)
    out(`${made.predicate.result}: every file has its digest, every figure stands in its log.\n`)
    const { statement } = values
    if (statement === undefined) {
      out('Not checked: who made it. Name the statement of its run, or verify its attestation.\n')
      return 0
    }
    const sealed = await readFile(resolve(cwd, String(statement)), 'utf8')
    if (sealed !== serialiseStatement(made)) {
      throw new CodicilError({
        code: 'other-statement',
        where: String(statement),
        what: 'is not the statement of this bundle',
        remedy:
          'Take bundle and statement from one run, and give the flags that it was sealed with',
      })
    }
    out('The statement is the one of this bundle.\n')
    return 0
  },
}
