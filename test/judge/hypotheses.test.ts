import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../spec-tools/evidence/index.ts'
import { judged, type Line } from './bundle.ts'

const sides = { candidate: 'fast', reference: 'exact' }
const facts = { n: 64, selection: 'last' as const }
const lines: Line[] = [
  { stage: 'out fast', facts, mean: '0.0', std: '3.00' },
  { stage: 'out exact', facts, mean: '0.0', std: '2.00' },
  { stage: 'blocks', populated: '28' },
]
const measurements = {
  r: { stage: 'out', side: 'pair', metric: 'ratio' },
  blocks: { stage: 'blocks', metric: 'populated' },
}

interface Changes {
  lines?: readonly Line[]
  measurements?: object
  evidence?: Partial<Evidence>
  more?: object
}

function verdict(confirm: string, refute: string, changed: Changes = {}) {
  const hypothesis = { id: 'H1', claim: 'c', confirm, refute, ...changed.more }
  const declared = {
    sides,
    stages: ['out'],
    measurements: { ...measurements, ...changed.measurements },
    hypotheses: [hypothesis],
  }
  return judged(changed.lines ?? lines, declared, changed.evidence).hypotheses[0]!
}

describe('a hypothesis', () => {
  it('is confirmed where confirm holds, with the numbers', () => {
    expect(verdict('r >= 1.2', 'r < 1.1')).toMatchObject({
      outcome: 'CONFIRMED',
      reason: 'r is 1.50: `r >= 1.2` holds.',
      values: [{ name: 'r', missing: null, quantity: { from: ['m1#std', 'm2#std'] } }],
    })
  })

  it('is refuted where refute holds', () => {
    expect(verdict('blocks < 28', 'blocks == 28')).toMatchObject({
      outcome: 'REFUTED',
      reason: 'blocks is 28: `blocks == 28` holds.',
    })
  })

  it('stays open between the two predicates', () => {
    expect(verdict('r >= 10', 'r < 1.1', { more: { inconclusive: 'Run more.' } })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: 'r is 1.50: neither predicate holds.',
      next: 'Run more.',
    })
  })

  it('stays open where the printed digits do not decide', () => {
    expect(verdict('r >= 1.5', 'r < 1.5')).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: expect.stringContaining('within the precision'),
    })
  })

  it('stays open where the comparison did not pass the gate', () => {
    const bare = lines.map((line) => ({ ...line, facts: {} }))
    expect(verdict('r >= 1.2', 'r < 1.1', { lines: bare })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: 'r: out is UNPROVEN(n?, tok?).',
      values: [{ name: 'r', quantity: null, missing: 'out is UNPROVEN(n?, tok?)' }],
    })
  })

  it('stays open over incomparable sides even if the other part would hold', () => {
    const apart = [lines[0]!, { ...lines[1]!, facts: { ...facts, n: 8 } }, lines[2]!]
    expect(
      verdict('r >= 1.2 || blocks == 28', 'r < 1.1 && blocks < 28', { lines: apart }),
    ).toMatchObject({ outcome: 'INCONCLUSIVE', reason: 'r: out is INCOMPARABLE(n 64≠8).' })
  })

  it('stays open where a measurement is missing', () => {
    expect(verdict('blocks == 28', 'blocks != 28', { lines: lines.slice(0, 2) })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: 'blocks: no measurement of blocks states populated.',
    })
  })

  it('stays open over values that are not finite', () => {
    const broken = [...lines.slice(0, 2), { stage: 'blocks', populated: 'NaN' }]
    expect(verdict('blocks > 10', 'blocks <= 10', { lines: broken })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: 'blocks: populated of blocks is NaN.',
    })
  })

  it('flips only the rows of its own outcome', () => {
    const flips = [
      { row: 'A', to: 'DONE' },
      { row: 'B', to: 'OPEN', on: 'REFUTED' },
    ]
    expect(verdict('r >= 1.2', 'r < 1.1', { more: { flips } }).flips).toEqual([
      { row: 'A', to: 'DONE' },
    ])
    expect(verdict('r >= 9', 'r < 8', { more: { flips } }).flips).toEqual([
      { row: 'B', to: 'OPEN' },
    ])
    expect(verdict('r >= 9', 'r < 1', { more: { flips } }).flips).toEqual([])
  })
})

describe('a named measurement', () => {
  const speed = { t: { stage: 'decode', metric: 'value', unit: 'tok/s' } }
  const at = (value: string, unit?: string): Line => ({
    stage: 'decode',
    value,
    facts: unit === undefined ? {} : { unit },
  })

  it('is converted into the declared unit', () => {
    const changed = {
      lines: [at('1.20', 'GB/s')],
      measurements: { t: { ...speed.t, unit: 'MB/s' } },
    }
    expect(verdict('t > 1000', 't < 10', changed)).toMatchObject({
      outcome: 'CONFIRMED',
      reason: 't is 1200 MB/s: `t > 1000` holds.',
    })
  })

  it.each([
    ['of another kind', 'ms', 'value of decode is in ms, but tok/s is declared'],
    ['that the log does not print', undefined, 'the log gives no unit for value of decode'],
  ])('is not used in a unit %s', (_, unit, reason) => {
    const found = verdict('t > 30', 't < 10', { lines: [at('40', unit)], measurements: speed })
    expect(found.outcome).toBe('INCONCLUSIVE')
    expect(found.reason).toContain(reason)
  })

  it('is not guessed where several figures fit', () => {
    const changed = { lines: [at('40', 'tok/s'), at('50', 'tok/s')], measurements: speed }
    expect(verdict('t > 30', 't < 10', changed).reason).toContain('do not say the same')
  })

  it('is no ratio by the log’s own account', () => {
    const printed: Line = { stage: 'ratio_fast_over_exact', value: '18.23' }
    const changed = {
      lines: [printed],
      measurements: { q: { stage: 'ratio_fast_over_exact', metric: 'value' } },
    }
    expect(verdict('q > 10', 'q < 2', changed)).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: expect.stringContaining('without the comparability gate'),
    })
  })
})

describe('a median of runs', () => {
  const runs = (values: readonly string[], repeated = true): Line[] =>
    values.map((value, repeat) => ({
      stage: 'decode',
      value,
      facts: { unit: 'tok/s' },
      ...(repeated && { repeat }),
    }))
  const median = { t: { stage: 'decode', metric: 'value', unit: 'tok/s', over: 'median' } }
  const of = (values: readonly string[], evidence: Partial<Evidence> = {}) =>
    verdict('t >= 30', 't < 30', { lines: runs(values), measurements: median, evidence })

  it('is above a bound only where all runs are', () => {
    expect(of(['31.0', '33.0', '32.0', '35.0', '34.0'])).toMatchObject({
      outcome: 'CONFIRMED',
      reason: 't is 33.0 tok/s (median of 5 runs, with 30.95 to 35.05): `t >= 30` holds.',
    })
    expect(of(['21.0', '23.0', '22.0', '25.0', '24.0']).outcome).toBe('REFUTED')
    expect(of(['29.0', '33.0', '32.0', '35.0', '34.0']).outcome).toBe('INCONCLUSIVE')
  })

  it('needs five runs', () => {
    expect(of(['31.0', '33.0', '32.0', '35.0'])).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: 't: 4 of at least 5 runs were measured.',
    })
  })

  it('is void where the GPU was throttled', () => {
    const device = {
      name: 'G',
      uuidDigest: null,
      driver: null,
      memoryMiB: null,
      memoryUsedMiB: null,
      temperatureC: null,
      smClockMHz: null,
      memoryClockMHz: null,
    }
    const machine = (throttle: string | null): Evidence['machine'] => ({
      os: 'linux',
      arch: 'x64',
      cpus: 2,
      gpu: { status: 'present', detail: '', devices: [{ ...device, throttle }] },
      vouch: 'probe-reported',
    })
    const values = ['31.0', '33.0', '32.0', '35.0', '34.0']
    expect(of(values, { machine: machine('SW Thermal Slowdown') }).reason).toContain('throttled')
    for (const calm of [null, 'None', 'Not Active', '0x0000000000000001', '[N/A]']) {
      expect(of(values, { machine: machine(calm) }).outcome).toBe('CONFIRMED')
    }
  })
})
