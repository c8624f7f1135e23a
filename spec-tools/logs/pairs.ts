/** The pairs of key and value that a line holds: where they stand. What they mean, `figures.ts` says. */

/** How many pairs of one line are read. */
export const mostPairs = 512

export interface Pair {
  /** Range of the key. */
  keyFrom: number
  keyTo: number
  /** The mark between key and value: `=`, `:`, or a blank (0). */
  mark: number
  kind: 'number' | 'absent' | 'word' | 'list'
  value: number
  /** Range of the printed value: of the numeral alone, or of the whole word or list. */
  from: number
  to: number
  unit: string | null
  /** What a remark behind the value says that it is: `1.2 ms (p50)`. */
  said: string
}

export interface Pairs {
  /** Range of the label before them; empty if there is none. */
  labelFrom: number
  labelTo: number
  list: Pair[]
}
