import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redaction } from '../../kernels-runner/redaction.ts'

const secret = 'ghs_A1b2C3d4E5+/=?'
const redaction = new Redaction({
  secrets: [secret, 'first line of key\nsecond line of key'],
  places: [
    ['/home/runner/work/spec/spec', '<workspace>'],
    ['/home/runner', '<home>'],
    ['gpu-box-7', '<host>'],
  ],
})

/** The text through the stream, in chunks that end at the given offsets. */
function streamed(text: string, cuts: readonly number[]): string {
  const bytes = Buffer.from(text)
  const stream = redaction.stream()
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  const out = ends.map((end, index) => stream.push(bytes.subarray(ends[index - 1] ?? 0, end)))
  return Buffer.concat([...out, stream.end()]).toString()
}

describe('a secret', () => {
  it.each([
    ['raw', secret],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 after one other byte', Buffer.from(`x${secret}`).toString('base64')],
    ['in base64 after two other bytes', Buffer.from(`xy${secret}yz`).toString('base64')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in percent encoding', encodeURIComponent(secret)],
    ['as a string of JSON', JSON.stringify(secret)],
  ])('is not shown %s', (_, spelling) => {
    const shown = redaction.text(`token: ${spelling} end`)
    expect(shown).toContain('***')
    expect(shown).not.toContain(spelling)
    expect(shown).toMatch(/^token: .{3,12} end$/)
  })

  it('is not shown by one of its lines', () => {
    expect(redaction.text('> second line of key <')).toBe('> *** <')
  })

  it('is not shown wherever chunks are split', () => {
    const text = `a ${secret} b ${Buffer.from(secret).toString('base64')} c /home/runner/x\n`
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (cuts) => {
        expect(streamed(text, cuts)).toBe(redaction.text(text))
      }),
    )
  })

  it('does not hold back whole lines that have none', () => {
    expect(redaction.stream().push(Buffer.from('begun\nrest')).toString()).toBe('begun\n')
  })

  it('too short to be one blots nothing out', () => {
    expect(new Redaction({ secrets: ['abc'], places: [] }).text('abcabc')).toBe('abcabc')
  })
})

describe('a place', () => {
  it.each([
    ['/home/runner/work/spec/spec/src/a.rs:1', '<workspace>/src/a.rs:1'],
    ['HOME=/home/runner', 'HOME=<home>'],
    ['"/home/runner/.cargo"', '"<home>/.cargo"'],
    ['on gpu-box-7.', 'on <host>.'],
  ])('in %s is named by what it is', (text, shown) => {
    expect(redaction.text(text)).toBe(shown)
  })

  it.each(['/home/runners/x', '/mnt/home/runner', 'gpu-box-70'])(
    'is not seen in %s, which is another',
    (text) => {
      expect(redaction.text(text)).toBe(text)
    },
  )
})

it('leaves everything else as it is, whatever the bytes and the chunks', () => {
  const nothing = new Redaction({ secrets: [secret], places: [] })
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
      const stream = nothing.stream()
      const out = chunks.map((chunk) => stream.push(Buffer.from(chunk)))
      expect(Buffer.concat([...out, stream.end()])).toEqual(Buffer.concat(chunks))
    }),
  )
})
