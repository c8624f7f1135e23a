/** How series of lines are told apart. */

export interface SeriesLook {
  colour: string
  dash: string
  mark: 'disc' | 'square' | 'none'
}

/** Okabe and Ito's blue and orange, dark enough for a white page; dashes tell them apart as well. */
export const looks: readonly SeriesLook[] = [
  { colour: '#0b6bab', dash: 'none', mark: 'disc' },
  { colour: '#b34700', dash: '5 3', mark: 'square' },
]

/** Colour on white -> on a dark page. */
export const darkLooks: Readonly<Record<string, string>> = {
  '#0b6bab': '#58b0e8',
  '#b34700': '#ff8c3a',
}
