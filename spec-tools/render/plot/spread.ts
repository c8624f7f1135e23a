/** The standard deviation of both sides, stage by stage: where a side grows or dies away is seen. */
import { mostOf } from '../../many.ts'
import { clip } from '../markdown/index.ts'
import type { DivergenceRow, Pictured, SideName } from '../../judge/index.ts'
import { font, left, right } from './frame.ts'
import { chosenLabels, shortened, widthOf } from './labels.ts'
import { darkLooks, looks } from './looks.ts'
import { ink } from './axis.ts'
import { picture } from './picture.ts'
import { decades } from './scale.ts'
import { drawSeries, type Series, seriesLegend } from './series.ts'
import { text, type Svg } from './svg.ts'

const sides = ['candidate', 'reference'] as const
const top = 100
const height = 250

/** Undefined where fewer than two stages state a standard deviation that can be drawn. */
export function spreadPlot(judgement: Pictured): string | undefined {
  const rows = judgement.rows.filter((row) => sides.some((side) => stdOf(row, side) !== null))
  if (rows.length < 2) return undefined
  const series = sides.map((side, index): Series => ({
    name: `${clip(judgement.sides[side], 22)} (${side})`,
    look: looks[index] ?? looks[0]!,
    points: rows.map((row, at) => {
      const std = stdOf(row, side)
      return std === null
        ? null
        : {
            at: (at + 0.5) / rows.length,
            value: std.value,
            title: `${row.stage}, ${side}: std ${std.text}`,
          }
    }),
  }))
  const values = series.flatMap(({ points }) => points.flatMap((point) => point?.value ?? []))
  const named = nameStages(rows)
  return picture(
    {
      title: `Standard deviation by stage, ${judgement.sides.candidate} and ${judgement.sides.reference}`,
      description: `${rows.length} stages whose standard deviation is stated. A difference is no verdict.`,
      height: Math.ceil(top + height + named.height + 34),
      dark: darkLooks,
    },
    text(
      { x: 24, y: 32, 'font-size': font.title, 'font-weight': 600 },
      'Standard deviation by stage',
    ),
    text(
      { x: 24, y: 54, 'font-size': font.text, fill: ink.faint },
      'As each side states it. Sides over different elements may differ without being wrong.',
    ),
    ...seriesLegend(series, 78),
    ...drawSeries({ caption: 'standard deviation', top, height, scale: decades(values), series }),
    ...named.drawn,
    text(
      {
        x: (left + right) / 2,
        y: top + height + named.height + 20,
        'text-anchor': 'middle',
        'font-size': font.text,
        fill: ink.faint,
      },
      `stage, in the order of the computation${named.all ? '' : ` (${named.drawn.length} of ${rows.length} named)`}`,
    ),
  )
}

/** Decades hold no zero, and no negative spread is one. */
function stdOf(row: DivergenceRow, side: SideName): { value: number; text: string } | null {
  const std = row[side]?.figures['std']
  return std !== undefined && Number.isFinite(std.value) && std.value > 0 ? std : null
}

function nameStages(rows: readonly DivergenceRow[]): {
  drawn: Svg[]
  height: number
  all: boolean
} {
  const slot = (right - left) / rows.length
  const names = rows.map(({ stage }) => shortened(stage, 30))
  const shown = [...chosenLabels(rows.length, slot, font.small + 2, [])]
  const widest = mostOf(shown.map((index) => widthOf(names[index] ?? '', font.small)))
  const y = top + height + 14
  const drawn = shown.map((index) => {
    const x = left + (index + 0.5) * slot + 4
    const transform = `rotate(-60 ${x.toFixed(2)} ${y})`
    return text({ x, y, 'text-anchor': 'end', transform }, names[index] ?? '')
  })
  return { drawn, height: widest * Math.sin(Math.PI / 3) + 18, all: shown.length === rows.length }
}
