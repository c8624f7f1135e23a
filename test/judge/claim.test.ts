import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judged, type Line } from './bundle.ts'

function checked(text: string) {
  const source = { diagnostic: 'bench', file: 'logs/bench.txt', line: 7 }
  const { claims, warnings } = judged([], null, { claims: [{ text, source }] })
  return { ...claims[0]!, warnings }
}

describe('a printed verdict that stands alone', () => {
  const facts = { n: 16 }
  const sides = { candidate: 'fast', reference: 'exact' }
  const stages = ['out']
  const floor = { relative_l2: 0.01 }
  /** Lines 1 to 3 of the log; the claim is on the line given. */
  const checkedAt = (line: number, text: string, rms: string, under: string[] = []) => {
    const lines: Line[] = [
      { stage: 'out fast', facts, under, mean: '0.00', std: '1.00' },
      { stage: 'out exact', facts, under, mean: '0.00', std: '1.00' },
      { stage: 'out', side: 'fast', against: 'exact', under, rms_diff: rms },
    ]
    const source = { diagnostic: 'probe', file: 'logs/probe.txt', line }
    return judged(lines, { sides, stages, floor }, { claims: [{ text, source }] }).claims[0]!
  }

  it.each([
    [
      'PASS',
      '0.500',
      'cannot tell',
      'out is DIVERGENT(relL2 .5>.01) by a limit that the log does not state',
    ],
    ['PASS', '0.001', 'yes', 'out is MATCH(relL2 .001≤.01), as a pass says'],
    [
      'FAIL',
      '0.001',
      'cannot tell',
      'out is MATCH(relL2 .001≤.01); what failed may be another thing',
    ],
    ['FAIL', '0.500', 'yes', 'out is DIVERGENT(relL2 .5>.01), as a failure says'],
    ['PASS', 'NaN', 'no', 'rms_diff of out is NaN, but the log prints a pass'],
    ['PASS', '0.010', 'cannot tell', 'no figures beside it decide it'],
  ])('is held against the figures above it: %s after %s', (text, rms, follows, reason) => {
    expect(checkedAt(4, text, rms)).toMatchObject({ follows, reason })
  })

  it('is held against the figures under it where it is their heading', () => {
    const found = checkedAt(0, 'Layer  3/28 [FAIL]', '0.500', ['Layer 3/28 [FAIL]'])
    expect(found).toMatchObject({ follows: 'yes' })
  })

  it.each([
    ['does not follow its figures directly', 5, 'PASS'],
    ['stands between the figures of the sides', 2, 'PASS'],
    ['heads other figures', 0, 'Layer 4/28 [OK]'],
  ])('is left alone where it %s', (_, line, text) => {
    expect(checkedAt(line, text, '0.500', ['Layer 3/28 [OK]']).follows).toBe('cannot tell')
  })
})

describe('a printed verdict', () => {
  it.each([
    'max diff 0.3 < 0.1: PASS',
    'max diff 0.3 (tol 0.1) ok',
    'passed 91 | failed 1 | ✅',
    '91/92 passed ✅',
    'layer 3: max_abs_diff=0.02 <= 0.01 PASS',
    'speed 12 tok/s is at least 30 tok/s: PASS',
  ])('that does not follow is flagged: %s', (text) => {
    const { follows, warnings } = checked(text)
    expect(follows).toBe('no')
    expect(warnings[0]).toContain('logs/bench.txt:7')
  })

  it.each([
    'max diff 0.05 < 0.1 PASS',
    'max diff 0.3 <= 0.1 FAIL',
    'passed 92 | failed 0 | ✅',
    '92 of 92 tests passed OK',
    'error 1e-6 (tolerance: 1e-5) PASS',
  ])('that follows is not: %s', (text) => {
    expect(checked(text)).toMatchObject({ follows: 'yes', warnings: [] })
  })

  it.each([
    '✓ q4k_layers populated with 28 entries',
    'PASS',
    '3 ms | 4 GFLOPS | PASS',
    '1 | 2 | PASS',
    '2.55 GFLOPS | 100.00 GFLOPS | ✅ PASS',
    'max_abs_diff=0.02 > 0.01 FAIL',
    'cosine=0.9412 < 0.98 FAIL',
    'error 0.5 > tolerance 0.001 -> FAIL',
    'error 0.05 <= 0.1, 3 NaN: FAIL',
    'err 0.10 < 0.10 PASS',
    'driver 550.54.15 >= 560.1 OK',
    'layer 3 (tol 0.01) PASS',
    'n 16, max 0.01 PASS',
    'error 5 % < 0.1 PASS',
    '0.5 ± 0.1 < 0.05 PASS',
    '0.3 < 0.1 or 0.2 < 0.3: PASS',
    'something happened',
    '0.05 < 0.1 PASS FAIL',
  ])('that no figures decide is left alone: %s', (text) => {
    expect(checked(text)).toMatchObject({ follows: 'cannot tell', warnings: [] })
  })
})

const recorded = new URL('../../../shared/data/investigations/claims/logs/a.log', import.meta.url)

describe.skipIf(!existsSync(recorded))('a log of honest verdicts and a false one', () => {
  it('is doubted at the false one only', () => {
    const lines = readFileSync(recorded, 'utf8').split('\n')
    const doubted = lines.filter((line) => checked(line).follows === 'no')
    expect(doubted).toEqual(['layer 3: max_abs_diff=0.02 <= 0.01 PASS'])
  })
})
