/** A chart of values over runs, drawn as elements: its figures stand in the table beside it. */
import type { Element } from 'hast'
import { s } from 'hastscript'
import { children, el } from './page.ts'

export interface ChartSeries {
  name: string
  /** In the order of runs; null where a run has no value. */
  points: readonly (ChartPoint | null)[]
}

export interface ChartPoint {
  value: number
  /** What a pointer on it shows. */
  title: string
}

const width = 640
const height = 190
const area = { left: 84, right: 12, top: 14, bottom: 26 }
/** Series beyond these look like the first ones; they are named in the legend. */
const looks = 4
/** Newest points that are drawn; a mark needs some room. */
const mostPoints = 300

/** @param ends what stands below the first and the last point, such as two dates */
export function chart(
  caption: string,
  all: readonly ChartSeries[],
  ends: readonly [first: string, last: string],
): Element | null {
  const series = all.map(({ name, points }) => ({ name, points: points.slice(-mostPoints) }))
  const values = series.flatMap(({ points }) => points.flatMap((point) => point?.value ?? []))
  const count = Math.max(0, ...series.map(({ points }) => points.length))
  if (count < 2 || values.length < 2) return null
  const ticks = ticksOf(values)
  const [low, high] = [ticks[0]!, ticks.at(-1)!]
  const x = (index: number) => area.left + (index / (count - 1)) * (width - area.left - area.right)
  const y = (value: number) =>
    height - area.bottom - ((value - low) / (high - low)) * (height - area.top - area.bottom)
  const label = `${caption}: ${count} runs, from ${brief(Math.min(...values))} to ${brief(Math.max(...values))}.`
  return el(
    'figure',
    {},
    s(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', ariaLabel: label },
      ticks.flatMap((value) => [
        s('line.grid', { x1: area.left, x2: width - area.right, y1: y(value), y2: y(value) }),
        s(
          'text.faint',
          { x: area.left - 8, y: y(value) + 4, textAnchor: 'end' },
          children(brief(value)),
        ),
      ]),
      s('text.faint', { x: area.left, y: height - 6 }, children(ends[0])),
      s(
        'text.faint',
        { x: width - area.right, y: height - 6, textAnchor: 'end' },
        children(ends[1]),
      ),
      series.flatMap(({ points }, index) => drawn(points, index, x, y)),
    ),
    el('figcaption', {}, legend(caption, series)),
  )
}

function drawn(
  points: readonly (ChartPoint | null)[],
  index: number,
  x: (index: number) => number,
  y: (value: number) => number,
): Element[] {
  const look = `s${index % looks}`
  const placed = points.flatMap((point, at) => (point ? [{ ...point, at }] : []))
  const path = placed
    .map(({ at, value }, step) => `${step === 0 ? 'M' : 'L'}${round(x(at))} ${round(y(value))}`)
    .join('')
  return [
    s(`path.${look}`, { d: path }),
    ...placed.map(({ at, value, title }) => {
      const said = s('title', children(title))
      const [cx, cy] = [round(x(at)), round(y(value))]
      return index % 2 === 0
        ? s(`circle.${look}`, { cx, cy, r: 3 }, said)
        : s(`rect.${look}`, { x: cx - 3, y: cy - 3, width: 6, height: 6 }, said)
    }),
  ]
}

const colours = ['blue discs', 'orange squares', 'green discs', 'purple squares']

function legend(caption: string, series: readonly ChartSeries[]): string {
  if (series.length === 1) return caption
  const names = series.map(({ name }, index) => `${name} (${colours[index % looks]})`)
  return `${caption}: ${names.join(', ')}`
}

/** Steps of 1, 2 or 5 that hold all values; an even series is a line in the middle. */
function ticksOf(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const rough = (most - least || Math.abs(most) || 1) / 3
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((digit) => digit * magnitude >= rough) ?? 10) * magnitude
  const from = Math.floor(least / step)
  const to = Math.max(Math.ceil(most / step), from + 1)
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * step)
}

/** Four digits: labels of an axis, and no more. */
function brief(value: number): string {
  const size = Math.abs(value)
  if (value === 0) return '0'
  return size >= 1e6 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
