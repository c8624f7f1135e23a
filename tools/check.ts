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
import { join } from 'node:path'

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

async function tests(filter: string[]): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-tests-'))
  const report = join(folder, 'report.json')
  try {
    const { exitCode } = await execa(
      'vitest',
      ['run', ...filter, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      { cwd: root, preferLocal: true, stdio: 'inherit', reject: false },
    )
    const counts = countTests(JSON.parse(await readFile(report, 'utf8')) as VitestReport)
    // Vitest also fails on errors outside of any test, and when it finds no test at all.
    const unaccounted = exitCode !== 0 && counts.failed === 0 ? 1 : 0
    return { ...counts, failed: counts.failed + unaccounted }
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
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
