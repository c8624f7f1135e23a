/** Any measurement over commits and GPUs: a list of what was measured, and a page for each. */
import { chart, type ChartSeries } from './chart.ts'
import { type Measured, type Quantity, type Reading, runsOf } from './measured.ts'
import { Names } from './names.ts'
import { day, draw, el, table, to, type Content, type Page } from './page.ts'
import { paged } from './paged.ts'
import type { Site } from './types.ts'

/** Pages of single measurements; where there are more, those with the most runs have one. */
const mostPages = 1500
const mostCharts = 10
const rowsOfList = 250
const rowsOfOne = 150
const list = 'measurements/index.html'

export function* measurementPages(site: Site, measured: Measured): Generator<Page> {
  const { quantities } = measured
  const chosen = new Set(quantities.toSorted((a, b) => runsOf(b) - runsOf(a)).slice(0, mostPages))
  const names = new Names()
  const paths = new Map(
    quantities
      .filter((one) => chosen.has(one))
      .map((one) => [one, `measurements/${names.give(`${one.diagnostic}-${one.stage}`)}.html`]),
  )
  for (const [quantity, path] of paths) yield* quantityPages(site, quantity, path)
  for (const { path, rows, links } of paged(list, quantities, rowsOfList)) {
    yield draw(
      site.frame(path, 'Measurements'),
      links,
      quantities.length > chosen.size
        ? el(
            'p',
            {},
            `The ${chosen.size} that were measured in the most runs have a page of their own.`,
          )
        : null,
      table(
        'What was measured, by the diagnostic that printed it',
        ['Diagnostic', 'Measurement', { number: 'Runs' }, 'Figures', 'Last run'],
        rows.map((one) => row(path, one, paths.get(one))),
      ),
    )
  }
}

function row(from: string, one: Quantity, page: string | undefined): Content[] {
  const last = one.readings.at(-1)
  return [
    el('code', {}, one.diagnostic),
    page === undefined ? one.stage : to(from, page, one.stage),
    String(runsOf(one)),
    statisticsOf(one).join(', '),
    last === undefined ? null : [day(last.by.startedAt), ` on ${last.by.gpu}`],
  ]
}

function* quantityPages(site: Site, one: Quantity, path: string): Generator<Page> {
  const statistics = statisticsOf(one)
  const sides = one.readings.some(({ side }) => side !== '') ? ['Side'] : []
  const newestFirst = one.readings.toReversed()
  const charts = statistics
    .flatMap((statistic) => chartOf(one, statistic) ?? [])
    .slice(0, mostCharts)
  for (const part of paged(path, newestFirst, rowsOfOne)) {
    yield draw(
      site.frame(part.path, `${one.stage} (${one.diagnostic})`),
      el('p', {}, to(part.path, list, 'All measurements'), one.unit && `. Values in ${one.unit}.`),
      part.path === path ? charts : null,
      part.links,
      table(
        'What each run printed, the newest first',
        ['Run', 'Commit', 'GPU', ...sides, ...statistics.map((number) => ({ number }))],
        part.rows.map(({ by, repeat, side, figures }) => [
          [to(part.path, by.path, day(by.startedAt)), repeat > 0 ? `, repeat ${repeat}` : null],
          el('code', {}, by.record.request.sha.slice(0, 7)),
          by.gpu,
          ...(sides.length > 0 ? [side] : []),
          ...statistics.map((name) => figures[name]?.printed ?? '–'),
        ]),
      ),
    )
  }
}

/** Over the runs, each side and GPU a line; null for what was printed in one run only. */
function chartOf({ readings, unit }: Quantity, statistic: string): Content {
  const printed = readings.filter(
    ({ figures, repeat }) => repeat === 0 && Number.isFinite(figures[statistic]?.value),
  )
  const runs = [...new Set(printed.map(({ by }) => by))]
  if (runs.length < 2) return null
  const place = new Map(runs.map((run, index) => [run, index]))
  const groups = Map.groupBy(printed, ({ side, by }) =>
    [side, by.gpu].filter((part) => part !== '').join(' on '),
  )
  const series = [...groups].map(([name, own]): ChartSeries => {
    const points: (ChartSeries['points'][number] | null)[] = runs.map(() => null)
    for (const reading of own) {
      const { value, printed: text } = reading.figures[statistic]!
      const title = `${text}, ${dateOf(reading)}, ${reading.by.record.request.sha.slice(0, 7)}`
      points[place.get(reading.by)!] = { value, title }
    }
    return { name, points }
  })
  const ends = [dateOf(printed[0]!), dateOf(printed.at(-1)!)] as const
  return chart(
    unit === null || statistic !== 'value' ? statistic : `${statistic}, ${unit}`,
    series,
    ends,
  )
}

/** Those that most readings have first. */
function statisticsOf({ readings }: Quantity): string[] {
  const counts = new Map<string, number>()
  for (const { figures } of readings) {
    for (const name of Object.keys(figures)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name)
}

function dateOf({ by }: Reading): string {
  return by.startedAt.slice(0, 10)
}
