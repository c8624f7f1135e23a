/**
 * Fuzzes the readers for as long as is asked:
 *
 *     node test/fuzz/run.ts [--minutes 60] [--jobs 16] [--executions 10000000] [--target zip] [--seed 7] [--json summary.json]
 *
 * Each process takes one target at a time, with a heap of 96 MiB: one that wants more ends with an
 * error. With more jobs than targets, those that are slow to run get several, each with a seed of its
 * own. What is found is written to `test/fuzz/corpus/<target>/`, where every later run begins with it.
 * With `--executions` it ends as soon as there were so many in all.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sha256 } from '../../app/core/sha256.ts'
import { fuzz } from './engine.ts'
import { targets } from './targets.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    executions: { type: 'string', default: 'Infinity' },
    target: { type: 'string', multiple: true, default: Object.keys(targets) },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    json: { type: 'string' },
    /** What a process of this program is given: a target and milliseconds. */
    child: { type: 'string' },
  },
})

/** What one process made of one target. */
interface Slice {
  target: string
  seed: number
  executions: number
  /** Milliseconds of the slowest execution, and MiB of the process at most. */
  slowest: number
  memory: number
  findings: string[]
}

if (values.child === undefined) await lead()
else await follow(values.child)

async function follow(name: string): Promise<void> {
  const target = targets[name]
  if (!target) throw new Error(`There is no target ${name}: ${Object.keys(targets).join(', ')}`)
  const seed = Number(values.seed)
  const end = Date.now() + Number(values.minutes) * 60_000
  const { findings, ...rest } = await fuzz(target, seed, () => Date.now() > end)
  const folder = join(import.meta.dirname, 'corpus', name)
  for (const { input } of findings) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, sha256(input).slice(0, 16)), input)
  }
  const told = findings.map(
    ({ kind, what }) => `${kind}: ${what.split('\n').slice(0, 5).join(' ')}`,
  )
  const slice: Slice = { target: name, seed, ...rest, findings: told }
  process.stdout.write(`${JSON.stringify(slice)}\n`)
}

async function lead(): Promise<void> {
  const [jobs, minutes, most] = [values.jobs, values.minutes, values.executions].map(Number)
  if (!jobs || !minutes || !most)
    throw new Error('jobs, minutes and executions are numbers above 0')
  const names = values.target
  const slices: Slice[] = []
  const began = Date.now()
  const end = began + minutes * 60_000
  let next = 0
  const count = () => slices.reduce((sum, { executions }) => sum + executions, 0)
  // Every target has its turn, and where there is time for it, more than one.
  const length = Math.min(minutes, Math.max(minutes / Math.ceil(names.length / jobs), 0.05))
  const turn = Math.min(length, Number.isFinite(most) ? 2 : length)
  const worker = async () => {
    while (next < names.length || (Date.now() < end - 1000 && count() < most)) {
      const number = next++
      const name = names[number % names.length] ?? ''
      slices.push(await sliceOf(name, Number(values.seed) + number, turn))
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  await report(slices, names, (Date.now() - began) / 60_000, jobs)
}

async function sliceOf(target: string, seed: number, minutes: number): Promise<Slice> {
  const flags = ['--max-old-space-size=96', '--max-semi-space-size=4', import.meta.filename]
  const given = ['--child', target, '--seed', String(seed), '--minutes', String(minutes)]
  const own = spawn(process.execPath, [...flags, ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  createInterface({ input: own.stdout }).on('line', (line) => (said = line))
  const [code] = (await once(own, 'close')) as [number | null]
  if (code === 0) return JSON.parse(said) as Slice
  const died = `crash: the process of seed ${seed} ended with ${code ?? 'a signal'}`
  return { target, seed, executions: 0, slowest: 0, memory: 0, findings: [died] }
}

async function report(
  slices: readonly Slice[],
  names: readonly string[],
  minutes: number,
  jobs: number,
): Promise<void> {
  const together = (some: readonly Slice[]) => ({
    executions: some.reduce((sum, { executions }) => sum + executions, 0),
    slowestMilliseconds: Math.round(Math.max(0, ...some.map(({ slowest }) => slowest))),
    peakMiB: Math.round(Math.max(0, ...some.map(({ memory }) => memory))),
    findings: some.flatMap(({ findings }) => findings),
  })
  const byTarget = Object.fromEntries(
    names.map((name) => [name, together(slices.filter(({ target }) => target === name))]),
  )
  const all = { seed: Number(values.seed), jobs, minutes: Math.round(minutes * 10) / 10 }
  const summary = { ...all, ...together(slices), targets: byTarget }
  for (const [name, one] of Object.entries({ ...byTarget, 'all targets': summary })) {
    const { executions, findings, slowestMilliseconds: slowest, peakMiB } = one
    process.stdout.write(
      `${name}: ${executions} executions, ${findings.length} findings, slowest ${slowest} ms, ${peakMiB} MiB\n`,
    )
    if (one !== summary) for (const finding of findings) process.stdout.write(`  ${finding}\n`)
  }
  process.stdout.write(`seed ${values.seed}\n`)
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify(summary, null, 2)}\n`)
  }
  if (summary.findings.length > 0) process.exitCode = 1
}
