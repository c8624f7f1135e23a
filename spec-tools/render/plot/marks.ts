/** The mark of a verdict, in its shape and colour. */
import { lookOf, type Verdict } from '../../judge/index.ts'
import { element, path, type Svg } from './svg.ts'

/** The mark of a verdict around a point; `size` is half of its width, in user units. */
export function mark(verdict: Verdict, x: number, y: number, size: number): Svg {
  const { colour, shape, hollow } = lookOf(verdict)
  const strokes = shape === 'cross' || shape === 'bar'
  return element('path', {
    d: outlines[shape](x, y, size),
    fill: strokes ? 'none' : hollow ? paper : colour,
    stroke: colour,
    'stroke-width': strokes ? size * 0.6 : size * 0.35,
  })
}

/** What everything is drawn on: the picture is as readable on a dark page as on a light one. */
export const paper = '#ffffff'

type Outline = (x: number, y: number, size: number) => string

const closed =
  (...corners: [x: number, y: number][]): Outline =>
  (x, y, size) =>
    `${path(corners.map(([dx, dy]) => [x + dx * size, y + dy * size]))}Z`

const outlines = {
  disc: (x, y, size) => {
    const start = path([[x - size * 0.8, y]])
    const arc = `a${size * 0.8} ${size * 0.8} 0 1 0 `
    return `${start}${arc}${size * 1.6} 0${arc}${-size * 1.6} 0`
  },
  diamond: closed([0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]),
  square: closed([-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]),
  triangle: closed([0, -1], [1, 0.8], [-1, 0.8]),
  cross: (x, y, size) =>
    path([
      [x - size, y - size],
      [x + size, y + size],
      null,
      [x - size, y + size],
      [x + size, y - size],
    ]),
  bar: (x, y, size) =>
    path([
      [x - size, y],
      [x + size, y],
    ]),
} satisfies Record<ReturnType<typeof lookOf>['shape'], Outline>
