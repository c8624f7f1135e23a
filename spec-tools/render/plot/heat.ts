/**
 * The heat map: layers from left to right, what is computed in them from top to bottom, each cell as
 * dark as the share of its limit that the figure takes which decided it. What diverges, is not finite
 * or was not compared has its mark, so that nothing rests on colour alone.
 */
import { mostOf } from '../../many.ts'
import { clip } from '../markdown/index.ts'
import {
  decisionOf,
  type DivergenceRow,
  isMatch,
  type Pictured,
  verdictNames,
} from '../../judge/index.ts'
import { font, right } from './frame.ts'
import { chosenLabels, shortened, widthOf } from './labels.ts'
import { type LayerGrid, layerGrid } from './layers.ts'
import { mark } from './marks.ts'
import { ink } from './axis.ts'
import { picture, shade } from './picture.ts'
import { element, text, title, type Svg } from './svg.ts'

/** One hue from light to dark, for up to 10, 30, 50, 80 and 100 % of the limit, and for more. */
const steps = [
  { to: 0.1, fill: '#e8f1fa' },
  { to: 0.3, fill: '#c0d9ee' },
  { to: 0.5, fill: '#8bbbe0' },
  { to: 0.8, fill: '#4a90c8' },
  { to: 1, fill: '#1f63a0' },
  { to: Infinity, fill: '#123a63' },
]

/** On a dark page the ramp is turned round: more of the limit stands out more. */
const darkSteps = Object.fromEntries(
  steps.map(({ fill }, index) => [fill, steps.at(-1 - index)?.fill ?? fill]),
)

const names = 150
const most = { height: 26, width: 40 }
const top = 112

/** Undefined where the stages are not of layers. */
export function heatPlot(judgement: Pictured): string | undefined {
  const grid = layerGrid(judgement.rows)
  if (grid === null) return undefined
  const left = Math.min(names, 24 + 8 + mostOf(grid.parts.map(nameWidth)))
  const cell = {
    width: Math.min(most.width, (right - left) / grid.layers.length),
    height: Math.max(13, Math.min(most.height, 420 / grid.parts.length)),
  }
  const bottom = top + grid.parts.length * cell.height
  const { candidate, reference } = judgement.sides
  return picture(
    {
      title: `Share of the limit by layer, ${candidate} against ${reference}`,
      description: inWords(judgement, grid),
      height: Math.ceil(bottom + 52),
      dark: darkSteps,
    },
    text(
      { x: 24, y: 32, 'font-size': font.title, 'font-weight': 600 },
      `Share of the limit by layer: ${clip(candidate, 22)} (candidate) / ${clip(reference, 22)} (reference)`,
    ),
    text(
      { x: 24, y: 54, 'font-size': font.text, fill: ink.faint },
      clip(judgement.first.text.replaceAll('`', ''), 124),
    ),
    ...legend(judgement.rows),
    ...grid.parts.flatMap((part, index) => {
      const y = top + index * cell.height
      const label = { x: left - 8, y: y + cell.height / 2 + 4, 'text-anchor': 'end' }
      return [
        text(label, shownName(part)),
        ...grid.layers.flatMap((layer, column) =>
          drawCell(grid.at(part, layer), layer, { x: left + column * cell.width, y, ...cell }),
        ),
      ]
    }),
    ...layerNames(grid, left, cell.width, bottom),
  )
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

function drawCell(row: DivergenceRow | undefined, layer: number, box: Box): Svg[] {
  const { x, y, width, height } = box
  const place = { x: x + 0.5, y: y + 0.5, width: Math.max(1, width - 1), height: height - 1 }
  if (row === undefined) return []
  const decision = decisionOf(row)
  const share = decision?.share ?? null
  const words = share === null ? '' : `, ${Math.round(share * 100)} % of the limit`
  return [
    element(
      'g',
      {},
      title(`layer ${layer}, ${row.stage}: ${row.cell.text}${words}`),
      element('rect', { ...place, fill: share === null ? shade.band : fillOf(share) }),
      ...(isMatch(row)
        ? []
        : [mark(row.cell.verdict, x + width / 2, y + height / 2, Math.min(5, width * 0.36))]),
    ),
  ]
}

function fillOf(share: number): string {
  return steps.find(({ to }) => share <= to)?.fill ?? shade.band
}

function legend(rows: readonly DivergenceRow[]): Svg[] {
  const drawn: Svg[] = []
  let x = 24
  const y = 80
  const item = (label: string, sign: Svg) => {
    drawn.push(sign, text({ x: x + 20, y: y + 4.5, 'font-size': font.text }, label))
    x += 20 + widthOf(label, font.text) + 18
  }
  for (const [index, { to, fill }] of steps.entries()) {
    const label =
      to === Infinity
        ? 'more than the limit'
        : `${index === 0 ? 'up to ' : '… '}${Math.round(to * 100)} %`
    item(label, element('rect', { x, y: y - 7, width: 14, height: 14, fill }))
  }
  for (const verdict of verdictNames) {
    const count = rows.filter(({ cell }) => cell.verdict === verdict).length
    if (verdict !== 'MATCH' && count > 0) item(`${verdict} ${count}`, mark(verdict, x + 8, y, 5))
  }
  return drawn
}

function layerNames({ layers }: LayerGrid, left: number, slot: number, bottom: number): Svg[] {
  const room = widthOf(String(layers.at(-1) ?? 0), font.small) + 8
  const shown = chosenLabels(layers.length, slot, room, [])
  const drawn = [...shown].map((index) =>
    text(
      { x: left + (index + 0.5) * slot, y: bottom + 16, 'text-anchor': 'middle' },
      String(layers[index] ?? ''),
    ),
  )
  const middle = left + (layers.length * slot) / 2
  const caption = { x: middle, y: bottom + 38, 'text-anchor': 'middle', 'font-size': font.text }
  return [...drawn, text({ ...caption, fill: ink.faint }, 'layer')]
}

function inWords({ first }: Pictured, { layers, parts }: LayerGrid): string {
  return `${parts.length} stages of ${layers.length} layers. ${first.text}`
}

function shownName(part: string): string {
  return shortened(part === '' ? 'output' : part, 20)
}

function nameWidth(part: string): number {
  return widthOf(shownName(part), font.small)
}
