import { afterAll, describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { applyEdits, invertEdits } from '../../spec-tools/document/index.ts'
import { corpusIsHere, replays } from './shared.ts'

const pairs = corpusIsHere ? replays() : []
const score = new Map<string, boolean>()

afterAll(() => {
  if (pairs.length === 0) return
  const lines = pairs.map(
    ({ id, cls }) => `  ${score.get(id) ? 'same' : 'DIFFERENT'}  ${cls}  ${id}`,
  )
  const same = [...score.values()].filter(Boolean).length
  console.log(`Replays, byte for byte:\n${lines.join('\n')}\n  ${same} of ${pairs.length}`)
})

describe.skipIf(!corpusIsHere)('a real amendment', () => {
  it('has been looked for in the corpus', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(22)
  })

  it.each(pairs)('$id follows from its intent, byte for byte', ({ id, before, after, intent }) => {
    const applied = applyIntent(before, intent)
    score.set(id, applied.text === after)
    expect(applied.text).toBe(after)
  })

  it.each(pairs)('$id changes nothing when it is applied again', ({ after, intent }) => {
    expect(applyIntent(after, intent).edits).toEqual([])
  })

  it.each(pairs)('$id can be taken back', ({ before, intent }) => {
    const { text, edits } = applyIntent(before, intent)
    expect(applyEdits(text, invertEdits(before, edits))).toBe(before)
  })

  it.each(pairs)('$id follows in a copy with CRLF just as well', ({ before, after, intent }) => {
    const crlf = (text: string) => text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')
    expect(applyIntent(crlf(before), intent).text).toBe(crlf(after))
  })
})
