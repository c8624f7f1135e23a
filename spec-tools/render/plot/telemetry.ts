/**
 * What the GPU did while it was measured: clocks, power, temperature, load and memory over time, from
 * the samples of `telemetry.csv`. Where a clock falls, the figures of that time are worth a look.
 */
import { font, left, right } from './frame.ts'
import { darkLooks, looks } from './looks.ts'
import { ink } from './axis.ts'
import { picture } from './picture.ts'
import { linear } from './scale.ts'
import { drawSeries, type Series, seriesLegend } from './series.ts'
import { text, type Svg } from './svg.ts'

/** A column of the samples by how its name begins, and what is written beside its axis. */
const quantities = [
  { column: 'clocks.current.sm', caption: 'SM clock, MHz' },
  { column: 'clocks.current.memory', caption: 'memory clock, MHz' },
  { column: 'power.draw', caption: 'power, W' },
  { column: 'temperature.gpu', caption: 'temperature, °C' },
  { column: 'utilization.gpu', caption: 'load, %' },
  { column: 'memory.used', caption: 'memory, MiB' },
]
/** More samples than this are drawn by every second, third, … one. */
const mostSamples = 600
const top = 92
const height = 74
const gap = 22

interface Sample {
  /** Milliseconds since 1970. */
  at: number
  gpu: string
  /** By the place of the quantity; null where the tool said nothing that is a number. */
  values: (number | null)[]
}

/** Undefined where there are not two samples of a time. */
export function telemetryPlot(csv: string): string | undefined {
  const samples = readSamples(csv)
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at <= first.at) return undefined
  const span = last.at - first.at
  const gpus = [...new Set(samples.map(({ gpu }) => gpu))].slice(0, looks.length)
  const panels = quantities.flatMap(({ caption }, place) => {
    const series = gpus.map((gpu, index): Series => ({
      name: `GPU ${gpu}`,
      look: { ...(looks[index] ?? looks[0]!), mark: 'none' },
      points: thinned(samples.filter((sample) => sample.gpu === gpu)).map((sample) => {
        const value = sample.values[place] ?? null
        return value === null ? null : { at: (sample.at - first.at) / span, value, title: '' }
      }),
    }))
    return series.some(({ points }) => points.some((point) => point !== null))
      ? [{ caption, series }]
      : []
  })
  const bottom = top + panels.length * (height + gap) - gap
  return picture(
    {
      title: 'The GPU while it was measured',
      description: `${samples.length} samples in ${(span / 1000).toFixed(0)} s: ${panels.map(({ caption }) => caption).join('; ')}.`,
      height: bottom + 50,
      dark: darkLooks,
    },
    text(
      { x: 24, y: 32, 'font-size': font.title, 'font-weight': 600 },
      'The GPU while it was measured',
    ),
    ...seriesLegend(panels[0]?.series ?? [], 60),
    ...panels.flatMap(({ caption, series }, index) => {
      const values = series.flatMap(({ points }) => points.flatMap((point) => point?.value ?? []))
      const [unit, ...name] = caption.split(', ').toReversed()
      return [
        ...drawSeries({
          caption: unit ?? '',
          top: top + index * (height + gap),
          height,
          scale: linear(values),
          series,
        }),
        text({ x: left + 4, y: top + index * (height + gap) - 5, fill: ink.faint }, name.join()),
      ]
    }),
    ...timeAxis(span, bottom),
  )
}

function timeAxis(span: number, bottom: number): Svg[] {
  const seconds = span / 1000
  const { ticks, at } = linear([seconds])
  const end = at(seconds)
  const drawn = ticks
    .filter(({ value }) => value <= seconds)
    .map(({ value, label }) =>
      text(
        {
          x: left + (at(value) / end) * (right - left),
          y: bottom + 18,
          'text-anchor': 'middle',
          fill: ink.faint,
        },
        label,
      ),
    )
  const place = { x: (left + right) / 2, y: bottom + 38, 'text-anchor': 'middle' }
  return [
    ...drawn,
    text({ ...place, 'font-size': font.text, fill: ink.faint }, 'seconds since the first sample'),
  ]
}

function thinned(samples: readonly Sample[]): Sample[] {
  const every = Math.ceil(samples.length / mostSamples)
  return samples.filter((_, index) => index % every === 0)
}

function readSamples(csv: string): Sample[] {
  const [head = '', ...lines] = csv.split(/\r?\n/)
  const columns = cells(head)
  const [time, index] = ['timestamp', 'index'].map((name) => columns.indexOf(name))
  const places = quantities.map(({ column }) =>
    columns.findIndex((name) => name === column || name.startsWith(`${column} [`)),
  )
  if (time === undefined || time < 0) return []
  return lines.flatMap((line) => {
    const values = cells(line)
    const at = Date.parse(`${(values[time] ?? '').replaceAll('/', '-').replace(' ', 'T')}Z`)
    if (Number.isNaN(at)) return []
    const gpu = index === undefined || index < 0 ? '0' : (values[index] ?? '')
    return [{ at, gpu, values: places.map((place) => numberIn(values[place])) }]
  })
}

function cells(line: string): string[] {
  return line.split(',').map((cell) => cell.trim())
}

/** `1980 MHz`; `[N/A]` is no number. */
function numberIn(cell = ''): number | null {
  const value = Number.parseFloat(cell)
  return Number.isFinite(value) ? value : null
}
