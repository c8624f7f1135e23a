/** What a diagnostic printed, as tables: one for each set of statistics. */
import type { RootContent } from 'mdast'
import type { Diagnostic, Evidence, Measurement } from '../../evidence/index.ts'
import {
  brief,
  code,
  paragraph,
  stageName,
  table,
  type Inline,
} from '../../render/markdown/index.ts'
import type { Figures } from '../figures.ts'

/** Tables of a diagnostic, rows of a table, statistics of a row; the logs have the rest. */
const shownTables = 12
const shownRows = 32
const shownStatistics = 12

export function printedTables(
  { measurements }: Pick<Evidence, 'measurements'>,
  { id, repeat: run = 0 }: Diagnostic,
  figures: Figures,
  folder: string,
): RootContent[] {
  const own = measurements.filter(
    ({ source, repeat = 0 }) => source.diagnostic === id && repeat === run,
  )
  if (own.length === 0) return []
  const groups = Map.groupBy(rowsOf(own), (row) => JSON.stringify([...row.cells.keys()]))
  const tables = [...groups.values()]
  const last = tables.slice(shownTables - 1).flat()
  const shown = tables.length > shownTables ? [...tables.slice(0, shownTables - 1), last] : tables
  return shown.flatMap((rows) => {
    const more = rows.length - shownRows
    const file = rows[0]?.source.file
    return [
      drawTable(rows.slice(0, shownRows), figures),
      ...(more > 0
        ? [
            paragraph(
              figures.value(more, 'evidence.json#/measurements', 'counted'),
              ' more are in ',
              code(`${folder}${file}`),
              '.',
            ),
          ]
        : []),
    ]
  })
}

/** Measurements that speak of the same thing. */
interface Row extends Pick<
  Measurement,
  'id' | 'stage' | 'under' | 'side' | 'against' | 'facts' | 'source'
> {
  /** Statistic -> as printed, and the figure that it is. */
  cells: Map<string, { printed: string; from: string }>
}

/** One row a measurement, but one for neighbours that only state other statistics of one thing. */
function rowsOf(measurements: readonly Measurement[]): Row[] {
  const rows: Row[] = []
  for (const measurement of measurements) {
    const cells = inPrintedOrder(measurement).map((name) => {
      const printed = measurement.figures[name]?.printed ?? ''
      return [name, { printed, from: `${measurement.id}#${name}` }] as const
    })
    const last = rows.at(-1)
    if (last && sameThing(last, measurement) && !cells.some(([name]) => last.cells.has(name))) {
      for (const [name, cell] of cells) last.cells.set(name, cell)
    } else {
      rows.push({ ...measurement, cells: new Map(cells) })
    }
  }
  return rows
}

/** Names of its figures as they stand in the log; in a bundle they are sorted. */
export function inPrintedOrder({ figures, source }: Measurement): string[] {
  const raw = source.raw.toLowerCase()
  const place = (name: string) => {
    const at = raw.search(
      new RegExp(`(?<![\\p{L}_])${RegExp.escape(name.toLowerCase())}\\s*[=:]`, 'u'),
    )
    return [figures[name]?.line ?? 0, at === -1 ? raw.length : at] as const
  }
  return Object.keys(figures)
    .map((name) => ({ name, place: place(name) }))
    .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
    .map(({ name }) => name)
}

function sameThing(row: Row, other: Measurement): boolean {
  const thing = ({ stage, under, side, against, facts }: Row | Measurement) =>
    JSON.stringify([stage, under, side, against, facts])
  return thing(row) === thing(other)
}

function drawTable(rows: readonly Row[], figures: Figures): RootContent {
  const sided = rows.some(({ side, against }) => side !== null || against !== null)
  const counted = rows.some(({ facts }) => facts.n !== undefined)
  const statistics = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))]
    .filter((name) => name !== 'n' || !counted)
    .slice(0, shownStatistics)
  const shown = (row: Row, name: string) => {
    const cell = row.cells.get(name)
    if (cell === undefined) return null
    const text = brief({ value: readNumber(cell.printed), text: cell.printed })
    return figures.value(text, cell.from, 'printed')
  }
  const wide = statistics.length > shownColumns
  const header = [
    'Measurement',
    ...(sided ? ['Side'] : []),
    ...(counted ? ['n'] : []),
    ...(wide ? ['Figures'] : statistics.map((name) => code(name))),
  ]
  return table(
    header.map((title) =>
      ['Measurement', 'Side', 'Figures'].includes(String(title)) ? 'left' : 'right',
    ),
    header,
    rows.map((row) => [
      nameOf(row),
      ...(sided ? [sideOf(row)] : []),
      ...(counted ? [countOf(row, figures)] : []),
      ...(wide
        ? [listOf(row, statistics, shown)]
        : statistics.map((name) => shown(row, name) ?? '–')),
    ]),
  )
}

/** So many columns of figures fit a page; more figures stand in one, by their names. */
const shownColumns = 4

function listOf(
  row: Row,
  statistics: readonly string[],
  shown: (row: Row, name: string) => string | null,
): string {
  const parts = statistics.flatMap((name) => {
    const text = shown(row, name)
    return text === null ? [] : [`${name.replaceAll('_', ' ')} ${text}`]
  })
  return parts.join(', ')
}

/** A printed number; text stays as it is. */
function readNumber(printed: string): number {
  return Number(printed.replaceAll(/[,_](?=\d{3})/g, ''))
}

/** The stage under the innermost heading, which often tells two of one name apart, and its unit. */
function nameOf({ stage, under, facts }: Row): Inline {
  const above = under.at(-1)
  return [
    stageName(stage),
    ...(above === undefined || above === stage ? [] : [' under ', stageName(above)]),
    ...(facts.unit === undefined ? [] : [`, in ${facts.unit}`]),
  ]
}

function sideOf({ side, against }: Row): string {
  return [side, against].filter((name) => name !== null).join(' / ') || '–'
}

function countOf({ facts, id }: Row, figures: Figures): string {
  return facts.n === undefined ? '–' : figures.value(facts.n, `${id}#n`, 'printed')
}
