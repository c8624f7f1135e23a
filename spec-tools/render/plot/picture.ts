/**
 * The frame of every picture: one SVG that stands alone, with a text for those who don't see it, a
 * background of its own, and a second set of colours for dark pages.
 */
import { darkStyle } from './dark.ts'
import { font, width } from './frame.ts'
import { paper } from './marks.ts'
import { ink } from './axis.ts'
import { floorStroke, noise } from './panel.ts'
import { description, element, title, type Svg } from './svg.ts'

export const shade = { first: '#fdecc8', band: '#f3f5f7', words: '#7a3d00' }

/** Colour on white -> on a dark page; the verdicts bring their own. */
const dark = {
  [ink.text]: '#e6edf3',
  [ink.faint]: '#9198a1',
  [ink.grid]: '#30363d',
  [ink.axis]: '#7d8590',
  [paper]: '#0d1117',
  [shade.first]: '#3d2e00',
  [shade.band]: '#161b22',
  [shade.words]: '#ffb86b',
  [noise]: '#12322a',
  [floorStroke.stroke]: '#6fb59d',
}

export interface About {
  title: string
  /** What is to be seen, in words. */
  description: string
  height: number
  /** Colours that only this picture has, on white -> on a dark page. */
  dark?: Readonly<Record<string, string>>
}

export function picture(about: About, ...parts: Svg[]): string {
  const { height } = about
  const drawn: Svg[] = [
    title(about.title),
    description(about.description),
    darkStyle({ ...dark, ...about.dark }),
    card(height),
    ...parts,
  ]
  const size = { width, height, viewBox: `0 0 ${width} ${height}` }
  const family = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img' }
  return `${element(
    'svg',
    { ...attributes, 'font-family': family, 'font-size': font.small, fill: ink.text },
    ...drawn.map((part) => `\n${part}`),
    '\n',
  )}\n`
}

function card(height: number): Svg {
  const size = { width: width - 1, height: height - 1, rx: 6 }
  return element('rect', { x: 0.5, y: 0.5, ...size, fill: paper, stroke: ink.grid })
}
