import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeptOutput, omission } from '../../kernels-runner/process/kept-output.ts'
import { Redaction } from '../../kernels-runner/redaction.ts'

const nothing = new Redaction({ secrets: [], places: [] })

function keep(text: string, chunk: number, redaction = nothing, limits = { head: 100, tail: 100 }) {
  const output = new KeptOutput(redaction, limits)
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunk) output.push(bytes.subarray(at, at + chunk))
  const { content, ...sizes } = output.finish()
  return { text: content.toString(), ...sizes }
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index}\n`).join('')

describe('an output', () => {
  it('within the limits is kept whole', () => {
    const text = numbered(20)
    expect(keep(text, 7)).toEqual({ text, bytes: text.length, kept: text.length })
  })

  it('beyond them keeps whole lines of its head, and its tail', () => {
    const text = numbered(1000)
    const { text: kept, ...sizes } = keep(text, 64)
    const [head = '', tail = ''] = kept.split(`${omission}\n`)
    expect(text.startsWith(head)).toBe(true)
    expect(head.endsWith('\n')).toBe(true)
    expect(text.endsWith(tail)).toBe(true)
    expect(tail).toMatch(/^line \d+\n/)
    expect(text).toContain(`\n${tail}`)
    expect(sizes).toEqual({ bytes: text.length, kept: head.length + tail.length })
  })

  it('has its sizes counted as they are in the log, after redaction', () => {
    const redaction = new Redaction({ secrets: ['a-long-secret'], places: [] })
    const { text, bytes, kept } = keep('a-long-secret\n', 5, redaction)
    expect({ text, bytes, kept }).toEqual({ text: '***\n', bytes: 4, kept: 4 })
  })

  it('of one line without end is kept head and tail', () => {
    const { text, bytes, kept } = keep('x'.repeat(100_000), 999)
    expect(text).toBe(`${'x'.repeat(100)}\n${omission}\n${'x'.repeat(100)}`)
    expect({ bytes, kept }).toEqual({ bytes: 100_000, kept: 200 })
  })

  it('is kept the same whatever its chunks', () => {
    fc.assert(
      fc.property(fc.nat(120), fc.integer({ min: 1, max: 400 }), (lines, chunk) => {
        const text = numbered(lines)
        expect(keep(text, chunk)).toEqual(keep(text, 1))
      }),
    )
  })

  it('shows no part of a secret that lies across an edge of the gap', () => {
    const redaction = new Redaction({ secrets: ['0123456789abcdef'], places: [] })
    for (let shift = 0; shift < 40; shift++) {
      const text = `${'.'.repeat(shift)}${'0123456789abcdef~'.repeat(60)}`
      const shown = keep(text, 50, redaction).text
      expect(shown.replaceAll('***', '')).not.toMatch(/[0-9]/)
    }
  })
})

it('says where the middle was left out without a digit, so that no figure is read from it', () => {
  expect(omission).not.toMatch(/\d/)
})
