import { describe, expect, it } from 'vitest'
import { headline } from '../../spec-tools/amend/index.ts'
import { concludeCheck } from '../../spec-tools/amend/check-run.ts'
import type { HealthFinding } from '../../spec-tools/evidence/index.ts'
import { evidenceOf, judged, type Line } from './bundle.ts'

const finding: HealthFinding = {
  kind: 'busy',
  when: 'before',
  diagnostic: null,
  detail: 'GPU 0 (X): 9000 MiB of 24564 are in use.',
  advice: 'Wait until it is free.',
  voids: true,
}

const apart: Line = {
  stage: 'out',
  side: 'fast',
  against: 'exact',
  facts: { n: 4096 },
  relative_l2: '0.5',
  max_abs_diff: '1.5',
  rms_diff: '0.5',
}
const sides = { candidate: 'fast', reference: 'exact' }
const declared = {
  sides,
  stages: ['out'],
  floor: { relative_l2: 0.01 },
  measurements: { gap: { stage: 'out', side: 'pair', metric: 'relative_l2' } },
  hypotheses: [
    {
      id: 'H1',
      claim: 'They differ.',
      confirm: 'gap > 0.1',
      refute: 'gap <= 0.01',
      flips: [{ row: 'A-1', on: 'CONFIRMED', to: 'DISCHARGED' }],
    },
  ],
}

describe('a run whose machine was sound', () => {
  it('is judged by its figures', () => {
    const { environment, hypotheses } = judged([apart], declared)
    expect(environment).toEqual({ status: 'sound', findings: [] })
    expect(hypotheses[0]).toMatchObject({ outcome: 'CONFIRMED', flips: [{ row: 'A-1' }] })
  })

  it('stays so where a finding voids nothing, and says it', () => {
    const { environment, warnings } = judged([apart], declared, {
      health: [{ ...finding, voids: false }],
    })
    expect(environment.status).toBe('sound')
    expect(warnings).toContain(`${finding.detail} ${finding.advice}`)
  })
})

describe('a run on a machine that could not be measured on', () => {
  const judgement = judged([apart], declared, { health: [finding] })

  it('decides no hypothesis and flips no row', () => {
    expect(judgement.hypotheses[0]).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: `environment: ${finding.detail}`,
      flips: [],
      next: finding.advice,
    })
  })

  it('shows its rows, and does not say where the sides part', () => {
    expect(judgement.rows[0]?.cell.verdict).toBe('DIVERGENT')
    expect(judgement.first).toMatchObject({ status: 'unknown', stages: [] })
    expect(judgement.next).toEqual([])
  })

  it('begins its headline with INFRA, and is no failure of the check', () => {
    const evidence = evidenceOf([apart], { health: [finding], partial: ['nothing was run'] })
    expect(headline(evidence, judgement)).toBe(
      `INFRA: ${finding.detail} ${finding.advice} Then run it again.`,
    )
    expect(concludeCheck(evidence, judgement)).toBe('neutral')
  })
})

describe('a diagnostic during which the GPU was held back', () => {
  const throttled: HealthFinding = {
    ...finding,
    kind: 'throttled',
    when: 'during',
    diagnostic: 'bench',
    detail: 'the clocks were held back.',
  }
  const speed: Line = {
    stage: 'decode',
    diagnostic: 'bench',
    value: '31.5',
    facts: { unit: 'tok/s' },
  }
  const outcome = (lines: Line[], health: HealthFinding[], unit = 'tok/s') =>
    judged(
      lines,
      {
        measurements: { speed: { stage: 'decode', metric: 'value', unit } },
        hypotheses: [{ id: 'H1', claim: 'Fast.', confirm: 'speed >= 30', refute: 'speed < 30' }],
      },
      { health },
    ).hypotheses[0]

  it('has no figures of throughput', () => {
    expect(outcome([speed], [throttled])).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: expect.stringContaining('throttled during bench: the clocks were held back.'),
    })
  })

  it('has no figures of time', () => {
    const latency = { ...speed, facts: { unit: 'ms' } }
    expect(outcome([latency], [throttled], 'ms')?.reason).toContain('throttled')
  })

  it.each([
    ['another diagnostic', [{ ...throttled, diagnostic: 'other' }]],
    ['another run of it', [{ ...throttled, repeat: 1 }]],
    ['a power limit, which voids nothing', [{ ...throttled, voids: false }]],
  ])('counts where that was during %s', (_, health) => {
    expect(outcome([speed], health)?.outcome).toBe('CONFIRMED')
  })

  it('has its other figures, which no clock changes', () => {
    const size = { ...speed, facts: { unit: 'MiB' } }
    expect(outcome([size], [throttled], 'MiB')?.outcome).toBe('CONFIRMED')
  })
})

it('a canary that was not run is a warning', () => {
  const { warnings, environment } = judged([apart], declared, {
    canary: [{ when: 'before', status: 'not run', detail: 'there is no nvcc.' }],
  })
  expect(environment.status).toBe('sound')
  expect(warnings).toContain('The canary was not run before the diagnostics: there is no nvcc.')
})
