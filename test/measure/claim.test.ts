import { describe, expect, it } from 'vitest'
import { judged } from './bundle.ts'

function checked(text: string) {
  const source = { diagnostic: 'bench', file: 'logs/bench.txt', line: 7 }
  const { claims, warnings } = judged([], null, { claims: [{ text, source }] })
  return { ...claims[0]!, warnings }
}

describe('a printed verdict', () => {
  it.each([
    '2.55 GFLOPS | 100.00 GFLOPS | ✅ PASS',
    '| matmul | 2.55 GFLOPS | 100.00 GFLOPS | PASS |',
    'max diff 0.3 < 0.1: PASS',
    'max diff 0.3 (tol 0.1) ok',
    'load 900 ms | 0.5 s | ✓',
    'passed 91 | failed 1 | ✅',
    '91/92 passed ✅',
    'FAIL: 0.05 <= 0.1',
    'speed 12 tok/s is at least 30 tok/s: PASS',
  ])('that does not follow is flagged: %s', (text) => {
    const { follows, warnings } = checked(text)
    expect(follows).toBe('no')
    expect(warnings[0]).toContain('logs/bench.txt:7')
  })

  it.each([
    '150.0 GFLOPS | 100.00 GFLOPS | PASS',
    'max diff 0.05 < 0.1 PASS',
    'max diff 0.3 <= 0.1 FAIL',
    'load 0.4 s | 500 ms | ✓',
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
    'something happened',
    '0.05 < 0.1 PASS FAIL',
  ])('that no figures decide is left alone: %s', (text) => {
    expect(checked(text)).toMatchObject({ follows: 'cannot tell', warnings: [] })
  })
})
