/**
 * Many stories in which deliveries are shuffled, doubled, delayed and dropped, and in some of which the
 * database is deleted: what GitHub shows in the end is that of the same story in which all went well.
 *
 *     node bench/app/shuffled.ts [--runs 1000] [--seed 1] [--processes 1] [--together 10]
 *         [--lose ACT]
 *
 * Seeds are drawn from `--seed` on. One line of JSON comes out; a seed that went wrong is printed with
 * what was shown. `--processes` shares the seeds out. The database is lost in three of
 * ten batches, or in all of them before one act.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Stage, type Ran } from '../../test/app/shuffled.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: '1' },
    together: { type: 'string', default: '10' },
    lose: { type: 'string' },
  },
})
const [runs, first, processes, together] = [
  Number(values.runs),
  Number(values.seed),
  Number(values.processes),
  Number(values.together),
]

interface Figures {
  bench: 'shuffled'
  runs: number
  wrong: number
  databaseLost: number
  deliveries: Stage['mail']['counts']
  seconds: number
}

const figures = processes > 1 ? await shared() : await here()
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(figures.wrong > 0 ? 1 : 0)

async function here(): Promise<Figures> {
  const began = performance.now()
  const stage = await Stage.open()
  const all: Ran[] = []
  for (let seed = first; seed < first + runs; seed += together) {
    const count = Math.min(together, first + runs - seed)
    const seeds = Array.from({ length: count }, (_, index) => seed + index)
    const ran = await stage.run(seeds, values.lose ? { loseBefore: Number(values.lose) } : {})
    for (const one of ran) if (one.wrong) process.stderr.write(`${JSON.stringify(one)}\n`)
    all.push(...ran)
  }
  await stage.close()
  return {
    bench: 'shuffled',
    runs: all.length,
    wrong: all.filter(({ wrong }) => wrong).length,
    databaseLost: all.filter(({ lostBefore }) => lostBefore !== null).length,
    deliveries: stage.mail.counts,
    seconds: Math.round((performance.now() - began) / 1000),
  }
}

async function shared(): Promise<Figures> {
  const each = Math.ceil(runs / processes)
  const parts = await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const count = Math.max(0, Math.min(each, runs - index * each))
      const args = ['--runs', `${count}`, '--seed', `${first + index * each}`]
      const file = import.meta.filename
      const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.on('data', (chunk) => (said += String(chunk)))
      const [code] = (await once(child, 'close')) as [number]
      if (said === '') throw new Error(`A process ended with exit code ${code}.`)
      return JSON.parse(said) as Figures
    }),
  )
  const sum = (of: (part: Figures) => number) => parts.reduce((total, part) => total + of(part), 0)
  const counts = Object.keys(parts[0]?.deliveries ?? {}) as (keyof Figures['deliveries'])[]
  return {
    bench: 'shuffled',
    runs: sum((part) => part.runs),
    wrong: sum((part) => part.wrong),
    databaseLost: sum((part) => part.databaseLost),
    deliveries: Object.fromEntries(
      counts.map((name) => [name, sum(({ deliveries }) => deliveries[name])]),
    ) as Figures['deliveries'],
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
  }
}
