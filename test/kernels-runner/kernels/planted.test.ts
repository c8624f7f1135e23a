import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMeasurements } from '../../../spec-tools/index.ts'
import { judge } from '../../../spec-tools/judge/index.ts'
import { evidenceOf, noFiles } from '../../judge/bundle.ts'

/** What a built-in diagnostic stated on an H100, clean or with a planted fault; figures are rounded. */
interface Recorded {
  diagnostic: string
  plant: string | null
  /** The first stage that the program itself found wrong, and all of them. */
  first: string | null
  failed: string[]
  lines: object[]
}

const fixture = join(import.meta.dirname, '../../fixtures/kernels/planted.jsonl')
const recorded = readFileSync(fixture, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

function judged({ diagnostic, lines }: Recorded) {
  const text = lines.map((line) => JSON.stringify(line)).join('\n')
  const source = { diagnostic, file: `logs/${diagnostic}.measurements.jsonl` }
  const { measurements, problems } = readMeasurements(text, source)
  expect(problems).toEqual([])
  const evidence = { ...evidenceOf([]), measurements }
  return judge({ evidence, investigation: null, ...noFiles })
}

const clean = recorded.filter(({ plant }) => plant === null)
const planted = recorded.filter(({ plant }) => plant !== null)

it('all five diagnostics and their faults are held', () => {
  expect(clean).toHaveLength(5)
  expect(planted).toHaveLength(24)
})

describe('what a built-in diagnostic states, held against its own bounds', () => {
  it.each(clean)('matches at every stage of $diagnostic without a fault', (one) => {
    const { rows, first } = judged(one)
    expect(rows.length).toBeGreaterThanOrEqual(3)
    expect(rows.map(({ cell }) => cell.verdict)).toEqual(rows.map(() => 'MATCH'))
    expect(rows.map(({ bound }) => bound)).toEqual(
      rows.map(() => expect.stringMatching(/ ≤ .*, declared by the diagnostic$/)),
    )
    expect(first.status).toBe('none')
  })

  it.each(planted)('parts where $diagnostic with $plant says that it does', (one) => {
    const { rows, first } = judged(one)
    const apart = rows.filter(({ cell }) => ['DIVERGENT', 'NONFINITE'].includes(cell.verdict))
    expect(apart.map(({ stage }) => stage)).toEqual(one.failed)
    expect(first.stages).toEqual([one.first])
  })
})
