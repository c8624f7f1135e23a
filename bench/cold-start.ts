/**
 * Time from starting the built Action to the first line of its log, in turns with a named peer.
 *
 *     node bench/cold-start.ts [--peer <folder of actions/checkout's dist>] [--rounds 20]
 *
 * The peer is not part of this repository: `--peer` or CODICIL_BENCH_PEER names a checkout of it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** Milliseconds that the first line may take. */
const target = 200

const { values } = parseArgs({
  options: {
    peer: { type: 'string', default: process.env['CODICIL_BENCH_PEER'] ?? '' },
    rounds: { type: 'string', default: '20' },
  },
})
const own = join(import.meta.dirname, '../dist/index.js')
const peer = join(values.peer, 'index.js')
const contestants = new Map([['codicil', own]])
if (existsSync(peer)) contestants.set('actions/checkout', peer)
else process.stdout.write('actions/checkout: skipped, name its dist folder with --peer\n')

const times = new Map([...contestants.keys()].map((name) => [name, [] as number[]]))
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [name, entry] of contestants) {
    const milliseconds = await firstLine(entry)
    // The first round warms the caches of the file system.
    if (round > 0) times.get(name)?.push(milliseconds)
  }
}
for (const [name, measured] of times) {
  const sorted = measured.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0)
  const size = statSync(contestants.get(name) ?? '').size
  process.stdout.write(
    `${name}: median ${at(0.5)} ms, ${at(0)} to ${at(1)} ms, ${sorted.length} rounds; entry ${size} bytes\n`,
  )
}
const median = times.get('codicil')?.toSorted((a, b) => a - b)[
  Math.floor(Number(values.rounds) / 2)
]
process.exitCode = median !== undefined && median < target ? 0 : 1

/** Both fail soon, for want of inputs; what is measured is how long they take to say anything. */
async function firstLine(entry: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-cold-start-'))
  const started = performance.now()
  const child = spawn(process.execPath, [entry], {
    cwd: folder,
    env: {
      PATH: '/usr/bin:/bin',
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
      GITHUB_REPOSITORY: 'octo/spec',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const closed = once(child, 'close')
  const line = once(child.stdout, 'data').then(() => performance.now() - started)
  const milliseconds = await Promise.race([line, closed.then(() => undefined)])
  if (milliseconds === undefined) throw new Error(`${entry} ended without printing a line.`)
  child.stdout.resume()
  await closed
  await rm(folder, { recursive: true })
  return milliseconds
}
