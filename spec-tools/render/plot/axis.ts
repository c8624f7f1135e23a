/** The parts of an axis: ruled lines with their values, and what is measured along it. */
import { font, left, right } from './frame.ts'
import { element, text, type Svg } from './svg.ts'

export const ink = { text: '#1b1f24', faint: '#57606a', grid: '#e1e4e8', axis: '#8c959f' }

/** A line across the panel at a value, which is written beside it. */
export function ruled(at: number, label: string, stroke: string = ink.grid): Svg[] {
  return [
    element('line', { x1: left, x2: right, y1: at, y2: at, stroke }),
    text({ x: left - 8, y: at + 4, 'text-anchor': 'end', fill: ink.faint }, label),
  ]
}

/** Upwards along the axis, around its middle. */
export function axisCaption(caption: string, middle: number): Svg {
  const turned = { x: 22, y: middle, 'text-anchor': 'middle', 'font-size': font.text }
  return text({ ...turned, fill: ink.faint, transform: `rotate(-90 22 ${middle})` }, caption)
}
