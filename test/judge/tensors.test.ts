import { describe, expect, it } from 'vitest'
import {
  judgeTensors,
  predictedFloor,
  type TensorOptions,
  type TensorPair,
  type TensorSide,
  type Unit,
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
      'DIVERGENT(row 5 relL2 .9>.085)',
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

describe('a verdict on rows, channels and scales', () => {
  const sums = (units: Unit[], median = 1) => ({ count: 8, median, worst: units })
  const one = (index: number, error: number, size: number, steps = 0): Unit => {
    return { index, error, size, steps }
  }
  const bf16 = () => side({ tensor: { dtype: 'BF16', shape: [4, 8], unreadable: null } })

  it('names a channel that a much larger one hides', () => {
    const units = { rows: null, channels: sums([one(5, 0.1, 1)]) }
    expect(cellOf(stage(1e-4, {}, { a: bf16(), units }), {})).toBe(
      'DIVERGENT(channel 5 relL2 .1>.028)',
    )
  })

  it('names a row of which the reference is zero', () => {
    const units = { rows: sums([one(2, 0.1, 0)]), channels: null }
    expect(cellOf(stage(1e-4, {}, { a: bf16(), units }), {})).toBe('DIVERGENT(row 2: B is 0)')
  })

  it('holds small units against usual ones where others are mixed into them', () => {
    const small = { rows: null, channels: sums([one(5, 1e-6, 1e-5)]) }
    expect(cellOf(stage(1e-7, {}, { units: small }), {})).toContain('MATCH')
  })

  it('takes the steps of the blocks that round a unit', () => {
    const a = side({ tensor: { dtype: 'Q4_0', shape: [4, 8], unreadable: null } })
    const units = (error: number) => ({ rows: null, channels: sums([one(5, error, 1, 0.5)]) })
    const rounded = { rmsStep: value(0.3), normB: value(5) }
    expect(cellOf(stage(0.05, rounded, { a, units: units(0.3) }), {})).toContain('MATCH')
    expect(cellOf(stage(0.05, rounded, { a, units: units(0.6) }), {})).toContain('channel 5')
  })

  it.each([
    [1.02, 'MATCH'],
    [1.09, 'DIVERGENT(|slope-1| .09>'],
  ])('of blocks whose values are all %d times as large is %s', (by, verdict) => {
    const a = side({ tensor: { dtype: 'Q4_0', shape: [4, 8], unreadable: null } })
    const n = 1e6
    const norm = 1000
    const scaled = { nFinite: n, rmsStep: value(0.3), normB: value(norm), normA: value(norm * by) }
    expect(cellOf(stage(0.1, scaled, { a }), {})).toContain(verdict)
  })
})

describe('values that are next to nothing', () => {
  it('match up to what the formats keep, and that is stated', () => {
    const tiny = { maxAbsDiff: value(1e-40), normB: value(0) }
    const none = { value: null, why: 'norm(b) is 0' }
    expect(cellOf(stage(0, { ...tiny, relativeL2: none }), {})).toBe('MATCH(max|d| 1e-40≤1.2e-38)')
    const more = { maxAbsDiff: value(1e-20), normB: value(0), relativeL2: none }
    expect(cellOf(stage(1, more), {})).toBe('DIVERGENT(B is 0)')
  })
})

describe('what cancels', () => {
  it('is left open where it may be noise of the values that cancel, and not beyond', () => {
    const large = stage(0, { normB: value(5000) }, { stage: 'a' })
    const judged = (rms: number) =>
      judgeTensors([large, stage(0.001, { rmsDiff: value(rms) }, { stage: 'b' })]).rows[1]!.cell
    expect(judged(1e-5).text).toContain('UNPROVEN(cancels?, relL2 .001>')
    expect(judged(1e-2).verdict).toBe('DIVERGENT')
  })

  it('is judged by the size of its terms, and left open where more than half of it may be noise', () => {
    const large = stage(0, { normB: value(5000) }, { stage: 'a' })
    const judged = (relativeL2: number, rms: number) => {
      const pair = { rmsDiff: value(1e-5), maxAbsDiff: value(2e-5) }
      const sum = stage(relativeL2, pair, { stage: 'b', terms: { rms, max: 3 * rms } })
      return judgeTensors([large, sum]).rows[1]!.cell.text
    }
    expect(judged(1e-4, 1e3)).toContain('MATCH(relL2 .0001≤')
    expect(judged(1e-2, 1e3)).toContain('DIVERGENT(relL2 .01>')
    expect(judged(1e-4, 1e7)).toMatch(/^UNPROVEN\(floor [\d.]+>\.5\)$/)
    // Terms that are no larger than what they come to change no limit.
    expect(judged(1e-5, 1e-3)).toMatch(/^DIVERGENT/)
  })
})

describe('captures of the end alone', () => {
  it.each([
    [0.02, 'MATCH'],
    [0.08, 'UNPROVEN(depth?'],
    [0.3, 'DIVERGENT'],
  ])('of a model whose depth is not known, %d apart, are %s', (apart, text) => {
    const a = side({ tensor: { dtype: 'BF16', shape: [4, 8], unreadable: null } })
    expect(cellOf(stage(apart, {}, { a, stage: 'logits' }), {})).toContain(text)
  })
})

describe('integers', () => {
  it('match only where they are equal', () => {
    const [a, b] = [side(), side()]
    for (const one of [a, b]) one.tensor.dtype = 'I64'
    expect(cellOf(stage(0, {}, { a, b }), {})).toBe('MATCH(relL2 0≤0)')
    expect(cellOf(stage(1e-9, {}, { a, b }), {})).toBe('DIVERGENT(relL2 1e-9>0)')
  })

  it('that f64 cannot tell apart are told apart', () => {
    const [a, b] = [side(), side()]
    for (const one of [a, b]) one.tensor.dtype = 'I64'
    const differ = { unequalIntegers: { count: 2, index: 7 } }
    expect(cellOf(stage(0, differ, { a, b }), {})).toBe(
      'DIVERGENT(2 of 32 integers differ, first @7)',
    )
  })

  it.each(['U8', 'U16', 'U32', 'U64', 'BOOL'])('of type %s are exact', (dtype) => {
    expect(unitRoundoff(dtype)).toBe(0)
  })
})

function chain(...errors: number[]): TensorPair[] {
  return errors.map((error, index) => stage(error, {}, { stage: `s${index}` }))
}

describe('the predicted floor', () => {
  const floorsOf = (pairs: TensorPair[], options: TensorOptions = {}) =>
    judgeTensors(pairs, options).rows.map(({ floor }) => floor!)

  it('grows with what comes in from stages that match', () => {
    const floors = floorsOf(chain(0, 2e-7, 0)).map(({ relativeL2 }) => relativeL2)
    const [first, second, third] = floors as [number, number, number]
    // Nothing is known of the input of the first.
    expect(first).toBeGreaterThan(10 * second)
    expect(third).toBeCloseTo(Math.hypot(second, 3.5 * 2e-7), 12)
  })

  it('does not carry an error along that grows from stage to stage', () => {
    const bf16 = chain(0.005, 0.016, 0.06, 0.2).map((pair) => ({
      ...pair,
      a: side({ tensor: { dtype: 'BF16', shape: [4, 8], unreadable: null } }),
    }))
    expect(judgeTensors(bf16).rows.map(({ cell }) => cell.verdict)).toEqual([
      'MATCH',
      'MATCH',
      'DIVERGENT',
      'DIVERGENT',
    ])
  })

  it('does not grow with what comes in from a stage that diverges', () => {
    const floors = floorsOf(chain(0, 0.3, 0)).map(({ relativeL2 }) => relativeL2)
    expect(floors[2]!).toBeLessThan(1e-6)
  })

  it('counts the roundings of stages that could not be judged', () => {
    const pairs = chain(0, 0, 0, 0)
    const gap = pairs.map((pair, at) => (at === 2 ? { ...pair, a: null, pair: null } : pair))
    const [known, open] = [floorsOf(pairs)[3], floorsOf(gap)[3]]
    expect(open!.relativeL2 / known!.relativeL2).toBeCloseTo(Math.sqrt(2), 6)
  })

  it('lets a softmax turn what its scores differ by into relative differences', () => {
    const probabilities = stage(0, {}, { stage: 'probabilities' })
    probabilities.b!.stats = {
      ...probabilities.b!.stats!,
      min: value(0),
      max: value(1),
      mean: value(1 / 8),
    }
    const floorBehind = (maxAbsDiff: number, rmsDiff: number) => {
      const differences = { maxAbsDiff: value(maxAbsDiff), rmsDiff: value(rmsDiff) }
      return floorsOf([stage(1e-7, differences, { stage: 'scores' }), probabilities])[1]
    }
    expect(floorBehind(1e-5, 1e-6)).toMatchObject({
      relativeL2: Math.expm1(6e-6),
      text: 'relative L2 6e-6, predicted: exp(6·RMS(dz)) - 1 of the scores',
    })
    expect(floorBehind(1e-6, 9e-7)).toMatchObject({
      relativeL2: Math.expm1(1e-6),
      text: 'relative L2 1e-6, predicted: exp(max|dz|) - 1 of the scores',
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

  it.each([
    [0.01, 'UNPROVEN(candidate not reproducible, relL2 .01≤.5)'],
    [0.6, 'DIVERGENT(relL2 .6>.5)'],
  ])('shows no agreement of a side that differs from itself: %d', (apart, text) => {
    const repeats = new Map([['s', { relativeL2: 0.5, of: 'candidate' }]])
    expect(cellOf(stage(apart), { repeats })).toBe(text)
  })

  it('keeps the limit of an element whatever repeats show', () => {
    const repeats = new Map([['s', { relativeL2: 0.5, element: 0.1, of: 'candidate' }]])
    const one = (off: number) => cellOf(stage(1e-7, { maxAbsDiff: value(off) }), { repeats })
    expect([one(0.1), one(0.6), one(3)].map((text) => text.slice(0, 8))).toEqual([
      'UNPROVEN',
      'DIVERGEN',
      'DIVERGEN',
    ])
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
})
