/**
 * What the runner costs over the bare command, in turns with it.
 *
 *     node bench/overhead.ts [--rounds 10] [--seconds 3] [--gigabytes 2] [--action <dist/index.js>]
 *
 * Three commands, each run bare and by the built Action, with each isolation that this machine has:
 * one that does nothing, one that prints 100 MB/s, and one that prints as fast as it can. Wall time
 * and processor time with all children; on a busy machine the processor time is the one to trust.
 * Of the two that print, `command` is the time that the bundle says the command took: the start and
 * the end of the Action are the first case's. There they are told apart: the cold start (Node, modules,
 * settings), the run itself, and judging and drawing at the end. The round that warms the caches says
 * how much memory the Action takes at most.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { isolationFor } from '../kernels-runner/isolation/index.ts'
import { median, milliseconds, timed } from './timed.ts'

interface Cost {
  wall: number
  processor: number
  /** Seconds that the command took by the bundle; of the bare one its wall time. */
  command: number
  /** From the start of the Action to the start of the run by the bundle. */
  start: number
  /** From the start to the end of the run by the bundle, without the command. */
  run: number
}

type Isolation = 'none' | 'bubblewrap'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '3' },
    gigabytes: { type: 'string', default: '2' },
    action: { type: 'string', default: join(import.meta.dirname, '../dist/index.js') },
  },
})
const action = resolve(values.action)
/** How many diagnostics more are run to see what each costs. */
const more = 10
const rounds = Number(values.rounds)
const bytes = Number(values.gigabytes) * 1e9
/** Nothing is read from it: what reading costs is the business of `bench/logs.ts`. */
const line = '  layer by layer, a log of words goes by, and no figure is to be read from it\n'

/** Prints 1 MB every 10 ms. */
const paced = `
const line = ${JSON.stringify(line)}
const block = Buffer.alloc(1e6, line)
const started = performance.now()
for (let at = 0; at < ${Number(values.seconds) * 100}; at++) {
  const wait = started + at * 10 - performance.now()
  if (wait > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait)
  require('node:fs').writeSync(1, block)
}
`

const folder = await mkdtemp(join(tmpdir(), 'codicil-overhead-'))
const peakFile = join(folder, 'peak')
/** A module that leaves the largest memory of its process, in KiB, when that ends. */
const tellPeak = `data:text/javascript,${encodeURIComponent(`
import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)))
`)}`
try {
  await mkdir(join(folder, 'source'))
  await writeFile(join(folder, 'source/paced.cjs'), paced)
  const isolations: Isolation[] = ['none']
  if (await has('bubblewrap')) isolations.push('bubblewrap')
  else process.stdout.write('bubblewrap: skipped, it cannot be used here\n')

  const single = await inTurns('true', rounds, isolations)
  report('nothing', single, ({ wall, processor, start, run }, plain) => [
    `${milliseconds(wall - plain.wall)} over the bare command (${[
      `cold start ${milliseconds(start)}`,
      `run ${milliseconds(run)}`,
      `judging and drawing ${milliseconds(wall - plain.wall - start - run)}`,
    ].join(', ')})`,
    `processor ${milliseconds(processor)}`,
  ])
  const often = await inTurns('true', 3, isolations, 1 + more)
  for (const kind of isolations) {
    const [one, all] = [single.get(kind), often.get(kind)]
    const each = one && all ? (all.wall - one.wall) / more : NaN
    process.stdout.write(`nothing, ${kind}: ${milliseconds(each)} for each further diagnostic\n`)
  }
  report('100 MB/s', await inTurns('node paced.cjs', 2, isolations), (cost, plain) => [
    `command ${cost.command.toFixed(3)} s, ${share(cost.command, plain.command)} over bare`,
    `processor ${milliseconds(cost.processor - plain.processor)} over bare`,
  ])
  const flood = `(yes '${line.trimEnd()}' || true) | head -c ${bytes}`
  report('as fast as it can', await inTurns(flood, 3, isolations), (cost) => [
    `${(bytes / 1e6 / cost.command).toFixed(0)} MB/s`,
    `processor ${milliseconds(cost.processor)}`,
  ])
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function has(isolation: Isolation): Promise<boolean> {
  return isolationFor(isolation).then(
    () => true,
    () => false,
  )
}

/** Medians of each contestant; the first round warms the caches and does not count. */
async function inTurns(
  command: string,
  times: number,
  isolations: readonly Isolation[],
  diagnostics = 1,
) {
  const contestants = new Map<string, (warming: boolean) => Promise<Cost>>([
    ['bare', () => bare(command)],
    ...isolations.map(
      (kind) =>
        [kind, (warming: boolean) => byAction(command, kind, diagnostics, warming)] as const,
    ),
  ])
  const costs = new Map([...contestants.keys()].map((name) => [name, [] as Cost[]]))
  for (let round = 0; round <= times; round++) {
    for (const [name, run] of contestants) {
      const cost = await run(round === 0)
      if (round > 0) costs.get(name)?.push(cost)
    }
  }
  return new Map(
    [...costs].map(([name, all]) => [
      name,
      {
        wall: median(all.map(({ wall }) => wall)),
        processor: median(all.map(({ processor }) => processor)),
        command: median(all.map(({ command: seconds }) => seconds)),
        start: median(all.map(({ start }) => start)),
        run: median(all.map(({ run }) => run)),
      },
    ]),
  )
}

async function bare(command: string): Promise<Cost> {
  const { wall, processor } = await timed(folder, ['/bin/bash', '-euo', 'pipefail', '-c', command])
  return { wall, processor, command: wall, start: 0, run: 0 }
}

async function byAction(
  command: string,
  isolation: Isolation,
  count: number,
  warming: boolean,
): Promise<Cost> {
  const out = join(folder, 'bundle')
  await mkdir(join(folder, 'base/.github'), { recursive: true })
  const names = Array.from({ length: count }, (_, index) => `d${index}`)
  const settings = {
    specs: [{ id: 'bench', path: 'spec.md' }],
    diagnostics: Object.fromEntries(names.map((name) => [name, { run: command, needs: 'cpu' }])),
    isolation,
  }
  await writeFile(join(folder, 'base/.github/codicil.yml'), stringify(settings))
  const startedAt = Date.now()
  const cost = await timed(folder, [
    process.execPath,
    ...(warming ? ['--import', tellPeak] : []),
    action,
  ])
  if (warming) {
    const peak = Number(await readFile(peakFile, 'utf8')) / 1024
    process.stdout.write(`${command.slice(0, 40)}, ${isolation}: peak ${peak.toFixed(0)} MiB\n`)
  }
  const evidence = JSON.parse(await readFile(join(out, 'evidence.json'), 'utf8')) as {
    run: { startedAt: string; finishedAt: string }
    diagnostics: [{ seconds: number; exit: { code: number } }]
  }
  await rm(out, { recursive: true })
  const [{ seconds, exit }] = evidence.diagnostics
  if (exit.code !== 0) throw new Error(`${command} ended with ${exit.code} in the Action.`)
  const begun = Date.parse(evidence.run.startedAt)
  const run = (Date.parse(evidence.run.finishedAt) - begun) / 1000 - seconds
  return { ...cost, command: seconds, start: (begun - startedAt) / 1000, run }
}

function report(
  title: string,
  costs: ReadonlyMap<string, Cost>,
  facts: (cost: Cost, plain: Cost) => string[],
): void {
  const without = costs.get('bare')
  if (!without) return
  for (const [name, cost] of costs) {
    const shown =
      name === 'bare'
        ? [`wall ${milliseconds(cost.wall)}`, `processor ${milliseconds(cost.processor)}`]
        : facts(cost, without)
    process.stdout.write(`${title}, ${name}: ${shown.join('; ')}\n`)
  }
}

function share(cost: number, without: number): string {
  return `${((cost / without - 1) * 100).toFixed(2)} %`
}
