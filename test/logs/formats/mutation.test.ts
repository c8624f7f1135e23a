import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import type { FormatFigure } from '../../../spec-tools/logs/formats/format.ts'
import { formats } from '../../../spec-tools/logs/formats/index.ts'
import { readFormats } from './reading.ts'
import { type Table, tables } from './tables.ts'

/** A name that no format knows, and a value that no table holds. */
const [newName, newValue] = ['Qxyz', '777.25']

interface Mutation {
  what: string
  header: string[]
  rows: string[][]
}

/** A column added at each place, renamed, cut, and two columns that change places. */
function mutationsOf({ header, rows }: Table): Mutation[] {
  const places = header.map((_, at) => at)
  const all = (what: string, change: (row: string[], of: string) => string[]): Mutation => ({
    what,
    header: change(header, newName),
    rows: rows.map((row) => change(row, newValue)),
  })
  return [
    ...[...places, header.length].map((at) =>
      all(`added at ${at}`, (row, own) => row.toSpliced(at, 0, own)),
    ),
    ...places.map((at) => ({
      ...all('', (row) => row),
      what: `${header[at]!} renamed`,
      header: header.with(at, newName),
    })),
    ...places.map((at) => all(`${header[at]!} cut`, (row) => row.toSpliced(at, 1))),
    ...places
      .slice(1)
      .map((at) =>
        all(`${header[at]!} moved to the left`, (row) =>
          row.with(at - 1, row[at]!).with(at, row[at - 1]!),
        ),
      ),
  ]
}

/** What a figure says, but for its count, which may go with the column that states it. */
function said({ line, printed, name, side, statistic, unit }: FormatFigure): string {
  return JSON.stringify([line, printed, name, side, statistic, unit])
}

describe('columns are found by their names', () => {
  test.each(tables)('of $format: $header', (table) => {
    const read = (header: string[], rows: string[][]) =>
      readFormats(formats, table.draw(header, rows))
    const before = read(table.header, table.rows)
    expect([...before.by]).toEqual([table.format])
    expect(before.unread).toEqual([])
    const known = new Map(before.figures.map((figure) => [said(figure), figure.n]))
    for (const { what, header, rows } of mutationsOf(table)) {
      const { figures } = read(header, rows)
      const wrong = figures.filter(
        (figure) =>
          // A column of another name is read by that name alone.
          !figure.name.includes(newName) &&
          !(known.has(said(figure)) && (figure.n === null || figure.n === known.get(said(figure)))),
      )
      expect({ what, wrong }).toEqual({ what, wrong: [] })
      const same = figures.filter((figure) => known.has(said(figure)))
      // A column more, or at another place, takes nothing away: all is read, or nothing.
      const mayLose = same.length === 0 || !/^added|moved/.test(what)
      expect({ what, read: same.length }).toEqual({
        what,
        read: mayLose ? same.length : known.size,
      })
    }
  })
})

const folder = join(import.meta.dirname, '../../fixtures/formats')
/** Formats whose lines say in words what each of their figures is. */
const inSentences =
  /^(?:criterion|eval-callback|hyperfine\.|libtest-bench|llama-timings|perf-stat|llama-perplexity\.(?:2023|2026)|numpy-testing|polygraphy|test-backend-ops|torch-assert-close|trtexec\.7)/
/** Formats that say the key of each figure beside it: JSON, XML, `key=value` and the like. */
const byKeys =
  /^(?:ctrf|engine-stats|fio|wrk|go-benchmark|junit-xml|logfmt|nvidia-smi-q|nvidia-smi-xml|prometheus|serving-benchmark|\S+-json|rocm-smi|nvidia-smi)$/

const logs = readdirSync(folder).filter((name) => name.endsWith('.log'))
const names = logs.filter((name) => inSentences.test(name) || byKeys.test(name.split('.')[0]!))

it('every format is among those with columns, with sentences or with keys', () => {
  const withColumns = new Set(tables.map(({ format }) => format))
  const open = formats
    .map(({ name }) => name)
    .filter((name) => !withColumns.has(name) && !inSentences.test(`${name}.`) && !byKeys.test(name))
  expect(open).toEqual([])
})

/** A line with one of its words replaced, cut, or moved behind the next. */
function* changesOf(line: string, onlyRename: boolean): Generator<string> {
  const words = line.split(/(?<=\s)(?=\S)/)
  for (const [at, word] of words.entries()) {
    if (!/[A-Za-z]/.test(word)) continue
    yield words.with(at, word.replace(/\S+/, newName)).join('')
    // `Mean TTFT` without its mean is a figure called TTFT, and that is right.
    if (onlyRename) continue
    yield words.toSpliced(at, 1).join('')
    if (at + 1 < words.length)
      yield words
        .with(at, words[at + 1]!)
        .with(at + 1, word)
        .join('')
  }
}

describe('words that are changed', () => {
  test.each(names)('of %s give no figure another meaning', (name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    const meaning = ({ line, printed, statistic, unit }: FormatFigure) =>
      JSON.stringify([line, printed, statistic, unit])
    const known = new Set(readFormats(formats, lines.join('\n')).figures.map(meaning))
    const wrong: string[] = []
    for (const [at, line] of lines.entries()) {
      for (const changed of changesOf(line, !inSentences.test(name))) {
        const { figures } = readFormats(formats, lines.with(at, changed).join('\n'))
        for (const figure of figures) {
          if (known.has(meaning(figure)) || JSON.stringify(figure).includes(newName)) continue
          wrong.push(`${changed} -> ${meaning(figure)}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a log that is cut, or that other lines interrupt,', () => {
  test.each(logs)('gives no figure another meaning: %s', (name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    const message = 'ggml_cuda_init: found 1 CUDA devices in 12.5 ms'
    /** What is said of each figure, with the lines that it had in the whole log. */
    const read = (some: readonly string[], shift: (line: number) => number) =>
      readFormats(formats, some.join('\n')).figures.map((figure) =>
        said({ ...figure, line: shift(figure.line) }),
      )
    const known = new Set(read(lines, (line) => line))
    const wrong = lines
      .keys()
      .flatMap((at) =>
        [
          ...read(lines.slice(0, at), (line) => line),
          ...read(lines.slice(at), (line) => line + at),
          ...read(lines.toSpliced(at, 0, message), (line) => (line > at ? line - 1 : line)),
        ].filter((figure) => !known.has(figure)),
      )
    expect([...wrong]).toEqual([])
  })
})
