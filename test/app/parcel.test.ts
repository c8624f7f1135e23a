import { describe, expect, it } from 'vitest'
import { parcelReader, sendParcel, type Piece } from '../../app/core/parcel.ts'

async function carried(message: unknown) {
  const pieces: Piece[] = []
  await sendParcel(message, async (piece) => void pieces.push(structuredClone(piece)))
  const read = parcelReader()
  const got = pieces.map(read)
  expect(got.slice(0, -1).every((one) => one === null)).toBe(true)
  return got.at(-1)?.message
}

const text = 'Lorem §1 \u{1f600}\n'.repeat(100_000)
const bytes = new Uint8Array(1_000_000).map((_, index) => index % 251)

describe('a message', () => {
  it.each([
    ['that is short', { name: 'draft', input: { a: [1, null, 'x', new Uint8Array([1])] } }],
    ['that is no object', 'x'],
    ['of one long text', text],
    [
      'with long texts and bytes in it',
      { a: [{ text }, { text, b: { bytes } }], c: null, text: '' },
    ],
    ['with half a pair of surrogates', { text: `${text.slice(0, 300_001)}\ud83d${text}` }],
    ['with names of prototypes', { constructor: { text }, toString: [text] }],
    ['with maps', { files: new Map([['a', bytes]]), at: new Date(0) }],
  ])('%s arrives as it was', async (_, message) => {
    expect(await carried(message)).toEqual(message)
  })

  it('goes in pieces of which none is long', async () => {
    const lengths: number[] = []
    await sendParcel({ text, bytes }, async (piece) => {
      lengths.push(piece.kind === 'part' ? piece.content.length : JSON.stringify(piece).length)
    })
    expect(lengths.length).toBeGreaterThan(8)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024)
  })

  it('leaves nothing of itself in the next one', async () => {
    const read = parcelReader()
    const pieces: Piece[] = []
    const send = async (piece: Piece) => void pieces.push(piece)
    await sendParcel({ text }, send)
    await sendParcel({ bytes }, send)
    const whole = pieces.flatMap((piece) => read(piece) ?? [])
    expect(whole.map(({ message }) => message)).toEqual([{ text }, { bytes }])
  })
})
