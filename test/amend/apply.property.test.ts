import fc from 'fast-check'
import type { RootContent } from 'mdast'
import { describe, expect, it } from 'vitest'
import { applyIntent, type Applied } from '../../spec-tools/amend/apply.ts'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'
import { applyEdits, invertEdits, Refusal } from '../../spec-tools/document/index.ts'
import { parseFully } from '../document/outline.ts'
import { specs, type RandomSpec } from './specs.ts'

/** Runs a property over random specs; refusals are allowed, but must not be the rule. */
function over(
  runs: number,
  seed: number,
  intentOf: (spec: RandomSpec) => IntentInput,
  check: Check,
) {
  let done = 0
  let refused = 0
  fc.assert(
    fc.property(specs, (spec) => {
      const applied = amend(spec.text, intentOf(spec))
      if (applied === null) {
        refused += 1
        return
      }
      done += 1
      expect(applyEdits(applied.text, invertEdits(spec.text, applied.edits))).toBe(spec.text)
      expect(applyIntent(applied.text, intentOf(spec)).edits.length).toBe(0)
      check(spec, applied)
    }),
    { numRuns: runs, seed },
  )
  expect(done).toBeGreaterThan(refused * 2)
}

type Check = (spec: RandomSpec, applied: Applied) => void

describe('an amendment of a random spec', () => {
  it('adds a section: every other block is what it was', () => {
    const intentOf = ({ nextHeading }: RandomSpec) => ({
      sections: [{ heading: nextHeading, level: 2, body: 'A new paragraph.\n\n- with\n- items' }],
    })
    over(1_000, 1, intentOf, ({ text, nextHeading }, applied) => {
      const before = blocks(text)
      const after = blocks(applied.text)
      const at = after.findIndex((block, index) => block !== before[index])
      expect(after.slice(at).filter((block) => block.includes(nextHeading))).toHaveLength(1)
      const start = after.indexOf(`heading ## ${nextHeading}`)
      expect(after.slice(start, start + 3)).toEqual([
        `heading ## ${nextHeading}`,
        'paragraph A new paragraph.',
        'list - with\n- items',
      ])
      const rest = [...after.slice(0, start), ...after.slice(start + 3)]
      expect(withoutBreaks(rest)).toEqual(withoutBreaks(before))
      const removed = applied.edits.map((edit) => text.slice(edit.start, edit.end))
      expect(removed.join('').trim()).toBe('')
    })
  })

  it('raises the version: one token changes', () => {
    over(
      1_000,
      2,
      () => ({ version: '9.9.9' }),
      ({ text }, applied) => {
        // A field at the end of the document may repeat the header's version.
        const removed = applied.edits.map(({ start, end }) => text.slice(start, end))
        expect(removed[0]).toMatch(/^\d+\.\d+(\.\d+)?$/)
        expect(new Set(removed).size).toBe(1)
        expect(applied.edits.every((edit) => edit.text === '9.9.9')).toBe(true)
      },
    )
  })

  it('adds a row: the table has it, and every other block is what it was', () => {
    const intentOf = ({ tableUnder }: RandomSpec) => ({
      rows: [{ table_under: tableUnder, cells: ['r2', 'a \\| b'], columns: ['Row', 'State'] }],
    })
    over(800, 3, intentOf, ({ text }, applied) => {
      const before = blocks(text)
      const after = blocks(applied.text)
      const changed = after.filter((block, at) => block !== before[at])
      expect(after).toHaveLength(before.length)
      expect(changed).toHaveLength(1)
      expect(changed[0]).toBe(`${before[after.indexOf(changed[0] ?? '')]}\n| r2  | a \\| b |`)
    })
  })

  it('sets a cell: nothing but its slot changes', () => {
    const intentOf = ({ tableUnder }: RandomSpec) => ({
      cells: [{ row: 'r1', under: tableUnder, column: 'State', value: 'shut' }],
    })
    over(700, 4, intentOf, ({ text }, applied) => {
      expect(applied.text).toBe(text.replace('| r1  | open  |', '| r1  | shut  |'))
    })
  })
})

function amend(text: string, intent: IntentInput): Applied | null {
  try {
    return applyIntent(text, intent)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** The document's blocks by the full parser: kind and source, with one line ending. */
function blocks(text: string): string[] {
  const source = text.replace(/^\uFEFF/, '').replaceAll(/\r\n|\r/g, '\n')
  return parseFully(source).children.map((node: RootContent) => {
    const { start, end } = node.position ?? {}
    return `${node.type} ${source.slice(start?.offset, end?.offset).trimEnd()}`
  })
}

/** A break may come with the new section. */
function withoutBreaks(list: string[]): string[] {
  return list.filter((block) => !block.startsWith('thematicBreak'))
}
