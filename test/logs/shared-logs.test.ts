/** The shared logs with what must be read from them, where they are present. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { read } from './short.ts'

const folder = join(import.meta.dirname, '../../../shared/data/logs')
const present = existsSync(folder)
const files = present ? readdirSync(folder).filter((file) => file.endsWith('.log')) : []

interface Expected {
  expect: { line: number; value: string; stat: string[]; name: string; unit: string | null }[]
  forbid: { line: number; stat: string; stage?: string }[]
}

interface Seen {
  line: number
  printed: string
  statistic: string
  stage: string
  words: string
  unit: string | null
}

function seen(file: string): { figures: Seen[]; told: Set<number> } {
  const { measurements, unreadLines } = read(readFileSync(join(folder, file)))
  const figures = measurements.flatMap(({ stage, under, side, against, facts, figures: all }) =>
    Object.entries(all).map(([statistic, { line, printed }]) => ({
      line,
      printed: printed.replace('\u2212', '-'),
      statistic,
      stage,
      words: [...under, stage, side, against, statistic].join(' '),
      unit: facts.unit ?? null,
    })),
  )
  return { figures, told: new Set(unreadLines.map(({ line }) => line)) }
}

function expected(file: string): Expected {
  return JSON.parse(readFileSync(join(folder, file.replace(/log$/, 'expected.json')), 'utf8'))
}

function isRight(figure: Seen, { line, value, stat, name, unit }: Expected['expect'][number]) {
  return (
    figure.line === line &&
    figure.printed === value.replace('\u2212', '-') &&
    stat.some((one) => new RegExp(`^(?:${one})$`).test(figure.statistic)) &&
    new RegExp(name, 'i').test(figure.words) &&
    (unit === null || figure.unit === unit)
  )
}

describe.skipIf(!present)('a shared log (skipped where the shared folder is absent)', () => {
  it.each(files)('%s is read right or told, and nothing forbidden is read', (file) => {
    const { figures, told } = seen(file)
    const { expect: wanted, forbid } = expected(file)
    const silent = wanted.filter((one) => {
      return !told.has(one.line) && !figures.some((figure) => isRight(figure, one))
    })
    const wrong = forbid.filter(({ line, stat, stage = '' }) =>
      figures.some(
        (one) => one.line === line && one.statistic === stat && new RegExp(stage).test(one.stage),
      ),
    )
    expect({ silent, wrong }).toEqual({ silent: [], wrong: [] })
  })
})
