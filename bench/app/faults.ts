/**
 * Every call of the loop, to GitHub and to the database: it fails before it took effect and after, it
 * hangs, the app is killed in it, the app stands still in it while another copy takes over: the same
 * final state each time.
 *
 *     node bench/app/faults.ts [--points all] [--seed 1] [--together 8] [--processes 1] [--part 0]
 *
 * A number of points draws so many by the seed. `--processes` shares the points out.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Faulty } from '../../test/app/faulty.ts'
import { pointsOf, strike } from '../../test/app/points.ts'
import { Postgres, programs } from '../../test/app/postgres.ts'
import { Random } from '../../test/app/random.ts'

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: 'all' },
    seed: { type: 'string', default: '1' },
    together: { type: 'string', default: '8' },
    processes: { type: 'string', default: '1' },
    part: { type: 'string', default: '0/1' },
  },
})
const [part = 0, parts = 1] = values.part.split('/').map(Number)
const together = Number(values.together)

interface Count {
  /** Points that there are, and those that were tried here. */
  points: number
  tried: number
  wrong: number
  /** The loop took another way, and did not come by. */
  notMet: number
}

type Kind = 'api' | 'database' | 'processes'
type Counts = Record<Kind, Count>

const began = performance.now()
const counts = Number(values.processes) > 1 ? await shared() : await here()
const seconds = Math.round((performance.now() - began) / 1000)
process.stdout.write(`${JSON.stringify({ bench: 'faults', ...counts, seconds })}\n`)
process.exit(Object.values(counts).some(({ wrong }) => wrong > 0) ? 1 : 0)

/** Those of all points that are drawn and that this process tries. */
function mine<T>(points: readonly T[]): T[] {
  const shuffled = new Random(Number(values.seed)).shuffled(points)
  const drawn = values.points === 'all' ? shuffled : shuffled.slice(0, Number(values.points))
  return drawn.filter((_, index) => index % parts === part)
}

async function here(): Promise<Counts> {
  const loop = await Faulty.start()
  const calls = await loop.callPoints()
  const api = await each(calls, together, async (point) => {
    const { wrong, happened } = await loop.atCall(point)
    return { wrong, happened }
  })
  const statements = await loop.statementPoints()
  // One at a time: they are counted in the order in which they come.
  const database = await each(statements, 1, async (point) => {
    const { wrong, happened } = await loop.atStatement(point)
    return { wrong, happened }
  })
  await loop.stop()
  const none = { points: 0, tried: 0, wrong: 0, notMet: 0 }
  if (programs === null) return { api, database, processes: none }
  const postgres = await Postgres.start(['fsync=off', 'max_connections=400'])
  const processes = await each(await pointsOf(postgres), together, (point) =>
    strike(postgres, point),
  )
  await postgres.stop()
  return { api, database, processes }
}

async function each<Point>(
  points: readonly Point[],
  atOnce: number,
  attempt: (point: Point) => Promise<{ wrong: unknown; happened: boolean }>,
): Promise<Count> {
  const left = mine(points)
  const count = { points: points.length, tried: left.length, wrong: 0, notMet: 0 }
  const worker = async () => {
    for (let point = left.pop(); point !== undefined; point = left.pop()) {
      const { wrong, happened } = await attempt(point)
      if (wrong !== null) {
        count.wrong += 1
        process.stderr.write(`${JSON.stringify({ point, wrong })}\n`)
      }
      if (!happened) count.notMet += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return count
}

async function shared(): Promise<Counts> {
  const processes = Number(values.processes)
  const said = await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const { points, seed } = values
      const args = ['--points', points, '--seed', seed, '--together', `${together}`]
      const file = import.meta.filename
      const child = spawn(
        process.execPath,
        [...process.execArgv, file, ...args, '--part', `${index}/${processes}`],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let text = ''
      child.stdout.on('data', (chunk) => (text += String(chunk)))
      const [code] = (await once(child, 'close')) as [number]
      if (text === '') throw new Error(`A process ended with exit code ${code}.`)
      return JSON.parse(text) as Counts
    }),
  )
  const of = (kind: Kind): Count => {
    const all = said.map((one) => one[kind])
    const sum = (what: keyof Count) => all.reduce((total, one) => total + one[what], 0)
    const points = Math.max(...all.map((one) => one.points))
    return { points, tried: sum('tried'), wrong: sum('wrong'), notMet: sum('notMet') }
  }
  return { api: of('api'), database: of('database'), processes: of('processes') }
}
