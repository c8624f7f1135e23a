import { describe, expect, it } from 'vitest'
import { decades, ratios } from '../../../spec-tools/render/plot/scale.ts'

const labels = ({ ticks }: { ticks: readonly { label: string }[] }) =>
  ticks.map(({ label }) => label)

describe('an axis of decades', () => {
  it('spans the powers of ten around its values', () => {
    expect(labels(decades([0.0003, 0.2]))).toEqual(['10⁻⁴', '10⁻³', '10⁻²', '10⁻¹', '1'])
  })

  it('has a decade even for one value that is a power of ten', () => {
    expect(labels(decades([0.01]))).toEqual(['10⁻²', '10⁻¹'])
  })

  it('leaves out ticks over many decades', () => {
    expect(labels(decades([1e-300, 1])).length).toBeLessThanOrEqual(9)
  })

  it('passes over zeros', () => {
    expect(labels(decades([0, 0.5]))).toEqual(['10⁻¹', '1'])
  })

  it('halves a decade at its geometric mean', () => {
    expect(decades([0.1, 1]).at(Math.sqrt(0.1))).toBeCloseTo(0.5)
  })
})

describe('an axis of ratios', () => {
  it('holds 1, which is where nothing differs', () => {
    expect(labels(ratios([9.06]))).toEqual(['1', '2', '5', '10'])
    expect(labels(ratios([0.3]))).toContain('1.0')
  })

  it('tells apart ratios that are all near 1', () => {
    expect(labels(ratios([0.9998, 1.2154]))).toEqual([
      '0.95',
      '1.00',
      '1.05',
      '1.10',
      '1.15',
      '1.20',
      '1.25',
    ])
  })

  it('shows powers of ten over many decades', () => {
    expect(labels(ratios([0.001, 1000]))).toEqual([
      '0.001',
      '0.01',
      '0.1',
      '1',
      '10',
      '100',
      '1000',
    ])
  })

  it('has room around 1 where every ratio is 1', () => {
    expect(labels(ratios([1, 1])).length).toBeGreaterThan(1)
  })
})
