import { describe, expect, it } from 'vitest'
import type { Arithmetic } from '../kernels-runner/tensors/model/arithmetic.ts'
import type { Fault } from '../kernels-runner/tensors/model/faults.ts'
import { type Capture, forward } from '../kernels-runner/tensors/model/transformer.ts'
import { f32, f64, Folder, safetensors, type Stage } from '../kernels-runner/tensors/write.ts'
import { codicil } from './codicil.ts'

const seed = 7
const arithmetic: Arithmetic = { precision: 'f32', summation: 'forward', tile: 1024 }
const backward: Arithmetic = { ...arithmetic, summation: 'backward' }

/** The small transformer's stages by name. */
function run(used: Arithmetic, fault?: Fault): Map<string, Capture> {
  const captures = forward(seed, used, fault && { fault, layer: 1 })
  return new Map(captures.map((capture) => [capture.name, capture]))
}

const exact = run({ ...arithmetic, precision: 'f64' })

/** `times` the bias of a projection added to x, in f64. */
function biased(x: Capture, part: 'k' | 'v', times = 1): Float64Array {
  const [before, after] = [`layers.1.${part}_proj`, `layers.1.${part}_bias`].map((name) =>
    exact.get(name)!.values.subarray(0, x.shape.at(-1)),
  )
  const bias = after!.map((value, at) => value - before![at]!)
  return x.values.map((value, at) => value + times * bias[at % bias.length]!)
}

function stagesOf(captures: Map<string, Capture>, leftOut = ''): Stage[] {
  return [...captures.values()]
    .filter(({ name }) => name !== leftOut)
    .map(({ name, shape, values }) => f32(name, values, shape))
}

/** Replays of a bias stage: by the side itself where `times` says how often it adds the bias. */
function replays(
  part: 'k' | 'v',
  { own, other, times }: { own: Capture; other: Capture; times?: number },
): Stage[] {
  const name = `layers.1.${part}_bias`
  const again = times === undefined ? [] : [biased(other, part, times)]
  return [
    f64(`${name}@f64`, biased(own, part), own.shape),
    ...again.map((values) => f32(`${name}@replay`, values, own.shape)),
  ]
}

async function comparing(candidate: readonly Stage[], reference: readonly Stage[]) {
  using folder = new Folder()
  const a = folder.file('a.safetensors', safetensors(candidate))
  const b = folder.file('b.safetensors', safetensors(reference))
  const [{ stdout }, { stdout: text }] = await Promise.all([
    codicil('compare', a, b, '--json'),
    codicil('compare', a, b),
  ])
  return { ...(JSON.parse(stdout) as Judged), text }
}

interface Judged {
  rows: { stage: string }[]
  first: string[]
  divergence: {
    replays: {
      side: string
      injected: { value: number | null; text: string }
      propagated: { value: number } | null
      atFault: string
    }[]
  }
  next: { kind: string }[]
}

describe('replays of the first divergent stage in tensor files', () => {
  const [faulty, clean] = [run(arithmetic, 'doubled-bias'), run(backward)]
  const [inA, inB] = [faulty.get('layers.1.k_proj')!, clean.get('layers.1.k_proj')!]

  it('blame the side whose own computation injects the error', async () => {
    const { first, divergence, text, next } = await comparing(
      [...stagesOf(faulty), ...replays('k', { own: inA, other: inB, times: 2 })],
      [...stagesOf(clean), ...replays('k', { own: inB, other: inA, times: 1 })],
    )
    expect(first).toEqual(['layers.1.k_bias'])
    const [a, b] = divergence.replays
    expect([a!.atFault, b!.atFault]).toEqual(['yes', 'no'])
    expect(a!.injected.value).toBeGreaterThan(0.1)
    expect(b!.injected.value).toBeLessThan(1e-6)
    // Sums in another order came in.
    expect(a!.propagated!.value).toBeGreaterThan(0)
    expect(a!.propagated!.value).toBeLessThan(1e-5)
    expect(text).toContain('the stage itself is at fault')
    expect(next.map(({ kind }) => kind)).toEqual(['control'])
  })

  it('tell an error that came in with inputs that were not captured', async () => {
    const [moved, plain] = [run(arithmetic, 'permuted-layout'), run(backward)]
    const [a, b] = [moved.get('layers.1.v_proj')!, plain.get('layers.1.v_proj')!]
    const { first, divergence } = await comparing(
      [...stagesOf(moved, a.name), ...replays('v', { own: a, other: b, times: 1 })],
      [...stagesOf(plain, b.name), ...replays('v', { own: b, other: a, times: 1 })],
    )
    expect(first).toEqual(['layers.1.v_bias'])
    expect(divergence.replays.map(({ atFault }) => atFault)).toEqual(['no', 'no'])
    expect(divergence.replays[0]!.propagated!.value).toBeGreaterThan(0.5)
  })

  it('need no inputs of the other side to see what a side injects into its own', async () => {
    const { divergence, next } = await comparing(
      [...stagesOf(faulty), ...replays('k', { own: inA, other: inB })],
      stagesOf(clean),
    )
    expect(divergence.replays).toMatchObject([
      { side: 'candidate', atFault: 'yes', propagated: null },
    ])
    // The reference was not replayed yet.
    expect(next.map(({ kind }) => kind)).toEqual(['replay', 'control'])
  })

  it('are infinite where the stage is not finite and f64 is', async () => {
    const broken = { ...faulty.get('layers.1.k_bias')!, values: Float64Array.of(...inA.values) }
    broken.values[3] = Number.NaN
    const { divergence } = await comparing(
      [
        ...stagesOf(new Map([...faulty, [broken.name, broken]])),
        ...replays('k', { own: inA, other: inB }),
      ],
      stagesOf(clean),
    )
    expect(divergence.replays).toMatchObject([{ injected: { text: '+Inf' }, atFault: 'yes' }])
  })

  it('are no stages of the computation', async () => {
    const { rows } = await comparing(
      [...stagesOf(faulty), ...replays('k', { own: inA, other: inB, times: 2 })],
      stagesOf(clean),
    )
    expect(rows.map(({ stage }) => stage)).toEqual([...clean.keys()])
  })

  it('are left alone where they cannot be paired', async () => {
    const { divergence } = await comparing(
      [...stagesOf(faulty), f64('layers.1.k_bias@f64', [1, 2, 3])],
      stagesOf(clean),
    )
    expect(divergence.replays).toEqual([])
  })
})

describe('repeats of a side in tensor files', () => {
  const x = [1, -2, 3, 0.5, -0.25, 4]
  const stage = (by: number) =>
    safetensors([
      f32(
        'x',
        x.map((value) => value * by),
        [2, 3],
      ),
    ])

  async function repeated(a: number, b: number, flags: Record<string, number>, ...more: string[]) {
    using folder = new Folder()
    const files = [folder.file('a.safetensors', stage(a)), folder.file('b.safetensors', stage(b))]
    const repeats = Object.entries(flags).flatMap(([flag, by], index) => [
      `--repeat-${flag}`,
      folder.file(`${index}.safetensors`, stage(by)),
    ])
    const ran = await codicil('compare', ...files, ...repeats, ...more, '--json')
    const text = (await codicil('compare', ...files, ...repeats, ...more)).stdout
    return { text, ...ran, row: JSON.parse(ran.stdout).rows[0] as Record<string, unknown> }
  }

  it('make the floor, and show that a side is not reproducible, be it either', async () => {
    const noisy = {
      verdict: 'UNPROVEN',
      cell: expect.stringContaining('not reproducible'),
      floor: { origin: 'measured' },
    }
    const a = await repeated(1.01, 1, { candidate: 1.03 })
    expect(a).toMatchObject({ code: 3, row: noisy })
    expect(a.text).toContain('Repeat of a.safetensors: ')
    const b = await repeated(1.01, 1, { reference: 1.02 })
    expect(b).toMatchObject({ code: 3, row: noisy })
    expect(b.row['floor']).toMatchObject({
      text: expect.stringContaining('repeats of b.safetensors'),
    })
  })

  it('count by the larger of A-A, B-B and the declared floor', async () => {
    const both = { candidate: 1.011, reference: 1.005 }
    expect((await repeated(1.01, 1, both)).row).toMatchObject({
      verdict: 'DIVERGENT',
      cell: 'DIVERGENT(relL2 .01>.005)',
    })
    expect((await repeated(1.01, 1, both, '--floor', '0.02')).row).toMatchObject({
      cell: 'MATCH(relL2 .01≤.02)',
      floor: { origin: 'declared' },
    })
  })

  it('leave the predicted floor where they agree, which is said', async () => {
    const { text, row } = await repeated(1.01, 1, { candidate: 1.01 })
    expect(row).toMatchObject({ verdict: 'DIVERGENT', floor: { origin: 'predicted' } })
    expect(text).toMatch(/^Repeat of a\.safetensors: .+ agrees in all of 1 stage\.$/m)
  })

  it('say nothing where they are not comparable with the first run', async () => {
    using folder = new Folder()
    const a = folder.file('a.safetensors', stage(1))
    const other = folder.file('c.safetensors', safetensors([f32('x', x)]))
    const { code, stdout } = await codicil('compare', a, a, '--repeat-candidate', other)
    expect(code).toBe(0)
    expect(stdout).toContain('says nothing about the noise of x: shape [6]≠[2,3]')
  })

  it('are explained on the help page', async () => {
    const { stdout } = await codicil('compare', '--help')
    expect(stdout).toMatch(/--repeat-candidate <file> .+\(A-A\)/)
    expect(stdout).toMatch(/--repeat-reference <file> .+\(B-B\)/)
    expect(stdout).toContain('@f64')
    expect(stdout).toContain('@replay')
  })
})
