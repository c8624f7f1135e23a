/** One axis of the plot with its grid, the noise floor and a mark for each stage. */
import type { DivergenceRow } from '../../judge/types.ts'
import { axisCaption, ink, ruled } from './axis.ts'
import { left, type Frame, type PlacedPanel } from './frame.ts'
import { mark } from './marks.ts'
import type { Panel } from './panels.ts'
import { element, path, title, type Svg } from './svg.ts'

export const floorStroke = {
  stroke: '#3f6f5f',
  'stroke-width': 1.5,
  'stroke-dasharray': '5 3',
  fill: 'none',
}
export const noise = '#e3f1ec'

const captions: Readonly<Record<Panel['axis'], string>> = {
  'relative L2': 'relative L2, ‖a−b‖ / ‖b‖',
  'std ratio': 'std ratio, a / b',
  'share of the limit': 'share of the limit',
}

export function drawPanel(panel: PlacedPanel, rows: readonly DivergenceRow[], frame: Frame): Svg[] {
  return [
    ...drawNoise(panel, frame),
    ...drawAxis(panel),
    ...drawFloor(panel, frame),
    ...drawLine(panel, frame),
    ...drawMarks(panel, rows, frame),
  ]
}

function drawAxis({ axis, scale, y, top, bottom, zero }: PlacedPanel): Svg[] {
  const places = [
    ...scale.ticks.map(({ value, label }) => ({ at: y(value), label, strong: value === 1 })),
    ...(zero === null ? [] : [{ at: zero, label: '0', strong: false }]),
  ]
  return [
    ...places.flatMap(({ at, label, strong }) =>
      ruled(at, label, strong && axis !== 'relative L2' ? ink.axis : ink.grid),
    ),
    element('path', {
      d: path([
        [left, top],
        [left, bottom],
      ]),
      stroke: ink.axis,
      fill: 'none',
    }),
    axisCaption(captions[axis], (top + bottom) / 2),
  ]
}

/** All that is below the floor is noise. */
function drawNoise(panel: PlacedPanel, { slot }: Frame): Svg[] {
  return floorRuns(panel, slot).map((steps) => {
    const ends = [steps.at(-1)?.[0] ?? left, steps[0]?.[0] ?? left]
    const area = path([...steps, ...ends.map((x) => [x, panel.bottom] as const)])
    return element('path', { d: `${area}Z`, fill: noise, 'fill-opacity': 0.6 })
  })
}

/** One step a stage; a gap where a stage has none. */
function drawFloor(panel: PlacedPanel, { slot }: Frame): Svg[] {
  const runs = floorRuns(panel, slot)
  return runs.length === 0
    ? []
    : [element('path', { d: path(runs.flatMap((steps) => [...steps, null])), ...floorStroke })]
}

/** The steps of the floor, in pieces without a gap. */
function floorRuns({ points, y }: PlacedPanel, slot: number): [x: number, y: number][][] {
  const runs: [number, number][][] = []
  let run: [number, number][] | undefined
  for (const [index, point] of points.entries()) {
    if (point?.floor == null) {
      run = undefined
      continue
    }
    if (run === undefined) runs.push((run = []))
    const [from, height] = [left + index * slot, y(point.floor)]
    run.push([from, height], [from + slot, height])
  }
  return runs
}

/** Leads the eye from stage to stage, and not over one that was not compared. */
function drawLine({ points, y }: PlacedPanel, { x }: Frame): Svg[] {
  const line = points.map((point, index): [number, number] | null =>
    point === null ? null : [x(index), y(point.value)],
  )
  return [element('path', { d: path(line), stroke: ink.axis, fill: 'none', 'stroke-opacity': 0.7 })]
}

function drawMarks(
  { points, y, axis }: PlacedPanel,
  rows: readonly DivergenceRow[],
  frame: Frame,
): Svg[] {
  return rows.flatMap((row, index) => {
    const point = points[index]
    if (point == null) return []
    const [at, low, high] = [frame.x(index), y(Math.max(0, point.lo)), y(point.hi)]
    // Printed digits that leave the value open by more than the mark hides are drawn as a whisker.
    const open = low - high > frame.mark * 2.4
    const whisker = path([
      [at, low],
      [at, high],
    ])
    return [
      element(
        'g',
        {},
        title(
          `${row.stage}: ${axis === 'share of the limit' ? '' : `${axis} `}${point.text}, ${row.cell.text}`,
        ),
        ...(open ? [element('path', { d: whisker, stroke: ink.text })] : []),
        mark(row.cell.verdict, at, y(point.value), frame.mark),
      ),
    ]
  })
}
