import { describe, expect, it } from 'vitest'
import { brief, read, short } from './short.ts'

/** What is read from a line after others that are worded the same way. */
function after(others: string, line: string): string[] {
  const { measurements } = read(`${others}\n${others}\n${others}\n${line}\n`)
  return measurements.filter(({ source }) => source.line === 4).map(short)
}

describe('a line that is worded like one before', () => {
  it.each([
    ['q: n=4, mean=-0.5, std=1.25', 'q: n=5, mean=0.25, std=2.5', 'q: n=5 mean=0.25 std=2.5'],
    ['q  mean= 0.5  (n=4)', 'q  mean=-12.25  (n=16)', 'q: mean=-12.25 n=16'],
    ['q: n=4, mean=0.5', 'q: n=4, mean=1e-5', 'q: n=4 mean=1e-5'],
    ['q: n=4, mean=0.5', 'q: n=1,234, mean=0.5', 'q: n=1,234 mean=0.5'],
    ['q: n=4, mean=0.5', 'q: n=4, mean=0.12345678901234567', 'q: n=4 mean=0.12345678901234567'],
    ['w: 5 bytes', 'w: 7225344 bytes', 'w: value=7225344'],
  ])('as %j is read: %j', (others, line, reading) => {
    expect(after(others, line)).toEqual(after('', line))
    expect(after(others, line)).toEqual([reading])
  })

  it('is not taken for one where its figure says more', () => {
    expect(after('made: 5.5 ok', 'made: 5.0 ok')).toEqual(after('', 'made: 5.0 ok'))
    expect(after('made: 5 widgets', 'made: 5.5 widgets')).toEqual([])
  })

  it('stands under its own headings', () => {
    const log = 'A:\n  q: n=4, mean=0.5\nB:\n  q: n=4, mean=0.5\nC:\n  q: n=4, mean=0.75\n'
    expect(read(log).measurements.map(({ under }) => under)).toEqual([['A'], ['B'], ['C']])
  })

  it('has its own bounds, text and facts', () => {
    const line = '  layer 3: Q=7225344b K=1032192b'
    const { measurements } = read(`${line}\n${line}\n${line.replace('7225344', '99')}\r\n`)
    expect(measurements[2]).toMatchObject({
      facts: { layer: 3, unit: 'bytes' },
      figures: { q: { value: 99, printed: '99', line: 3 } },
      source: { line: 3, raw: '  layer 3: Q=99b K=1032192b' },
    })
  })

  it.each([
    '9007199254740993.5',
    '0.12345678901234567',
    '0.000000000000000000001',
    '1.1',
    '-2.675',
  ])('has the value nearest to %s, however many digits that takes', (printed) => {
    const { measurements } = read(`q: mean=0.5\nq: mean=0.5\nq: mean=0.5\nq: mean=${printed}\n`)
    expect(measurements[3]?.figures['mean']).toEqual({ value: Number(printed), printed, line: 4 })
  })

  it('claims what it says each time', () => {
    const { claims } = read('✅ passed\n'.repeat(4))
    expect(claims.map(({ source }) => source.line)).toEqual([1, 2, 3, 4])
  })

  it('differs from it in no byte but those of its figures', () => {
    const letters = 'abcdefghijklmnopqrst'
    for (let length = 1; length <= letters.length; length++) {
      const name = letters.slice(0, length)
      for (let at = 0; at < length; at++) {
        const other = `${name.slice(0, at)}Z${name.slice(at + 1)}`
        const reading = after(`${name}: n=4, mean=0.5`, `${other}: n=5, mean=0.25`)
        expect(reading).toEqual([`${other}: n=5 mean=0.25`])
      }
    }
  })

  it('is as long as the limit allows, or unread', () => {
    const limits = { line: 16 }
    const log = `x: 1\nx: 2\nx: 3\nx: ${' '.repeat(20)}4\n`
    const { measurements, unread } = read(log, { limits })
    expect([measurements.length, unread]).toEqual([3, 1])
  })
})

describe('rows of a table', () => {
  it('hold what stands between the commas, whatever looks like thousands', () => {
    expect(brief('a,b\n1,234\n5,678\n')).toEqual([
      'a: value=1',
      'b: value=234',
      'a: value=5',
      'b: value=678',
    ])
  })

  it('hold no number that begins with an underscore', () => {
    const { measurements } = read('a,b\n1.5,2.5\n3.5,_4.5\n')
    expect(measurements.map(short)).toEqual(['a: value=1.5', 'b: value=2.5', 'a: value=3.5'])
  })

  it('are counted beyond the limit as they are kept within it', () => {
    const log = 'pid, name, used [MiB]\n17, /bin/a, 66 MiB\n18, /bin/b, 5 MiB\n'.repeat(5)
    const kept = read(log).measurements.length
    expect(read(log, { limits: { measurements: 2 } }).beyond.measurements).toBe(kept - 2)
  })

  it.each([
    [
      '-0.5',
      '+2',
      '.5',
      '007',
      '1e-5',
      '1_000',
      '1,234',
      '12 MiB',
      'nan',
      '0x1f',
      '2026-04-27',
      '',
    ],
    ['1'.repeat(64), '1'.repeat(65), `${'1'.repeat(62)}.5`, `${'1'.repeat(63)}.5`, '1e400', '5.'],
  ])('are counted as they are kept, whatever a cell holds: %j and others', (...cells) => {
    for (const cell of cells) {
      const log = `a,b\n1,2\n1,${cell}\n3,${cell}\n5,6\n`
      const { measurements, unread } = read(log)
      const counted = read(log, { limits: { measurements: 0 } })
      expect([counted.beyond.measurements, counted.unread]).toEqual([measurements.length, unread])
    }
  })
})

it('figures of a text that breaks off as JSON are not counted among those beyond the limit', () => {
  const limits = { measurements: 0 }
  const { beyond, unread } = read('[ -0.0038, 0.0031, ..., 0.0016],\n', { limits })
  expect([beyond.measurements, unread]).toEqual([0, 1])
})

it('a remark behind a value holds no figure', () => {
  const line = '  layer 1: Q=7225344b K=1032192b #V=1032192b O=5b\n'
  expect(brief(line)).toEqual(['layer 1: q=7225344 k=1032192'])
})

it('figures of JSON that a carriage return overwrites were never shown', () => {
  const { measurements } = read('{\n  "name": "run",\n "mean": -1.5e-3 }\r,\n')
  expect(measurements).toEqual([])
})
