/**
 * The entry of the Action that seals. On a hosted runner it reads what `diagnose` left, as hostile
 * input, and writes the statement about it; it runs nothing of the pull request.
 */
import { getInput, setFailed, setOutput, summary } from '@actions/core'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  bundleLimits,
  explained,
  knownRun,
  sealBundle,
  serialiseStatement,
  type Statement,
  sumsFile,
} from '../spec-tools/index.ts'
import { FileRefusal, listTree, readRegularFile, sha256 } from './files.ts'

try {
  await seal()
} catch (error) {
  setFailed(explained(error) ?? (error as Error))
}

async function seal(): Promise<void> {
  const { env } = process
  const files = await readBundleFolder(resolve(getInput('bundle', { required: true })))
  const known = knownRun({
    repository: env['GITHUB_REPOSITORY'] ?? '',
    sha: getInput('sha', { required: true }),
    run: env['GITHUB_RUN_ID'] ?? '',
    attempt: env['GITHUB_RUN_ATTEMPT'] ?? '',
    'artifact-id': getInput('artifact-id'),
    'artifact-digest': getInput('artifact-digest'),
    server: env['GITHUB_SERVER_URL'] ?? '',
  })
  const statement = sealBundle(files, known, sha256)
  const folder = env['RUNNER_TEMP'] ?? '.'
  const written = { statement: 'statement.intoto.json', predicate: 'test-result.json' }
  await writeFile(join(folder, written.statement), serialiseStatement(statement))
  await writeFile(join(folder, written.predicate), serialiseStatement(statement.predicate))
  setOutput('statement', join(folder, written.statement))
  setOutput('predicate', join(folder, written.predicate))
  setOutput('result', statement.predicate.result)
  setOutput('sums', sha256(files.get(sumsFile) ?? new Uint8Array()))
  if (env['GITHUB_STEP_SUMMARY']) await summary.addRaw(inWords(statement)).write()
  process.stdout.write(inWords(statement))
}

/** @throws FileRefusal for a link, a device, or more bytes than a bundle may have */
async function readBundleFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await listTree(folder, bundleLimits.files + 1)
  const files = new Map<string, Uint8Array>()
  let left: number = bundleLimits.total
  for (const { path } of entries) {
    const bytes = await readRegularFile(folder, path, left, 'hostile')
    files.set(path, bytes)
    left -= bytes.length
  }
  if (files.size === 0) throw new FileRefusal('not-found', `${folder} holds no files.`)
  return files
}

function inWords({ subject, predicate }: Statement): string {
  const { result, passedTests, warnedTests, failedTests } = predicate
  const counts = `${passedTests.length} passed, ${warnedTests.length} with a warning, ${failedTests.length} failed`
  return `Sealed ${subject.length} subjects: ${result} (${counts}).\n`
}
