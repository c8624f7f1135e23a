/**
 * The CUDA programs themselves: that they compile wherever there is nvcc, and that they pass and catch
 * their planted faults wherever there is a GPU.
 */
import { execa } from 'execa'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canaryName } from '../../../kernels-runner/gpu/canary.ts'
import { usualPaths } from '../../../kernels-runner/gpu/probe.ts'
import { architecturesHere, buildKernel, findNvcc } from '../../../kernels-runner/kernels/build.ts'
import { builtins, kernelSources } from '../../../kernels-runner/kernels/suite.ts'
import { readLog, readMeasurements } from '../../../spec-tools/index.ts'

const names = [...Object.keys(builtins), canaryName]
const nvcc = await findNvcc(process.env).catch(() => null)
const here = await architecturesHere(usualPaths).catch(() => [])
const noNvcc = nvcc === null
const noGpu = noNvcc || here.length === 0

interface Plant {
  name: string
  stage: string
}

/** Kept between runs of the tests: a source that has not changed is not compiled again. */
const cache = join(import.meta.dirname, '../../../.codicil/cache/kernels')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-programs-'))
}, 30_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

async function program(name: string): Promise<string> {
  if (nvcc === null) throw new Error('There is no nvcc.')
  const architectures = [...new Set(['sm_89', 'sm_90', ...here])]
  const built = await buildKernel({ name, sources: kernelSources, cache, nvcc, architectures })
  return join(built.folder, name)
}

async function start(name: string, args: string[], env: Record<string, string> = {}) {
  return execa(await program(name), args, { reject: false, env })
}

async function plantsOf(name: string): Promise<Plant[]> {
  const { stdout } = await start(name, ['--list-plants'])
  return stdout.split('\n').map((line) => {
    const [plant = '', stage = ''] = line.split('\t')
    return { name: plant, stage }
  })
}

describe.skipIf(noNvcc).each(names)('%s (skipped without nvcc)', (name) => {
  it('compiles for Ada and Hopper', { timeout: 180_000 }, async () => {
    expect(await program(name)).toContain(name)
  })

  it('lists faults to plant, each with the stage that must catch it', async () => {
    const plants = await plantsOf(name)
    expect(plants.length).toBeGreaterThanOrEqual(3)
    expect(new Set(plants.map((plant) => plant.name)).size).toBe(plants.length)
    for (const plant of plants) expect(plant.stage).toMatch(/^[a-z0-9-]+$/)
  })

  it('refuses a fault that it does not have, and lists those that it has', async () => {
    const { exitCode, stderr } = await start(name, ['--plant', 'no-such-fault'])
    expect(exitCode).toBe(2)
    for (const plant of await plantsOf(name)) expect(stderr).toContain(plant.name)
  })

  it.each([['--seed', '-1'], ['--seed', '1x'], ['--seed'], ['--faster']])(
    'refuses the arguments %s %s',
    async (...args) => {
      expect((await start(name, args)).exitCode).toBe(2)
    },
  )

  it.skipIf(!noGpu)('says that it cannot measure without a GPU', async () => {
    const { exitCode, stdout, stderr } = await start(name, [])
    expect(exitCode).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/no NVIDIA driver|no CUDA-capable device|NVIDIA GPU/)
  })
})

describe.skipIf(noGpu).each(names)('%s on the GPU (skipped without one)', (name) => {
  const source = { diagnostic: name, file: `logs/${name}.jsonl` }

  it('passes, and measures each stage on both sides', async () => {
    const file = join(folder, `${name}.jsonl`)
    const { exitCode, stdout } = await start(name, [], { CODICIL_MEASUREMENTS: file })
    expect(stdout).toContain(`verdict: PASS ${name}`)
    expect(exitCode).toBe(0)
    const { measurements, problems } = readMeasurements(await readFile(file), source)
    expect(problems).toEqual([])
    expect(measurements.length).toBeGreaterThan(5)
  })

  it('catches every planted fault at the stage that is named', async () => {
    const plants = await plantsOf(name)
    const caught: object[] = []
    for (const plant of plants) {
      const { exitCode, stdout } = await start(name, ['--plant', plant.name])
      const { measurements, claims } = readLog(stdout, source)
      const failed = measurements.find(({ figures }) => figures['passed']?.value === 0)
      const said = / first at stage (\S+) /.exec(claims.at(-1)?.text ?? '')?.[1]
      caught.push({ name: plant.name, exitCode, stage: failed?.stage, said })
    }
    expect(caught).toEqual(
      plants.map(({ name: plant, stage }) => ({ name: plant, exitCode: 1, stage, said: stage })),
    )
  })
})

describe.skipIf(noNvcc)('what all diagnostics share (skipped without nvcc)', () => {
  let shared: string

  beforeAll(async () => {
    shared = join(folder, 'records')
    const source = join(import.meta.dirname, 'records.cu')
    await execa(nvcc!.file, ['-std=c++17', '-I', kernelSources, '-o', shared, source])
  }, 60_000)

  async function records() {
    const { stdout } = await execa(shared, ['--records'])
    return readMeasurements(stdout, { diagnostic: 'records', file: 'logs/records.jsonl' })
  }

  it('writes measurements, whatever the numbers and texts', async () => {
    const { problems, measurements } = await records()
    expect(problems).toEqual([])
    expect(measurements[0]).toMatchObject({
      stage: 'a "quoted" \\ stage with a tab',
      figures: {
        n: { printed: '3' },
        mean: { printed: '0.100000000' },
        std: { value: 'NaN' },
        min: { value: '-Infinity' },
        max: { value: 'Infinity' },
        large: { printed: '123456789.0' },
      },
    })
  })

  it('draws the same random numbers on every machine', async () => {
    const { figures } = (await records()).measurements[1]!
    expect(figures['first']?.printed).toBe('-2.05031133')
    expect(figures['uniform']?.printed).toBe('0.117371202')
    expect(Math.abs(Number(figures['mean']?.value))).toBeLessThan(0.01)
    expect(Math.abs(Number(figures['std']?.value) - 1)).toBeLessThan(0.01)
  })

  async function judged(...args: string[]) {
    const { exitCode, stdout, stderr } = await execa(shared, args, { reject: false })
    const reading = readLog(stdout, { diagnostic: 'stages', file: 'logs/stages.stdout.log' })
    return { exitCode, stderr, ...reading, claims: reading.claims.map(({ text }) => text) }
  }

  it('passes a stage within its bound, with the figures of both sides and of the pair', async () => {
    const { exitCode, measurements, claims, unread } = await judged()
    expect(exitCode).toBe(0)
    expect(unread).toBe(0)
    expect(claims.at(-1)).toBe('verdict: PASS stages on a stand-in (sm_0)')
    const first = measurements.filter(({ stage }) => stage === 'first')
    expect(first.map(({ side, against }) => [side, against])).toEqual([
      ['candidate', null],
      ['reference', null],
      ['candidate', 'reference'],
    ])
    expect(first.map(({ facts }) => [facts.n, facts.compute])).toEqual([
      [3, 'F32'],
      [3, 'F64'],
      [3, undefined],
    ])
    expect(first[2]?.figures).toMatchObject({
      max_abs_diff: { value: 0.5 },
      error_over_bound: { value: 1 },
      passed: { value: 1 },
    })
  })

  it.each([
    ['an element is beyond its bound', 'off'],
    ['an element is NaN', 'nan'],
    ['it has no elements', 'empty'],
    ['it has no criterion', 'unjudged'],
    ['a criterion is NaN', 'nan-criterion'],
  ])('fails a stage where %s, and names the first', async (_what, plant) => {
    const { exitCode, measurements, claims } = await judged('--plant', plant)
    expect(exitCode).toBe(1)
    expect(claims.at(-1)).toContain('verdict: FAIL stages first at stage second ')
    const failed = measurements.filter(({ figures }) => figures['passed']?.value === 0)
    expect(failed.map(({ stage }) => stage)).toEqual(['second', 'third'])
  })

  it('marks what was measured with a planted fault', async () => {
    const { measurements } = await judged('--plant', 'off')
    const kernels = measurements.map(({ side, facts }) => side === 'candidate' && facts.kernel)
    expect(new Set(kernels)).toEqual(new Set([false, 'stages planted off']))
  })

  it.each([
    ['sizes', 'second compares tensors of different sizes'],
    ['twice', 'A record states violations twice'],
  ])('measures nothing where it was programmed wrongly (%s)', async (plant, message) => {
    const { exitCode, stderr } = await judged('--plant', plant)
    expect(exitCode).toBe(3)
    expect(stderr).toContain(message)
  })

  it('keeps records out of the output when they have a file of their own', async () => {
    const file = join(folder, 'own.jsonl')
    const { stdout } = await execa(shared, [], { env: { CODICIL_MEASUREMENTS: file } })
    expect(stdout).not.toContain('{')
    const { measurements } = readMeasurements(await readFile(file), {
      diagnostic: 'stages',
      file: 'logs/own.jsonl',
    })
    expect(measurements).toHaveLength(9)
  })
})
