/** Mutates seeds of a target and runs it: the same seed number gives the same inputs. */
import { CodicilError } from '../../spec-tools/index.ts'
import type { Target } from './targets.ts'

export interface Finding {
  kind: 'crash' | 'hang'
  input: Uint8Array
  what: string
}

export interface Outcome {
  executions: number
  /** Of the process, MiB, as seen while running. */
  memory: number
  slowest: number
  findings: Finding[]
}

/** Milliseconds of this process's own time after which an input counts as one that hangs. */
const hang = 2000
/** Bytes of a mutated input. */
const longest = 64 * 1024

/** Runs a target on its seeds as they are, then on mutated ones until `enough` says so. */
export async function fuzz(
  target: Target,
  seed: number,
  enough: (executions: number) => boolean,
): Promise<Outcome> {
  const random = mulberry32(seed)
  const pool = [...target.seeds]
  const outcome: Outcome = { executions: 0, memory: 0, slowest: 0, findings: [] }
  while (!enough(outcome.executions)) {
    const at = outcome.executions
    const input =
      pool[at] ??
      mutated(pool[pick(random, pool.length)] ?? new Uint8Array(), pool, target.words, random)
    outcome.executions += 1
    const [finding, milliseconds] = await execute(target, input)
    outcome.slowest = Math.max(outcome.slowest, milliseconds)
    if (finding) outcome.findings.push(finding)
    // What was read without a refusal leads further in.
    else if (pool.length < 512 && random() < 0.02) pool.push(input)
    if (at % 256 === 0)
      outcome.memory = Math.max(outcome.memory, process.memoryUsage().rss / 2 ** 20)
    if (outcome.findings.length > 20) break
  }
  return outcome
}

/** A finding, if there is one, and how long the input took. */
export async function execute(
  { run }: Target,
  input: Uint8Array,
): Promise<[Finding | null, milliseconds: number]> {
  const before = process.cpuUsage()
  let crash: string | null = null
  try {
    await run(input)
  } catch (error) {
    if (!(error instanceof CodicilError))
      crash = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const { user, system } = process.cpuUsage(before)
  const milliseconds = (user + system) / 1000
  if (crash !== null) return [{ kind: 'crash', input, what: crash }, milliseconds]
  return [
    milliseconds > hang ? { kind: 'hang', input, what: `${Math.round(milliseconds)} ms` } : null,
    milliseconds,
  ]
}

function mutated(
  from: Uint8Array,
  pool: readonly Uint8Array[],
  words: readonly string[],
  random: () => number,
): Uint8Array {
  let bytes = Buffer.from(from)
  const times = 1 + pick(random, 6)
  for (let time = 0; time < times; time++) {
    const at = pick(random, bytes.length + 1)
    const length = pick(random, random() < 0.8 ? 12 : 400)
    const word = Buffer.from(words[pick(random, words.length)] ?? '')
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (pick(random, 7)) {
      case 0:
        bytes = Buffer.concat([before, after.subarray(length)])
        break
      case 1:
        bytes = Buffer.concat([before, word, after])
        break
      case 2:
        bytes = Buffer.concat([before, word, after.subarray(word.length)])
        break
      case 3:
        bytes = Buffer.concat([before, ...Array<Buffer>(1 + pick(random, 60)).fill(word), after])
        break
      case 4:
        bytes = Buffer.concat([before, after.subarray(0, length), after])
        break
      case 5: {
        const other = Buffer.from(pool[pick(random, pool.length)] ?? '')
        const start = pick(random, other.length + 1)
        bytes = Buffer.concat([before, other.subarray(start, start + length), after])
        break
      }
      default:
        bytes = Buffer.concat([before, Buffer.from([pick(random, 256)]), after.subarray(1)])
    }
  }
  return bytes.subarray(0, longest)
}

function pick(random: () => number, below: number): number {
  return Math.floor(random() * below)
}

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c, public domain. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
