import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeCaptures } from '../kernels-runner/tensors/model/captures.ts'
import { staleToken } from '../kernels-runner/tensors/model/faults.ts'
import {
  Folder,
  bytesOf,
  f32,
  gguf,
  npy,
  npz,
  safetensors,
  type Stage,
} from '../kernels-runner/tensors/write.ts'
import { codicil, compared } from './codicil.ts'

const values = [1, -2, 3, 0.5, -0.25, 4]
const x = f32('x', values, [2, 3])

/** Two safetensors files of these stages, compared. */
async function comparing(
  candidate: readonly Stage[],
  reference: readonly Stage[],
  {
    metadata = [],
    flags = [],
  }: { metadata?: Readonly<Record<string, string>>[]; flags?: string[] } = {},
) {
  using folder = new Folder()
  return await compared(
    folder.file('a.safetensors', safetensors(candidate, metadata[0])),
    folder.file('b.safetensors', safetensors(reference, metadata[1] ?? metadata[0])),
    ...flags,
  )
}

describe('the exit code of compare', () => {
  it('is 0 where all stages match', async () => {
    const { code, json } = await comparing([x], [x])
    expect(code).toBe(0)
    expect(json).toMatchObject({ first: [], next: [], rows: [{ verdict: 'MATCH', std_ratio: 1 }] })
  })

  it('is 1 where a stage diverges, even beside one that cannot be judged', async () => {
    const moved = f32('x', [9, -2, 3, 0.5, -0.25, 4], [2, 3])
    const { code, json } = await comparing([moved], [x, f32('y', [1])])
    expect(code).toBe(1)
    expect(json.first).toEqual(['x'])
    expect(json.rows.map(({ verdict }) => verdict)).toEqual(['DIVERGENT', 'MISSING'])
  })

  it('is 3 where nothing diverges but something could not be judged', async () => {
    const { code, json } = await comparing([x], [x, f32('y', [1])])
    expect(code).toBe(3)
    expect(json.rows[1]).toMatchObject({ stage: 'y', cell: 'MISSING(A)', candidate: null })
    expect(json.next[0]).toMatchObject({ kind: 'repair', stages: ['y'] })
  })

  it.each([
    ['one file', ['a']],
    ['a floor that is no number', ['a', 'b', '--floor', 'much']],
    ['no threads', ['a', 'b', '--threads', '0']],
    ['tokens that are no ids', ['a', 'b', '--tokens', 'the,cat']],
    ['an unknown selection', ['a', 'b', '--selection', 'first']],
    ['a stage twice', ['a', 'b', '--stages', 'x,y,x']],
    ['an unknown flag', ['a', 'b', '--flour', '1']],
  ])('is 2 for %s', async (_, args) => {
    const { code, stderr } = await codicil('compare', ...args)
    expect(code).toBe(2)
    expect(stderr).toContain('Usage: codicil compare <candidate> <reference>')
  })

  it('is 1 for a file that cannot be read, with its name, place and remedy', async () => {
    using folder = new Folder()
    const good = folder.file('a.safetensors', safetensors([x]))
    const cut = folder.file('b.safetensors', safetensors([x]).subarray(0, -4))
    const { code, stderr, stdout } = await codicil('compare', good, cut)
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^codicil compare: \S*b\.safetensors, byte \d+: .+\. .+\.\n$/)
    expect(stderr).not.toContain('    at ')
  })
})

describe('a row of compare --json', () => {
  it('has no ratio where the shapes differ', async () => {
    const { code, json } = await comparing([x], [f32('x', values, [3, 2])])
    expect(code).toBe(3)
    expect(json.rows[0]).toMatchObject({
      verdict: 'INCOMPARABLE',
      cell: 'INCOMPARABLE(shape [2,3]≠[3,2])',
      relative_l2: null,
    })
    expect(json.rows[0]).not.toHaveProperty('std_ratio')
    expect(json.first).toEqual([])
  })

  it('has no ratio where one side alone says which tokens it holds', async () => {
    const metadata: Record<string, string>[] = [{ selection: 'all' }, { note: 'none' }]
    const { json } = await comparing([x], [x], { metadata })
    expect(json.rows[0]).toMatchObject({ verdict: 'UNPROVEN', cell: 'UNPROVEN(tok?)' })
    expect(json.rows[0]).not.toHaveProperty('std_ratio')
  })

  it('is judged where the selection is asserted, and says so', async () => {
    const { code, json } = await comparing([x], [x], {
      metadata: [{ selection: 'all' }, { note: 'none' }],
      flags: ['--selection', 'all'],
    })
    expect(code).toBe(0)
    expect(json.rows[0]).toMatchObject({
      candidate: { asserted: [] },
      reference: { asserted: ['selection'] },
    })
  })

  it('is NO-DATA for empty tensors, which never pass', async () => {
    const { code, json } = await comparing([f32('x', [], [0, 3])], [f32('x', [], [0, 3])])
    expect(code).toBe(3)
    expect(json.rows[0]).toMatchObject({ cell: 'NO-DATA', candidate: { n: 0, mean: null } })
  })

  it('is NONFINITE where one side alone is not finite, with the metrics of the rest', async () => {
    const { code, json } = await comparing([f32('x', values.with(4, NaN), [2, 3])], [x])
    expect(code).toBe(1)
    expect(json.rows[0]).toMatchObject({
      cell: 'NONFINITE(A: 1 NaN @4)',
      n_finite: 5,
      relative_l2: 0,
      candidate: { n_nan: 1 },
    })
    expect(json.first).toEqual(['x'])
  })

  it('rests on the coarser of two types', async () => {
    const halves = Float16Array.from(values, (value) => value * (1 + 2 ** -12))
    const f16 = { name: 'x', dtype: 'F16', shape: [2, 3], data: bytesOf(halves) }
    const { json } = await comparing(
      [f16],
      [
        f32(
          'x',
          values.map((v) => v * 1.0002),
          [2, 3],
        ),
      ],
    )
    expect(json.rows[0]).toMatchObject({
      verdict: 'MATCH',
      candidate: { dtype: 'F16' },
      reference: { dtype: 'F32' },
      floor: { origin: 'predicted' },
    })
  })

  it('holds the details that were asked for', async () => {
    const { json } = await comparing([f32('x', values.with(0, 1.5), [2, 3])], [x], {
      flags: ['--quantiles'],
    })
    expect(json.rows[0]).toMatchObject({
      quantiles: { p50: 0, method: 'exact' },
      argmax: { rows: 2, matches: 2 },
      ulp: { max: 2 ** 22 },
      candidate: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })
})

describe('stages of compare', () => {
  const three = ['x', 'y', 'z'].map((name) => f32(name, values, [2, 3]))

  it('come in the order of the metadata, else of the data', async () => {
    const names = async (metadata: Record<string, string>[]) => {
      const { json } = await comparing(three, three, { metadata })
      return json.rows.map(({ stage }) => stage)
    }
    expect(await names([])).toEqual(['x', 'y', 'z'])
    expect(await names([{ stages: '["z","x","y"]' }])).toEqual(['z', 'x', 'y'])
  })

  it('are those asked for, in that order, and a name that no file has is no match', async () => {
    const { code, json } = await comparing(three, three, { flags: ['--stages', 'z,gap,x'] })
    expect(json.rows.map(({ stage, verdict }) => [stage, verdict])).toEqual([
      ['z', 'MATCH'],
      ['gap', 'NO-DATA'],
      ['x', 'MATCH'],
    ])
    expect(code).toBe(3)
  })

  it('are a bracket where captures before the divergent one are missing', async () => {
    const apart = f32(
      'z',
      values.map((value) => -value),
      [2, 3],
    )
    const { json } = await comparing([three[0]!, apart], three)
    expect(json.first).toEqual(['y', 'z'])
  })

  it('are held against a declared floor', async () => {
    const scaled = f32(
      'x',
      values.map((value) => 1.05 * value),
      [2, 3],
    )
    const verdict = async (floor: string) =>
      (await comparing([scaled], [x], { flags: ['--floor', floor] })).json.rows[0]?.cell
    expect(await verdict('0.1')).toBe('MATCH(relL2 .05≤.1)')
    expect(await verdict('0.01')).toBe('DIVERGENT(relL2 .05>.01)')
  })
})

it.each([
  ['a.npy', 'b.safetensors'],
  ['b.safetensors', 'c.npz'],
  ['c.npz', 'd.gguf'],
  ['d.gguf', 'a.npy'],
])('%s and %s can be compared', async (candidate, reference) => {
  using folder = new Folder()
  const data = bytesOf(Float32Array.from(values))
  const array = npy("'<f4'", [2, 3], data)
  folder.file('a.npy', array)
  folder.file('b.safetensors', safetensors([x]))
  folder.file('c.npz', await npz({ x: array }, true))
  folder.file('d.gguf', gguf([{ name: 'x', dims: [3, 2], type: 0, data }]))
  const paths = [candidate, reference].map((name) => join(folder.path, name))
  const { code, json } = await compared(...paths)
  expect(code).toBe(0)
  expect(json.rows).toMatchObject([{ verdict: 'MATCH', candidate: { n: 6 } }])
})

describe('what compare prints', () => {
  it('is a table, the first divergent stage, the token at fault and the next step', async () => {
    using folder = new Folder()
    const [a, b] = ['a.safetensors', 'b.safetensors'].map((name) => join(folder.path, name))
    writeCaptures(a!, { fault: 'stale-token' })
    writeCaptures(b!)
    const { code, stdout, stderr } = await codicil('compare', a!, b!)
    expect(code).toBe(1)
    expect(stdout).toContain(
      '29 MATCH, 34 DIVERGENT.\nThe first stage with a divergence is layers.1.k_rope.',
    )
    expect(stdout).toContain('In layers.1.k_rope 1 of 10 rows has a relative L2 above ')
    expect(stdout).toContain(`: row ${staleToken} (token 35); the others have at most 0.`)
    expect(stdout).toContain('Next: Replay layers.1.k_rope of a.safetensors and of b.safetensors')
    const lines = stdout.split('\n').filter((line) => /(?:MATCH|DIVERGENT)\(/.test(line))
    // What diverges stands first; the rest is folded.
    expect(lines).toHaveLength(12)
    expect(lines.every((line) => line.includes('DIVERGENT('))).toBe(true)
    expect(stdout).toContain('… and 51 more; --all shows them.')
    const all = await codicil('compare', '--all', a!, b!)
    expect(all.stdout.match(/(?:MATCH|DIVERGENT)\(/g)).toHaveLength(63)
    // Columns are aligned, and there is no progress where nobody watches.
    expect(new Set(lines.map((line) => line.search(/(?:MATCH|DIVERGENT)\(/))).size).toBe(1)
    expect(stderr).toBe('')
  })

  it('has no ratio column where nothing may be set in relation', async () => {
    using folder = new Folder()
    const a = folder.file('a.safetensors', safetensors([x]))
    const b = folder.file('b.safetensors', safetensors([f32('x', values, [3, 2])]))
    const { stdout } = await codicil('compare', a, b)
    expect(stdout).toContain('INCOMPARABLE(shape [2,3]≠[3,2])')
    expect(stdout).not.toContain('ratio')
  })

  it('shows escapes in names of stages as what they are', async () => {
    using folder = new Folder()
    const evil = f32('x\u001B[2J\nMATCH(all)', values, [2, 3])
    const a = folder.file('a.safetensors', safetensors([evil]))
    const { stdout } = await codicil('compare', a, a)
    expect(stdout).not.toContain('\u001B')
    expect(stdout).not.toMatch(/^MATCH\(all\)/m)
  })
})
