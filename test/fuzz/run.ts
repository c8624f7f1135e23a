/**
 * Fuzzes the readers for as long as is asked:
 *
 *     node test/fuzz/run.ts [--minutes 60] [--target zip] [--seed 7]
 *
 * Each target has a process of its own with a heap of 96 MiB: one that wants more ends with an error.
 * What is found is written to `test/fuzz/corpus/<target>/`, where every later run begins with it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sha256 } from '../../app/core/sha256.ts'
import { fuzz } from './engine.ts'
import { targets } from './targets.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true, default: Object.keys(targets) },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const names = values.target
if (names.length > 1) await apart()
const milliseconds = (Number(values.minutes) * 60_000) / names.length
for (const name of names.length > 1 ? [] : names) {
  const target = targets[name]
  if (!target) throw new Error(`There is no target ${name}: ${Object.keys(targets).join(', ')}`)
  const end = Date.now() + milliseconds
  const { executions, findings, slowest, memory } = await fuzz(
    target,
    Number(values.seed),
    () => Date.now() > end,
  )
  process.stdout.write(
    `${name}: ${executions} executions, ${findings.length} findings, slowest ${Math.round(slowest)} ms, ${Math.round(memory)} MiB\n`,
  )
  const folder = join(import.meta.dirname, 'corpus', name)
  for (const { kind, input, what } of findings) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, sha256(input).slice(0, 16)), input)
    process.stdout.write(`  ${kind}: ${what.split('\n').slice(0, 5).join('\n    ')}\n`)
    process.exitCode = 1
  }
}

async function apart(): Promise<void> {
  const shared = ['--minutes', String(Number(values.minutes) / names.length), '--seed', values.seed]
  for (const name of names) {
    const args = ['--max-old-space-size=96', '--max-semi-space-size=4', import.meta.filename]
    const own = spawn(process.execPath, [...args, '--target', name, ...shared], {
      stdio: 'inherit',
    })
    const [code] = (await once(own, 'exit')) as [number | null]
    if (code !== 0) process.exitCode = 1
  }
  process.stdout.write(`seed ${values.seed}\n`)
}
