/** Lines over one axis: a few series in one panel, each with a mark and a dash of its own. */
import { axisCaption, ruled } from './axis.ts'
import { font, left, right } from './frame.ts'
import { widthOf } from './labels.ts'
import type { SeriesLook } from './looks.ts'
import type { Scale } from './scale.ts'
import { element, path, text, title, type Svg } from './svg.ts'

export interface Series {
  name: string
  look: SeriesLook
  /** Places on the axis below, from 0 to 1, and values; null lifts the pen. */
  points: readonly ({ at: number; value: number; title: string } | null)[]
}

export interface SeriesPanel {
  caption: string
  top: number
  height: number
  scale: Scale
  series: readonly Series[]
}

/** Half of a mark's width. */
const markSize = 3

export function drawSeries({ caption, top, height, scale, series }: SeriesPanel): Svg[] {
  const y = (value: number) => top + height - scale.at(value) * height
  const x = (at: number) => left + at * (right - left)
  return [
    ...scale.ticks.flatMap(({ value, label }) => ruled(y(value), label)),
    axisCaption(caption, top + height / 2),
    ...series.flatMap(({ points, look }) => [
      element('path', {
        d: path(points.map((point) => point && ([x(point.at), y(point.value)] as const))),
        stroke: look.colour,
        'stroke-width': 1.5,
        'stroke-dasharray': look.dash,
        fill: 'none',
      }),
      ...points.flatMap((point) =>
        point === null || look.mark === 'none'
          ? []
          : [element('g', {}, title(point.title), drawMark(look, x(point.at), y(point.value)))],
      ),
    ]),
  ]
}

function drawMark({ mark, colour }: SeriesLook, x: number, y: number): Svg {
  const size = markSize * 2
  return mark === 'disc'
    ? element('circle', { cx: x, cy: y, r: markSize, fill: colour })
    : element('rect', { x: x - markSize, y: y - markSize, width: size, height: size, fill: colour })
}

/** The series by name, in one line. */
export function seriesLegend(series: readonly Pick<Series, 'name' | 'look'>[], y: number): Svg[] {
  let x = 24
  return series.flatMap(({ name, look }) => {
    const line = { x1: x, x2: x + 24, y1: y, y2: y, stroke: look.colour, 'stroke-width': 1.5 }
    const drawn = [
      element('line', { ...line, 'stroke-dasharray': look.dash }),
      ...(look.mark === 'none' ? [] : [drawMark(look, x + 12, y)]),
      text({ x: x + 32, y: y + 4.5, 'font-size': font.text }, name),
    ]
    x += 32 + widthOf(name, font.text) + 20
    return drawn
  })
}
