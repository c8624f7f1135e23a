/**
 * An edit takes only places that were read. The types see to that: what a search or arithmetic gives
 * is no offset. This test sees to it that only those who read make offsets, and that the types hold.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { insertAt, partOf, readAt, type Edit } from '../../spec-tools/document/index.ts'

const root = join(import.meta.dirname, '../../spec-tools')

/** Who reads a document, and says where something stands in it. */
const readers = new Set([
  'document/containers.ts',
  'document/contents.ts',
  'document/fields.ts',
  'document/front-matter.ts',
  'document/index.ts',
  'document/key.ts',
  'document/lines.ts',
  'document/preamble.ts',
  'document/range.ts',
  'document/ranges.ts',
  'document/read.ts',
  'document/references.ts',
  'document/scan.ts',
  'document/scoreboard/figure.ts',
  'document/scoreboard/statements/bars.ts',
  'document/scoreboard/statements/places.ts',
  'document/sections.ts',
  'document/tables.ts',
  // The inverse of edits stands where they were made.
  'document/edits.ts',
  // A text that a person gives is looked for here, once, and must occur once.
  'amend/apply/replace.ts',
])

async function sources(): Promise<{ file: string; text: string }[]> {
  const files = await readdir(root, { recursive: true })
  const own = files.filter((file) => file.endsWith('.ts'))
  return Promise.all(
    own.map(async (file) => ({ file, text: await readFile(join(root, file), 'utf8') })),
  )
}

const makesPlaces = (text: string) => /\breadAt\b|\bas Offset\b|\bas Located\b/.test(text)

describe('places in a document', () => {
  it('are made by those who read, and by nobody else', async () => {
    const all = await sources()
    expect(all.length).toBeGreaterThan(300)
    const makers = all.filter(({ text }) => makesPlaces(text)).map(({ file }) => file)
    expect(makers.filter((file) => !readers.has(file) && file !== 'document/located.ts')).toEqual(
      [],
    )
    expect([...readers].filter((file) => !makers.includes(file))).toEqual([])
    expect(makesPlaces('const edit = { ...readAt(text.indexOf(old), 9) }')).toBe(true)
  })

  it('are no numbers that a search or arithmetic gives', () => {
    const text = 'A2A v2'
    const read = readAt(5, 6)
    // @ts-expect-error what was matched at one place is not looked up at another
    const found: Edit = { start: text.indexOf('2'), end: text.indexOf('2') + 1, text: '3' }
    // @ts-expect-error nor is it counted from another place
    const counted: Edit = { start: read.start - 4, end: read.end - 4, text: '3' }
    const right: Edit = { ...read, text: '3' }
    expect([found, counted, right].map(({ start }) => text[start])).toEqual(['2', '2', '2'])
  })

  it('have parts that lie within them', () => {
    const whole = readAt(10, 20)
    expect(partOf(whole, 2, 5)).toEqual(readAt(12, 15))
    expect(insertAt(whole.end)).toEqual(readAt(20, 20))
    for (const [from, to] of [
      [-1, 2],
      [3, 2],
      [0, 11],
      [NaN, 2],
    ] as const) {
      expect(() => partOf(whole, from, to)).toThrow(RangeError)
    }
  })
})
