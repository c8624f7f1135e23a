/** Where everything of a plot stands. All lengths are user units, from the upper left corner. */
import { mostOf } from '../../many.ts'
import type { DivergenceRow, Pictured } from '../../judge/types.ts'
import { chosenLabels, shortened, widthOf } from './labels.ts'
import { laneOf, lanes, type Lane, type Panel } from './panels.ts'
import { decades, ratios, type Scale } from './scale.ts'

export const width = 900
export const left = 104
export const right = width - 22
export const font = { title: 17, text: 13, small: 11.5 }
/** Height of a line of the band, and of the place for zeros below decades. */
export const lineHeight = 22

export interface Frame {
  /** Of one stage. */
  slot: number
  /** Middle of a stage. */
  x(index: number): number
  /** Half of the width of a mark. */
  mark: number
  panels: PlacedPanel[]
  lanes: { lane: Lane; y: number }[]
  /** Upper and lower end of what is shaded where the sides first part. */
  top: number
  bottom: number
  names: StageNames
  height: number
}

export interface PlacedPanel extends Panel {
  top: number
  bottom: number
  /** Where zeros stand, which decades cannot hold; null where there are none. */
  zero: number | null
  scale: Scale
  y(value: number): number
}

export interface StageNames {
  /** Index -> name as it is shown. */
  shown: ReadonlyMap<number, string>
  /** Degrees by which the names are turned, counted clockwise. */
  turned: number
}

/**
 * @param from where the legend ends
 * @param named indices of the stages whose names must be seen
 */
export function frameOf(
  rows: readonly DivergenceRow[],
  panels: readonly Panel[],
  from: number,
  named: readonly number[],
): Frame {
  const slot = (right - left) / rows.length
  const heightOfOne = panels.length > 1 ? 160 : 250
  const placed: PlacedPanel[] = []
  const top = from + 10
  let y = top + lineHeight + 6
  for (const panel of panels) {
    placed.push(place(panel, y, heightOfOne))
    y = (placed.at(-1)?.bottom ?? y) + 18
  }
  const used = new Set(rows.map((row, index) => laneOf(row, index, panels)))
  const band = lanes
    .filter((lane) => used.has(lane))
    .map((lane, index) => ({ lane, y: y + (index + 0.5) * lineHeight }))
  const bottom = band.length > 0 ? y + band.length * lineHeight : y - 18
  const names = namesOf(rows, slot, named)
  return {
    slot,
    x: (index) => left + (index + 0.5) * slot,
    mark: Math.min(5.5, Math.max(2.2, slot * 0.38)),
    panels: placed,
    lanes: band,
    top,
    bottom,
    names,
    height: Math.ceil(bottom + heightOf(names) + 44),
  }
}

/** Indices of the stages that may be the first to diverge, neighbours together. */
export function firstRuns(
  { first }: Pictured,
  rows: readonly DivergenceRow[],
): { from: number; to: number }[] {
  const stages = new Set(first.stages)
  const runs: { from: number; to: number }[] = []
  for (const [index, { stage }] of rows.entries()) {
    if (!stages.has(stage)) continue
    const last = runs.at(-1)
    if (last?.to === index - 1) last.to = index
    else runs.push({ from: index, to: index })
  }
  return runs
}

function place(panel: Panel, top: number, height: number): PlacedPanel {
  const points = panel.points.filter((point) => point !== null)
  const values = points.flatMap(({ value, floor }) => (floor === null ? [value] : [value, floor]))
  const scale = scaleOf(panel.axis, values)
  const zero = values.includes(0) ? top + height - lineHeight / 2 : null
  const base = zero === null ? top + height : top + height - lineHeight
  return {
    ...panel,
    top,
    bottom: top + height,
    zero,
    scale,
    y: (value) => (value === 0 && zero !== null ? zero : base - scale.at(value) * (base - top)),
  }
}

function scaleOf(axis: Panel['axis'], values: readonly number[]): Scale {
  if (axis === 'std ratio') return ratios(values)
  // The limit itself is always to be seen.
  return decades(axis === 'share of the limit' ? [...values, 1] : values)
}

/** Longest name, in characters. */
const longest = 30
const steep = 60

function namesOf(
  rows: readonly DivergenceRow[],
  slot: number,
  first: readonly number[],
): StageNames {
  const names = rows.map(({ stage }) => shortened(stage, longest))
  const widest = mostOf(names.map((name) => widthOf(name, font.small)))
  const level = widest + 12 <= slot
  const chosen = chosenLabels(rows.length, slot, level ? 0 : font.small + 2, first)
  return {
    shown: new Map([...chosen].sort((a, b) => a - b).map((index) => [index, names[index] ?? ''])),
    turned: level ? 0 : -steep,
  }
}

function heightOf({ shown, turned }: StageNames): number {
  const widest = mostOf([...shown.values()].map((name) => widthOf(name, font.small)))
  const angle = (Math.abs(turned) * Math.PI) / 180
  return widest * Math.sin(angle) + font.small * Math.cos(angle) + 8
}
