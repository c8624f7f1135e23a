/**
 * `npm test`: every check and every test, offline. Checks never modify files.
 *
 *     node tools/with-install.js tools/check.ts [vitest filter ...]
 *
 * All steps run even if one fails, so that one run shows everything that is wrong. The last line is
 * `N passed, N failed, N skipped`, checks and tests together.
 */
import { execa } from 'execa'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const root = join(import.meta.dirname, '..')
const checks: [name: string, command: string[]][] = [
  ['format', ['prettier', '--check', '--log-level=warn', '.']],
  ['lint', ['oxlint', '--deny-warnings']],
  ['types', ['tsc']],
  ['generated files', ['node', 'tools/generate.ts', '--check']],
  ['dist', ['node', 'tools/build-action.ts', '--check']],
  ['wasm', ['node', 'tools/build-wasm.ts', '--check']],
  ['workflows', ['node', 'tools/lint-workflows.ts']],
]

const filters = process.argv.slice(2)
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
for (const [name, command] of filters.length > 0 ? [] : checks) {
  add(total, await check(name, command))
}
add(total, await tests(filters))
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed > 0 ? 1 : 0

async function check(name: string, [file = '', ...args]: string[]): Promise<Counts> {
  const started = performance.now()
  const { failed, all } = await execa(file, args, {
    cwd: root,
    preferLocal: true,
    all: true,
    reject: false,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${failed ? '✗' : '✓'} ${name} (${seconds} s)\n`)
  if (failed) {
    process.stdout.write(`${all}\n`)
  }
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 }
}

/**
 * Runs the tests. A file whose process V8 ended (nodejs/node#64500: WebAssembly and threads, now and
 * then) says nothing about the product: it is named and run once more.
 */
async function tests(filter: string[]): Promise<Counts> {
  const { counts, ended } = await runTests(filter)
  if (ended.length === 0) return counts
  process.stdout.write(`\nTheir process ended before they did; run again: ${ended.join(', ')}\n`)
  const again = await runTests(ended)
  add(counts, again.counts)
  counts.failed += again.ended.length
  return counts
}

async function runTests(filter: string[]): Promise<{ counts: Counts; ended: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-tests-'))
  const path = join(folder, 'report.json')
  try {
    const { exitCode } = await execa(
      'vitest',
      ['run', ...filter, '--reporter=default', '--reporter=json', `--outputFile.json=${path}`],
      { cwd: root, preferLocal: true, stdio: 'inherit', reject: false },
    )
    const report = JSON.parse(await readFile(path, 'utf8')) as VitestReport
    const counts = countTests(report)
    const ended = report.testResults.filter(wasEnded).map(({ name }) => relative(root, name))
    // Vitest also fails on errors outside of any test, and when it finds no test at all.
    const unaccounted = exitCode !== 0 && counts.failed + ended.length === 0 ? 1 : 0
    return { counts: { ...counts, failed: counts.failed + unaccounted }, ended }
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; message: string; assertionResults: Test[] }[]
}

interface Test {
  status: string
}

/** A file that failed without a word, and none of whose tests failed. */
function wasEnded({ status, message, assertionResults }: VitestReport['testResults'][number]) {
  const none = assertionResults.every((test) => test.status !== 'failed')
  return status === 'failed' && message === '' && none
}

function countTests(report: VitestReport): Counts {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function add(sum: Counts, more: Counts): void {
  sum.passed += more.passed
  sum.failed += more.failed
  sum.skipped += more.skipped
}
