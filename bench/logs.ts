/**
 * Reading of logs: MB/s on one thread, with all grammars active.
 *
 *     node bench/logs.ts [megabytes]
 *
 * The text is the seed's grammars repeated: the shared logs where they are present, else the same
 * grammar. Its figures are others each time, so that no reader can remember whole lines. The peer is a reader as a careful person writes it at first: split
 * into lines, one regular expression for `key=value`, one for `key: value`, and a split at commas.
 * Both see the same chunks, take turns, and the better of the runs of each counts. `kept` builds
 * every measurement that the limit allows; `counted` is the rate beyond the limit, where
 * measurements are read and counted but no longer kept: what a log of gigabytes runs at. Rates are
 * by the processor time of the thread, since a busy machine makes wall time say little; `wall` is
 * the counted rate by the clock.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogReader } from '../spec-tools/index.ts'

const megabytes = Number(process.argv[2] ?? 200)
const folder = join(import.meta.dirname, '../../shared/data/seed')
const source = { diagnostic: 'bench', file: 'logs/bench.txt' }
const chunkSize = 1 << 16

const own = `Loading model.bin...
hidden_dim=512, kv_dim=64, qkv_dim=640

Layer 0 fused F32 weight stats (as loaded):
  layer.weight: n=327680, mean=-0.000012, std=0.031903, min=-0.7056, max=0.6965
  layer 0: Q=147456b K=18432b V=18432b O=147456b G=786432b

Path A:
  Q-out [0..512]: n=512, mean=-0.004912, std=0.250898, min=-1.1314, max=1.2124
  embeddings                               mean=  0.000023 std=  0.018365  (n=3584)
Q-out comparison (F32 vs Q4K):
  max |diff|: 0.006294
  RMS diff:    0.000773
`

if (process.argv[1] === import.meta.filename) main()

function main(): void {
  const texts = grammars()
  for (const [name, text] of texts) {
    const chunks = repeated(text, megabytes)
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    const rates = { counted: 0, wall: 0, kept: 0, naive: 0 }
    for (let round = 0; round < 3; round++) {
      const counted = rate(size, () => read(chunks, 1000))
      rates.counted = Math.max(rates.counted, counted.thread)
      rates.wall = Math.max(rates.wall, counted.wall)
      rates.naive = Math.max(rates.naive, rate(size, () => naive(chunks)).thread)
    }
    const few = chunks.slice(0, Math.ceil((8 << 20) / chunkSize))
    const fewSize = few.reduce((sum, chunk) => sum + chunk.length, 0)
    for (let round = 0; round < 3; round++) {
      rates.kept = Math.max(rates.kept, rate(fewSize, () => read(few, 100_000)).thread)
    }
    const figures = [rates.counted, rates.wall, rates.kept, rates.naive]
    const [counted, wall, kept, peer] = figures.map((n) => n.toFixed(0))
    console.log(
      `${name.padEnd(34)} counted ${counted} MB/s (wall ${wall})  kept ${kept} MB/s  naive ${peer} MB/s  ` +
        `${(rates.counted / rates.naive).toFixed(1)}x`,
    )
  }
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)
}

/** Each grammar apart, and all of them one after the other. */
function grammars(): [name: string, text: string][] {
  if (!existsSync(folder)) {
    console.log('the shared seed is absent: its grammar with other figures')
    return [['own', own]]
  }
  const files = readdirSync(folder).filter((file) => /\.(?:txt|csv|json)$/.test(file))
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
  const each = files.map((file, at): [string, string] => [file, `${texts[at] ?? ''}\n`])
  return [['all of the seed', `${texts.join('\n')}\n`], ...each]
}

function repeated(text: string, size: number): Uint8Array[] {
  const figures = otherFigures()
  let many = ''
  while (many.length < Math.min(size, 4) << 20) many += figures(text)
  const block = new TextEncoder().encode(many)
  const chunks: Uint8Array[] = []
  for (let made = 0; made < size << 20; made += block.length) {
    for (let at = 0; at < block.length; at += chunkSize) {
      chunks.push(block.subarray(at, at + chunkSize))
    }
  }
  return chunks
}

/**
 * Gives a text other figures: every digit behind a decimal point, and all but the first of a whole
 * number behind `=` or `:`. Shapes stay, as they do in a log.
 */
function otherFigures(): (text: string) => string {
  let state = 1
  const digit = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return String(state >>> 16).slice(-1)
  }
  const figure = /(?<=(?<!shape)[=:]\s*[-+]?[1-9])\d+(?![\d.]*[-:^*])|(?<=\d\.\d*)\d/g
  return (text) => text.replaceAll(figure, (digits) => digits.replaceAll(/\d/g, digit))
}

/** Megabytes a second. */
function rate(size: number, work: () => number): { thread: number; wall: number } {
  const start = process.hrtime.bigint()
  const used = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(used)
  const wall = Number(process.hrtime.bigint() - start) / 1e3
  return { thread: size / (user + system), wall: size / wall }
}

function read(chunks: readonly Uint8Array[], measurements: number): number {
  const reader = createLogReader({ ...source, limits: { measurements } })
  for (const chunk of chunks) reader.push(chunk)
  const reading = reader.end()
  return reading.measurements.length + reading.beyond.measurements
}

function naive(chunks: readonly Uint8Array[]): number {
  const decoder = new TextDecoder()
  let figures = 0
  let rest = ''
  for (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const pairs = [...line.matchAll(/(\w+)\s*=\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)/gi)]
      figures += pairs.map(([, key, value]) => ({ key, value: Number(value) })).length
      if (pairs.length > 0) continue
      const pair = /^\s*([^:]+):\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)/i.exec(line)
      if (pair !== null) figures += Number.isFinite(Number(pair[2])) ? 1 : 0
      else figures += line.split(',').filter((cell) => /^\s*[-+]?[\d.]+/.test(cell)).length
    }
  }
  return figures
}
