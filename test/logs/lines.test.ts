import { describe, expect, it } from 'vitest'
import { brief, read } from './short.ts'

describe('a log', () => {
  it('needs no line feed at its end', () => {
    expect(brief('x: 1')).toEqual(['x: value=1'])
  })

  it('may be empty', () => {
    expect(read('')).toMatchObject({ measurements: [], unread: 0, lines: 0, bytes: 0 })
  })
})

it('the mathematical minus is the sign of a number, and nothing else', () => {
  expect(brief('bias: \u22121.5\ngap \u2212 rest: 2\n')).toEqual([
    'bias: value=-1.5',
    'gap \u2212 rest: value=2',
  ])
})

it('a line of a known format that holds no number is not counted as unread', () => {
  const { unread, unreadLines } = read('process_name, used_gpu_memory [MiB]\nnpid, p\n')
  expect({ unread, unreadLines }).toEqual({ unread: 0, unreadLines: [] })
})

describe("what llama.cpp's logger puts before a line", () => {
  it('is taken off', () => {
    expect(brief('1.12.579.214 I Final estimate: PPL = 6.7983 +/- 0.07405\n')).toEqual([
      'PPL: mean=6.7983 stderr=0.07405',
    ])
  })
})

describe('a log beyond the limits', () => {
  it('is counted where it is not kept', () => {
    const { measurements, beyond } = read('x: 1\ny: 2\nz: 3, w: 4\n', {
      limits: { measurements: 1 },
    })
    expect(measurements).toHaveLength(1)
    expect(beyond.measurements).toBe(3)
  })

  it('counts the same figures whether it keeps them or not', () => {
    const log =
      'a: q=1b r=2\nconfig: hidden=5\ntoken_ids: [1, 2]\nx=1, y=2\nMean: 1, Std: 2\n' +
      'Layer 3\n  layer=3 mean=1\n1,2\n3,4\n{"p": 1, "m": {"std": 2}}\n'
    const kept = read(log)
    const counted = read(log, { limits: { measurements: 0 } })
    expect(counted.beyond.measurements).toBe(kept.measurements.length)
    expect(counted.unread).toBe(kept.unread)
  })

  it('shows the head of a line that is too long, and its size', () => {
    const { measurements, unread, samples } = read(`x=1 ${'y'.repeat(200_000)}\nz: 2\n`)
    expect(measurements.map(({ stage }) => stage)).toEqual(['z'])
    expect(unread).toBe(1)
    expect(samples[0]?.raw).toMatch(/^x=1 y+… \(200004 bytes\)$/)
  })

  it('may hold a line of any length without a line feed', () => {
    const log = new Uint8Array(8 << 20).fill(48)
    expect(read(log)).toMatchObject({ measurements: [], unread: 1, lines: 1, bytes: 8 << 20 })
  })
})

describe('terminal control in a log', () => {
  it('does not hide a figure, and is shown in the raw line', () => {
    const { measurements } = read('\u001b[36mloss\u001b[0m: 0.\u001b[1m5\u001b[0m\n')
    expect(measurements[0]?.figures['value']?.printed).toBe('0.5')
    expect(measurements[0]?.source.raw).toBe(String.raw`\x1b[36mloss\x1b[0m: 0.\x1b[1m5\x1b[0m`)
  })

  it('is counted as no digit', () => {
    expect(read('\u001b[1;36mDONE\u001b[0m\n').unread).toBe(0)
  })

  it('shows only what was printed last over a line', () => {
    expect(brief('progress: 10%\rprogress: 20%\rloss: 0.5\n')).toEqual(['loss: value=0.5'])
    expect(brief('x: 1\r\ny: 2\r\n')).toEqual(['x: value=1', 'y: value=2'])
  })

  it('joins no digits across a NUL', () => {
    expect(brief('x: 1\x002\n')).toEqual([])
    expect(read('\0'.repeat(444))).toMatchObject({ measurements: [], unread: 0 })
  })

  it('writes characters that hide or reorder text as escapes', () => {
    const { measurements } = read('a\u202eb: 1\n')
    expect(measurements[0]?.stage).toBe(String.raw`a\u202eb`)
    expect(measurements[0]?.source.raw).toBe(String.raw`a\u202eb: 1`)
  })
})
