import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formats } from '../../../spec-tools/logs/formats/index.ts'
import { readFormats } from './reading.ts'

interface Expected {
  expect: { line: number; value: string; stat: string[]; name: string; unit: string | null }[]
  forbid: { line: number; stat: string; stage?: string }[]
}

const folder = join(import.meta.dirname, '../../../../shared/data/logs')
const present = existsSync(folder)
const names = present ? readdirSync(folder).filter((name) => name.endsWith('.log')) : []

describe.skipIf(!present)('the shared logs (skipped where the shared folder is absent)', () => {
  test.each(names)('%s: what known formats take of it is read as expected', (name) => {
    const log = readFileSync(join(folder, name), 'utf8')
    const expected = JSON.parse(
      readFileSync(join(folder, name.replace(/log$/, 'expected.json')), 'utf8'),
    ) as Expected
    const { figures, taken } = readFormats(formats, log)
    const missed = expected.expect.filter(
      ({ line, value, stat, name: of, unit }) =>
        taken.has(line) &&
        !figures.some(
          (figure) =>
            figure.line === line &&
            figure.printed === value &&
            stat.some((one) => new RegExp(`^(?:${one})$`).test(figure.statistic)) &&
            new RegExp(of, 'i').test(
              [...figure.under, figure.name, figure.side ?? '', figure.statistic].join(' '),
            ) &&
            (unit === null || unit === figure.unit),
        ),
    )
    const wrong = expected.forbid.filter(({ line, stat, stage = '' }) =>
      figures.some(
        (figure) =>
          figure.line === line && figure.statistic === stat && new RegExp(stage).test(figure.name),
      ),
    )
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] })
  })
})
