import { describe, expect, it } from 'vitest'
import {
  judgeTensors,
  predictedFloor,
  type TensorOptions,
  type TensorPair,
  type TensorSide,
  unitRoundoff,
} from '../../spec-tools/judge/index.ts'

const value = (figure: number) => ({ value: figure })

function side(changed: Partial<Omit<TensorSide, 'stats'>> = {}, nan = 0): TensorSide {
  return {
    path: 'a.safetensors',
    tensor: { dtype: 'F32', shape: [4, 8], unreadable: null },
    facts: {},
    ...changed,
    stats: {
      n: (changed.tensor?.shape ?? [4, 8]).reduce((n, size) => n * size, 1),
      nNan: nan,
      nPosInf: 0,
      nNegInf: 0,
      mean: value(0.1),
      std: value(1),
      min: value(-2),
      max: value(2),
      l2: value(5),
    },
  }
}

type Pair = NonNullable<TensorPair['pair']>

function stage(
  relativeL2: number,
  pair: Partial<Pair> = {},
  changed: Partial<TensorPair> = {},
): TensorPair {
  return {
    stage: 's',
    a: side(),
    b: side(),
    unpaired: null,
    rowWidth: 8,
    pair: {
      nFinite: 32,
      nonFiniteMismatch: null,
      maxAbsDiff: value(0),
      rmsDiff: value(relativeL2),
      normA: value(5),
      normB: value(5),
      relativeL2: value(relativeL2),
      worstRow: null,
      cosine: value(1),
      ...pair,
    },
    ...changed,
  }
}

const declared = { floor: { relativeL2: 0.02 } }

function cellOf(pair: TensorPair, options: TensorOptions = declared): string {
  return judgeTensors([pair], options).rows[0]!.cell.text
}

describe('the verdict on two tensors', () => {
  it('matches at or below the floor, and diverges above it', () => {
    expect(cellOf(stage(0.0026))).toBe('MATCH(relL2 .0026≤.02)')
    expect(cellOf(stage(0.21))).toBe('DIVERGENT(relL2 .21>.02)')
  })

  it('names the row in which alone they differ', () => {
    expect(cellOf(stage(0.01, { worstRow: { row: 5, relativeL2: 0.9 } }))).toBe(
      'DIVERGENT(row 5 relL2 .9>.06)',
    )
  })

  it('sees a few wrong elements in many', () => {
    const few = stage(1e-7, { maxAbsDiff: value(0.5) })
    expect(cellOf(few, {})).toContain('DIVERGENT(max|d|/max|b| .25>')
  })

  it('puts a value that is not finite first, with its count and place', () => {
    const mismatch = { count: 3, index: 17, a: 'finite', b: 'nan' } as const
    const broken = stage(0, { nonFiniteMismatch: mismatch }, { b: side({}, 3) })
    expect(cellOf(broken)).toBe('NONFINITE(B: 3 NaN @17)')
  })

  it('tells two kinds of values apart that are not finite', () => {
    const mismatch = { count: 1, index: 2, a: '+inf', b: 'nan' } as const
    const a = side()
    a.stats!.nPosInf = 1
    const broken = stage(0, { nonFiniteMismatch: mismatch }, { a, b: side({}, 1) })
    expect(cellOf(broken)).toBe('NONFINITE(A: 1 +Inf @2; B: 1 NaN @2)')
  })

  it('judges the rest where the same elements are not finite on both sides, and says so', () => {
    const both = stage(0.001, { nFinite: 30 }, { a: side({}, 2), b: side({}, 2) })
    const { rows, warnings } = judgeTensors([both], declared)
    expect(rows[0]!.cell.text).toBe('MATCH(relL2 .001≤.02)')
    expect(warnings).toEqual([
      's: 2 elements are not finite on both sides alike; judged over the other 30.',
    ])
  })

  it('is no match where nothing is finite', () => {
    const none = stage(0, { nFinite: 0 }, { a: side({}, 32), b: side({}, 32) })
    expect(cellOf(none)).toBe('NONFINITE(A: 32 NaN @0; B: 32 NaN @0)')
  })

  it.each([
    ['both', 0, 0, 'MATCH(both 0)'],
    ['the candidate', 0, 5, 'DIVERGENT(A is 0)'],
    ['the reference', 5, 0, 'DIVERGENT(B is 0)'],
  ])('knows what it means that %s is zero', (_, a, b, text) => {
    const relativeL2 = b === 0 ? { value: null, why: 'norm(b) is 0' } : value(1)
    expect(cellOf(stage(1, { normA: value(a), normB: value(b), relativeL2 }))).toBe(text)
  })

  it('does not compare different shapes', () => {
    const a = side({ tensor: { dtype: 'F32', shape: [8, 4], unreadable: null } })
    expect(cellOf(stage(0, {}, { a, pair: null, unpaired: 'shapes differ' }))).toBe(
      'INCOMPARABLE(shape [8,4]≠[4,8])',
    )
  })

  it('does not compare what the files say was selected differently', () => {
    const [a, b] = [side({ facts: { selection: 'all' } }), side({ facts: { selection: 'last' } })]
    expect(cellOf(stage(0, {}, { a, b }))).toBe('INCOMPARABLE(tok all≠last)')
    expect(cellOf(stage(0, {}, { a }))).toBe('UNPROVEN(tok?)')
  })

  it('says what is missing', () => {
    expect(cellOf(stage(0, {}, { b: null, pair: null }))).toBe('MISSING(B)')
    expect(cellOf(stage(0, {}, { a: null, pair: null }))).toBe('MISSING(A)')
  })

  it('never passes nothing', () => {
    const empty = side({ tensor: { dtype: 'F32', shape: [0, 8], unreadable: null } })
    expect(cellOf(stage(0, { nFinite: 0 }, { a: empty, b: empty }))).toBe('NO-DATA')
  })

  it('leaves open what could not be decoded', () => {
    const a = side({ tensor: { dtype: 'IQ2_XXS', shape: [4, 8], unreadable: 'not supported' } })
    const { rows, warnings } = judgeTensors([stage(0, {}, { a, pair: null })], declared)
    expect(rows[0]!.cell.text).toBe('UNPROVEN(IQ2_XXS unreadable)')
    expect(warnings).toEqual(['s: not supported.'])
  })

  it('has no floor for formats whose rounding is not known', () => {
    const [a, b] = [side(), side()]
    for (const one of [a, b]) one.tensor.dtype = 'IQ1_S'
    expect(cellOf(stage(0.1, {}, { a, b }), {})).toBe('UNPROVEN(floor?)')
  })
})

describe('integers', () => {
  it('match only where they are equal', () => {
    const [a, b] = [side(), side()]
    for (const one of [a, b]) one.tensor.dtype = 'I64'
    expect(cellOf(stage(0, {}, { a, b }), {})).toBe('MATCH(relL2 0≤0)')
    expect(cellOf(stage(1e-9, {}, { a, b }), {})).toBe('DIVERGENT(relL2 1e-9>0)')
  })
})

function chain(...errors: number[]): TensorPair[] {
  return errors.map((error, index) => stage(error, {}, { stage: `s${index}` }))
}

describe('the predicted floor', () => {
  const floorsOf = (pairs: TensorPair[], options: TensorOptions = {}) =>
    judgeTensors(pairs, options).rows.map(({ floor }) => floor!)

  it('grows with what comes in from stages that match', () => {
    const floors = floorsOf(chain(0, 4e-7, 0)).map(({ relativeL2 }) => relativeL2)
    expect(floors[1]!).toBe(floors[0]!)
    expect(floors[2]!).toBeCloseTo(Math.hypot(floors[0]!, 4 * 4e-7), 12)
  })

  it('does not grow with what comes in from a stage that diverges', () => {
    const floors = floorsOf(chain(0, 0.3, 0)).map(({ relativeL2 }) => relativeL2)
    expect(floors[2]!).toBeLessThan(1e-6)
  })

  it('counts the roundings of stages that could not be judged', () => {
    const [one, gap, other] = chain(0, 0, 0)
    const floors = floorsOf([one!, { ...gap!, a: null, pair: null }, other!])
    expect(floors[2]!.relativeL2 / floors[0]!.relativeL2).toBeCloseTo(Math.sqrt(2), 6)
  })

  it('lets a softmax turn what its scores differ by into relative differences', () => {
    const probabilities = stage(0, {}, { stage: 'probabilities' })
    probabilities.b!.stats = {
      ...probabilities.b!.stats!,
      min: value(0),
      max: value(1),
      mean: value(1 / 8),
    }
    const scores = stage(1e-7, { maxAbsDiff: value(1e-6) }, { stage: 'scores' })
    expect(floorsOf([scores, probabilities])[1]).toMatchObject({
      relativeL2: Math.expm1(2e-6),
      text: 'relative L2 2e-6, predicted: exp(2·max|dz|) - 1 with max|dz| = 1e-6 in the scores',
    })
  })

  it('rests on the coarser of the compute formats, else of the stored ones', () => {
    const bf16 = side({ tensor: { dtype: 'BF16', shape: [4, 8], unreadable: null } })
    const computed = side({ facts: { computeDtype: 'BF16' } })
    const [plain] = floorsOf([stage(0)])
    const [stored] = floorsOf([stage(0, {}, { a: bf16 })])
    const [inside] = floorsOf([stage(0, {}, { b: computed })])
    expect(stored!.relativeL2).toBeGreaterThan(100 * plain!.relativeL2)
    expect(inside!.relativeL2).toBe(stored!.relativeL2)
    expect(stored!).toMatchObject({
      origin: 'predicted',
      text: expect.stringContaining('u = .0039'),
    })
  })

  it('gives way to a larger one that repeats show, as a declared one does', () => {
    const repeats = (relativeL2: number) => new Map([['s', { relativeL2, of: 'candidate' }]])
    const large = { origin: 'measured', relativeL2: 0.5 }
    expect(floorsOf([stage(0)], { repeats: repeats(0.5) })[0]).toMatchObject(large)
    expect(floorsOf([stage(0)], { repeats: repeats(0.5), ...declared })[0]).toMatchObject(large)
    expect(floorsOf([stage(0)], { repeats: repeats(1e-9) })[0]).toMatchObject({
      origin: 'predicted',
    })
    expect(floorsOf([stage(0)], { repeats: repeats(0.01), ...declared })[0]).toMatchObject({
      origin: 'declared',
      relativeL2: 0.02,
    })
  })

  it('is in proportion to the unit roundoff and the root of the roundings', () => {
    const [one, four] = [predictedFloor(2 ** -8, 1), predictedFloor(2 ** -8, 4)]
    expect(four.relativeL2 / one.relativeL2).toBe(2)
    expect(unitRoundoff('bf16')).toBe(2 ** -8)
    expect(unitRoundoff('torch.float32')).toBe(2 ** -24)
    expect(unitRoundoff('I32')).toBe(0)
    expect(unitRoundoff('IQ1_S')).toBeNull()
    expect(unitRoundoff('constructor')).toBeNull()
  })
})

describe('stages of tensor files', () => {
  it('are bisected in their order', () => {
    const { first, next } = judgeTensors(chain(0.001, 0.001, 0.5, 0.6), declared)
    expect(first).toMatchObject({ status: 'one', stages: ['s2'], lastMatch: 's1' })
    expect(next.map(({ kind }) => kind)).toEqual(['replay', 'control'])
  })

  it('show how far an error grew, and do not assume it', () => {
    const gains = judgeTensors(chain(0.001, 0.01, 0.005), declared).rows.map(({ gain }) => gain)
    expect(gains[0]).toBeNull()
    expect(gains[1]).toBeCloseTo(10, 6)
    expect(gains[2]).toBeCloseTo(0.5, 6)
  })

  it('may be a graph rather than a chain', () => {
    const after = new Map([['s2', ['s0']]])
    const { first } = judgeTensors(chain(0.001, 0.5, 0.5), { ...declared, after })
    expect(first).toMatchObject({ stages: ['s1'], text: expect.stringContaining('s2') })
  })

  it('that ran away explain an overflow further on', () => {
    const blown = stage(1e6, { normA: value(5e6) }, { stage: 's0' })
    const mismatch = { count: 1, index: 0, a: 'nan', b: 'finite' } as const
    const broken = stage(0, { nonFiniteMismatch: mismatch }, { stage: 's1', a: side({}, 1) })
    expect(judgeTensors([blown, broken], declared).first.stages).toEqual(['s0'])
    const mild = stage(0.21, {}, { stage: 's0' })
    expect(judgeTensors([mild, broken], declared).first.stages).toEqual(['s1'])
  })
})
