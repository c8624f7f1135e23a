import { describe, expect, it } from 'vitest'
import { type LogPattern, logPattern } from '../../spec-tools/index.ts'
import { read, short } from './short.ts'

const dump: LogPattern = {
  name: 'dump',
  match: String.raw`^DUMP (?P<stage>\w+) L(?P<layer>\d+) avg (?P<mean>[-0-9.e]+) of (?P<n>\d+)`,
}

describe('a named pattern of the settings', () => {
  it('reads what its groups name', () => {
    const { measurements } = read('DUMP attn L3 avg -0.5 of 3584\n', { patterns: [dump] })
    expect(measurements.map(short)).toEqual(['attn: mean=-0.5 n=3584'])
    expect(measurements[0]?.facts).toEqual({ layer: 3, n: 3584 })
  })

  it('leaves lines that it does not match to the grammars', () => {
    const { measurements } = read('x: 1\nDUMP a L0 avg 2 of 3\n', { patterns: [dump] })
    expect(measurements.map(({ stage }) => stage)).toEqual(['x', 'a'])
  })

  it('takes stage and unit from the settings where the line has none', () => {
    const pattern = {
      name: 'tps',
      match: '(?P<value>[0-9.]+) toks',
      stage: 'decode',
      unit: 'tok/s',
    }
    expect(read('ran at 35.25 toks\n', { patterns: [pattern] }).measurements).toMatchObject([
      { stage: 'decode', facts: { unit: 'tok/s' }, figures: { value: { value: 35.25 } } },
    ])
  })

  it.each([
    ['(', /not a pattern of RE2 syntax/],
    ['(?<=a)(?P<x>b)', /not a pattern of RE2 syntax/],
    [String.raw`mean=(\d+)`, /no named group for a figure/],
    [String.raw`(?P<stage>\d+)`, /no named group for a figure/],
  ])('is refused if it is %s', (match, message) => {
    expect(logPattern.safeParse({ name: 'p', match }).error?.issues[0]?.message).toMatch(message)
  })

  it('takes linear time where backtracking would take for ever', () => {
    const pattern = { name: 'bomb', match: '(?P<value>(?:a+)+)$' }
    const { measurements } = read(`${'a'.repeat(50_000)}b\n`, { patterns: [pattern] })
    expect(measurements).toEqual([])
  })
})
