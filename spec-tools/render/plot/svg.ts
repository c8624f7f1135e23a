/** SVG as text: a few elements, every attribute and every text escaped. */
import { oneLine } from '../markdown/index.ts'

/** An element that is already text. */
export type Svg = string

type Attributes = Readonly<Record<string, string | number>>

/** An element; numbers are rounded, so that the same picture has the same bytes everywhere. */
export function element(name: string, attributes: Attributes, ...content: Svg[]): Svg {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escape(value)}"`)
    .join('')
  return content.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${content.join('')}</${name}>`
}

export function text(attributes: Attributes, content: string): Svg {
  return element('text', attributes, escape(content))
}

/** What a screen reader says of an element, and a browser shows when it is pointed at. */
export function title(content: string): Svg {
  return element('title', {}, escape(content))
}

export function description(content: string): Svg {
  return element('desc', {}, escape(content))
}

/** A path through points; `null` lifts the pen. */
export function path(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let down = false
  return points
    .flatMap((point) => {
      const command = down ? 'L' : 'M'
      down = point !== null
      return point === null ? [] : [`${command}${round(point[0])} ${round(point[1])}`]
    })
    .join('')
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100 || 0)
}

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** One line of data; what XML cannot hold even when escaped is spelt out. */
function escape(data: string): string {
  return oneLine(data)
    .replaceAll(
      /[\uFFFE\uFFFF]/g,
      (character) => `U+${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    .replaceAll(/[&<>"]/g, (character) => names[character] ?? character)
}
