/**
 * What a further diagnostic costs, and `setup`: built in each run, built to be kept, and kept.
 *
 *     node bench/setup.ts [--rounds 7] [--files 1000] [--megabytes 64] [--action <dist/index.js>]
 *
 * Runs of the built Action in bubblewrap, in turns; medians over the run that has one diagnostic and no
 * `setup`. What `setup` builds here costs next to nothing itself: so many small files and one large.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { median, milliseconds, timed, type Times } from './timed.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    files: { type: 'string', default: '1000' },
    megabytes: { type: 'string', default: '64' },
    action: { type: 'string', default: join(import.meta.dirname, '../dist/index.js') },
  },
})
/** Diagnostics beyond the first. */
const more = 10
const build = `seq ${values.files} | split -l 1 -a 4 - "$CODICIL_BUILD/f"; head -c ${values.megabytes}M /dev/zero > "$CODICIL_BUILD/large"`

interface Contestant {
  diagnostics: number
  setup?: { run: string; key?: string[] }
  /** What is kept is thrown away before each run. */
  cold?: boolean
}

const contestants: Record<string, Contestant> = {
  'no setup': { diagnostics: 1 },
  'further diagnostics': { diagnostics: 1 + more },
  'setup in each run': { diagnostics: 1, setup: { run: build } },
  'setup with a cold cache': { diagnostics: 1, setup: { run: build, key: ['lock'] }, cold: true },
  'setup with a warm cache': { diagnostics: 1, setup: { run: build, key: ['lock'] } },
}

const folder = await mkdtemp(join(tmpdir(), 'codicil-setup-'))
try {
  await mkdir(join(folder, 'source'))
  await writeFile(join(folder, 'source/lock'), '1\n')
  await mkdir(join(folder, 'base/.github'), { recursive: true })
  const times = new Map<string, Times[]>()
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const cost = await run(contestant, round > 0)
      // The first round warms the caches of the machine, and keeps what is to be kept.
      if (round > 0) times.set(name, [...(times.get(name) ?? []), cost])
    }
  }
  const middle = (name: string, part: keyof Times) =>
    median((times.get(name) ?? []).map((one) => one[part]))
  for (const [name, { diagnostics }] of Object.entries(contestants)) {
    const each = diagnostics > 1 ? diagnostics - 1 : 1
    const over = (part: keyof Times) =>
      milliseconds((middle(name, part) - middle('no setup', part)) / each)
    const shown =
      name === 'no setup'
        ? `wall ${milliseconds(middle(name, 'wall'))}, processor ${milliseconds(middle(name, 'processor'))}`
        : `${over('wall')} more, processor ${over('processor')} more${each > 1 ? ', each' : ''}`
    process.stdout.write(`${name}: ${shown}\n`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function run({ diagnostics, setup, cold }: Contestant, counts: boolean): Promise<Times> {
  if (cold) await rm(join(folder, 'tools'), { recursive: true, force: true })
  const names = Array.from({ length: diagnostics }, (_, index) => `d${index}`)
  const settings = {
    specs: [{ id: 'bench', path: 'spec.md' }],
    diagnostics: Object.fromEntries(names.map((name) => [name, { run: 'true', needs: 'cpu' }])),
    ...(setup && { setup }),
  }
  await writeFile(join(folder, 'base/.github/codicil.yml'), stringify(settings))
  const cost = await timed(folder, [process.execPath, resolve(values.action)])
  const out = join(folder, 'bundle')
  const evidence = JSON.parse(await readFile(join(out, 'evidence.json'), 'utf8')) as {
    diagnostics: { exit: { code: number } }[]
    setup?: { cached: boolean }
  }
  await rm(out, { recursive: true })
  if (evidence.diagnostics.some(({ exit }) => exit.code !== 0)) throw new Error('A run failed.')
  const warm = setup?.key !== undefined && !cold
  if (counts && setup && evidence.setup?.cached !== warm) {
    throw new Error(`What setup built was${warm ? ' not' : ''} kept.`)
  }
  return cost
}
