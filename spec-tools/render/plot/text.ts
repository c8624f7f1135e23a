/**
 * The divergence plot in characters, for pages that show no pictures of their own and for
 * terminals: one line a stage, the further to the right its mark, the further the sides are apart.
 */
import { mostOf } from '../../many.ts'
import { clip, oneLine } from '../markdown/index.ts'
import { type DivergenceRow, type Judgement, lookOf, type Verdict } from '../../judge/index.ts'
import { shortened } from './labels.ts'
import { panelsOf, type Panel } from './panels.ts'
import { decades, ratios } from './scale.ts'

/** Columns of the axis, and characters of a stage's name and of a verdict. */
const columns = 41
const longestName = 32
const longestVerdict = 44

/**
 * The lines without a final line feed; undefined where no stage has a figure to plot.
 *
 * @param rows those to be drawn, where not all of them are
 */
export function divergenceText(
  judgement: Judgement,
  rows: readonly DivergenceRow[] = judgement.rows,
): string | undefined {
  const [panel] = panelsOf(rows)
  if (panel === undefined) return undefined
  const first = new Set(judgement.first.stages)
  const names = rows.map(({ stage }) => shortened(oneLine(stage), longestName))
  const width = Math.max(panel.axis.length, mostOf(names.map((name) => name.length)))
  const axis = axisOf(panel)
  return [
    `${panel.axis.padEnd(width)}  ${axis.ruler}`,
    ...rows.map((row, index) => {
      const bar = axis.bar(index, row.cell.verdict).padEnd(columns)
      const mark = first.has(row.stage) ? (first.size === 1 ? '  ◀ first' : '  ◀ first?') : ''
      const name = (names[index] ?? '').padEnd(width)
      return `${name}  ${bar}  ${clip(oneLine(row.cell.text), longestVerdict)}${mark}`
    }),
    ...(axis.hasFloor ? [`${' '.repeat(width)}  ┊ noise floor`] : []),
  ].join('\n')
}

function axisOf({ axis, points }: Panel) {
  const values = points.flatMap((point) =>
    point === null ? [] : point.floor === null ? [point.value] : [point.value, point.floor],
  )
  const scale = axis === 'std ratio' ? ratios(values) : decades(values)
  const column = (value: number) => Math.round(scale.at(value) * (columns - 1))
  return {
    hasFloor: points.some((point) => point !== null && point.floor !== null),
    ruler: ruler(scale.ticks.map(({ value, label }) => ({ at: column(value), label }))),
    bar(index: number, verdict: Verdict): string {
      const point = points[index]
      if (point == null) return lookOf(verdict).sign
      const cells = Array.from({ length: columns }, () => ' ')
      // A ratio is far from 1, wherever the axis begins.
      const from = axis === 'std ratio' ? column(1) : 0
      const to = column(point.value)
      cells.fill('─', Math.min(from, to), Math.max(from, to))
      if (point.floor !== null) cells[column(point.floor)] = '┊'
      cells[to] = lookOf(verdict).sign
      return cells.join('').trimEnd()
    },
  }
}

/** The labels of the ticks, each beginning at its column; one that finds no room is left out. */
function ruler(ticks: readonly { at: number; label: string }[]): string {
  let line = ''
  for (const { at, label } of ticks) {
    if (at === 0 || line.length < at) line = `${line.padEnd(at)}${label}`
  }
  return line
}
