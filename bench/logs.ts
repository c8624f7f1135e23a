/**
 * Reading of logs: milliseconds for as much of a stream as the runner keeps, with all grammars active.
 *
 *     node bench/logs.ts [mebibytes]
 *
 * The text is the seed's grammars repeated: the shared logs where they are present, else the same
 * grammar; its figures are others each time. The peer is a reader as a careful person writes it at
 * first: split into lines, one regular expression for `key=value`, one for `key: value`, and a split
 * at commas. Both take turns, and the better of eight runs of each counts, by the processor time of
 * the thread.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLog } from '../spec-tools/index.ts'

const mebibytes = Number(process.argv[2] ?? 2)
const folder = join(import.meta.dirname, '../../shared/data/seed')
const source = { diagnostic: 'bench', file: 'logs/bench.txt' }

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
  for (const [name, text] of grammars()) {
    const log = repeated(text, mebibytes)
    let [best, peer] = [Infinity, Infinity]
    for (let round = 0; round < 8; round++) {
      best = Math.min(
        best,
        milliseconds(() => readLog(log, source).lines),
      )
      peer = Math.min(
        peer,
        milliseconds(() => naive(log)),
      )
    }
    console.log(`${name.padEnd(36)} ${best.toFixed(0)} ms  naive ${peer.toFixed(0)} ms`)
  }
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

function repeated(text: string, size: number): Uint8Array {
  const figures = otherFigures()
  let many = ''
  while (many.length < size << 20) many += figures(text)
  return new TextEncoder().encode(many.slice(0, size << 20))
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

function milliseconds(work: () => number): number {
  const used = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(used)
  return (user + system) / 1e3
}

function naive(log: Uint8Array): number {
  let figures = 0
  for (const line of new TextDecoder().decode(log).split('\n')) {
    const pairs = [...line.matchAll(/(\w+)\s*=\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)/gi)]
    figures += pairs.map(([, key, value]) => ({ key, value: Number(value) })).length
    if (pairs.length > 0) continue
    const pair = /^\s*([^:]+):\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)/i.exec(line)
    if (pair !== null) figures += Number.isFinite(Number(pair[2])) ? 1 : 0
    else figures += line.split(',').filter((cell) => /^\s*[-+]?[\d.]+/.test(cell)).length
  }
  return figures
}
