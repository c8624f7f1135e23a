/** What a reader of a judgement should know, the gravest first. */

const ranks = [
  'nonfinite',
  'contradiction',
  'ambiguity',
  'environment',
  'claim',
  'floor',
  'wording',
  'unused',
] as const

export type Rank = (typeof ranks)[number]

export type Warn = (rank: Rank, text: string) => void

export class Warnings {
  readonly #noted: { rank: Rank; text: string }[] = []

  readonly warn: Warn = (rank, text) => {
    if (!this.#noted.some((one) => one.text === text)) this.#noted.push({ rank, text })
  }

  /** By rank, and within a rank in the order in which they were noted. */
  sorted(): string[] {
    return this.#noted
      .toSorted((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank))
      .map(({ text }) => text)
  }
}
