/**
 * The divergence plot: stages from left to right in the order of the computation, how far the sides
 * are apart upwards, and a band below for stages without such a figure. One SVG that stands alone:
 * no script, font or reference, a background of its own, and a second set of colours for dark pages.
 */
import { clip } from '../markdown/index.ts'
import { type DivergenceRow, type Pictured, verdictNames } from '../../judge/index.ts'
import { firstRuns, font, frameOf, left, lineHeight, right, width, type Frame } from './frame.ts'
import { widthOf } from './labels.ts'
import { mark } from './marks.ts'
import { ink } from './axis.ts'
import { drawPanel, floorStroke } from './panel.ts'
import { laneOf, limitPanels, panelsOf, type Panel } from './panels.ts'
import { picture, shade } from './picture.ts'
import { element, text, title, type Svg } from './svg.ts'

/**
 * The picture as SVG text; undefined where no stage has a figure to plot.
 *
 * @param rows those to be drawn, where not all of them are
 */
export function divergencePlot(
  judgement: Pictured,
  rows: readonly DivergenceRow[] = judgement.rows,
): string | undefined {
  const { candidate, reference } = judgement.sides
  const about = `Divergence of ${candidate} from ${reference} by stage`
  return stagePlot({ of: 'Divergence', about, judgement, rows, panels: panelsOf(rows) })
}

/** The same, with the share that the figure which decided a stage takes of its limit. */
export function limitsPlot(
  judgement: Pictured,
  rows: readonly DivergenceRow[] = judgement.rows,
): string | undefined {
  const { candidate, reference } = judgement.sides
  const about = `Share of the limit by stage, ${candidate} against ${reference}`
  return stagePlot({ of: 'Share of the limit', about, judgement, rows, panels: limitPanels(rows) })
}

interface StagePlot {
  /** What is plotted. */
  of: string
  /** Title of the picture. */
  about: string
  judgement: Pictured
  rows: readonly DivergenceRow[]
  panels: readonly Panel[]
}

function stagePlot({ of, about, judgement, rows, panels }: StagePlot): string | undefined {
  if (panels.length === 0) return undefined
  const runs = firstRuns(judgement, rows)
  const floors = panels.some(({ points }) => points.some((point) => point?.floor != null))
  const legend = drawLegend(rows, floors, 76)
  const frame = frameOf(
    rows,
    panels,
    legend.bottom,
    runs.map(({ from }) => from),
  )
  return picture(
    {
      title: about,
      description: inWords(judgement, rows),
      height: frame.height,
    },
    ...heading(of, judgement),
    ...legend.drawn,
    ...drawFirst(judgement, runs, frame),
    ...frame.panels.flatMap((panel) => drawPanel(panel, rows, frame)),
    ...drawBand(rows, frame),
    ...drawNames(rows, frame, runs),
  )
}

/** The picture for those who don't see it. */
function inWords({ first, sides }: Pictured, rows: readonly DivergenceRow[]): string {
  const counts = verdictNames
    .map((verdict) => [verdict, count(rows, verdict)] as const)
    .filter(([, number]) => number > 0)
    .map(([verdict, number]) => `${number} ${verdict}`)
  return `${rows.length} stages of ${sides.candidate} (candidate) and ${sides.reference} (reference): ${counts.join(', ')}. ${first.text}`
}

function heading(of: string, { sides, first }: Pictured): Svg[] {
  const [candidate, reference] = [clip(sides.candidate, 22), clip(sides.reference, 22)]
  return [
    text(
      { x: 24, y: 32, 'font-size': font.title, 'font-weight': 600 },
      `${of} by stage: ${candidate} (candidate) / ${reference} (reference)`,
    ),
    text(
      { x: 24, y: 54, 'font-size': font.text, fill: ink.faint },
      clip(first.text.replaceAll('`', ''), 124),
    ),
  ]
}

/** The verdicts that occur, with their number, and the noise floor; in as many lines as needed. */
function drawLegend(
  rows: readonly DivergenceRow[],
  floors: boolean,
  top: number,
): { drawn: Svg[]; bottom: number } {
  const origins = floors ? [...new Set(rows.flatMap(({ floor }) => floor?.origin ?? []))] : []
  const items: { label: string; sign: (x: number, y: number) => Svg }[] = [
    ...verdictNames
      .filter((verdict) => count(rows, verdict) > 0)
      .map((verdict) => ({
        label: `${verdict} ${count(rows, verdict)}`,
        sign: (x: number, y: number) => mark(verdict, x, y, 5),
      })),
    ...(origins.length === 0
      ? []
      : [
          {
            label: `noise floor (${origins.join(', ')})`,
            sign: (x: number, y: number) =>
              element('line', { x1: x - 8, x2: x + 8, y1: y, y2: y, ...floorStroke }),
          },
        ]),
  ]
  const drawn: Svg[] = []
  let [x, y] = [24, top]
  for (const { label, sign } of items) {
    const room = 24 + widthOf(label, font.text) + 22
    if (x > 24 && x + room > right) [x, y] = [24, y + lineHeight]
    drawn.push(sign(x + 8, y), text({ x: x + 24, y: y + 4.5, 'font-size': font.text }, label))
    x += room
  }
  return { drawn, bottom: y + 8 }
}

/** Shades the stage that diverges first, or all of those of which one is the first. */
function drawFirst(
  { first }: Pictured,
  runs: readonly { from: number; to: number }[],
  { slot, top, bottom }: Frame,
): Svg[] {
  const [leading] = runs
  if (leading === undefined) return []
  const shades = runs.map(({ from, to }) =>
    element('rect', {
      x: left + from * slot,
      y: top,
      width: Math.max(1.5, (to - from + 1) * slot),
      height: bottom - top,
      fill: shade.first,
    }),
  )
  const words =
    first.stages.length === 1
      ? `first divergence: ${clip(first.stages[0] ?? '', 40)}`
      : `first divergence is one of these ${first.stages.length}`
  const [from, to] = [left + leading.from * slot, left + (leading.to + 1) * slot]
  // Beginning at the shade where there is room, else ending with it.
  const fits = from + widthOf(words, font.text) + 8 < right
  const x = fits ? from + 4 : to - 4
  const label = { x, y: top + 15, 'font-size': font.text, 'font-weight': 600, fill: shade.words }
  return [...shades, text({ ...label, 'text-anchor': fits ? 'start' : 'end' }, words)]
}

function drawBand(rows: readonly DivergenceRow[], frame: Frame): Svg[] {
  const { lanes, x, panels } = frame
  return lanes.flatMap(({ lane, y }) => [
    element('rect', {
      x: left,
      y: y - lineHeight / 2 + 1,
      width: right - left,
      height: lineHeight - 2,
      fill: shade.band,
      'fill-opacity': 0.7,
    }),
    text({ x: left - 8, y: y + 4, 'text-anchor': 'end', fill: ink.faint }, lane),
    ...rows.flatMap((row, index) =>
      laneOf(row, index, panels) === lane
        ? [
            element(
              'g',
              {},
              title(`${row.stage}: ${row.cell.text}`),
              mark(row.cell.verdict, x(index), y, frame.mark),
            ),
          ]
        : [],
    ),
  ])
}

function drawNames(
  rows: readonly DivergenceRow[],
  { names, x, bottom, height }: Frame,
  runs: readonly { from: number; to: number }[],
): Svg[] {
  const first = new Set(runs.map(({ from }) => from))
  const drawn = [...names.shown].map(([index, name]) => {
    const weight = { 'font-weight': first.has(index) ? 600 : 400 }
    const [at, y] = [x(index), bottom + 14]
    return names.turned === 0
      ? text({ x: at, y: y + 2, 'text-anchor': 'middle', ...weight }, name)
      : text(
          {
            x: at + 4,
            y,
            'text-anchor': 'end',
            transform: `rotate(${names.turned} ${(at + 4).toFixed(2)} ${y.toFixed(2)})`,
            ...weight,
          },
          name,
        )
  })
  const few = names.shown.size < rows.length
  const caption = `stage, in the order of the computation${few ? ` (${names.shown.size} of ${rows.length} named)` : ''}`
  const place = { x: width / 2, y: height - 14, 'text-anchor': 'middle', fill: ink.faint }
  return [...drawn, text({ ...place, 'font-size': font.text }, caption)]
}

function count(rows: readonly DivergenceRow[], verdict: DivergenceRow['cell']['verdict']): number {
  return rows.filter(({ cell }) => cell.verdict === verdict).length
}
