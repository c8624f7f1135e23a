/** All measurements of all amendments, by what was measured. */
import type { Evidence } from '../spec-tools/index.ts'
import type { Listed } from './types.ts'

/** What one run printed of a stage on one side. */
export interface Reading {
  by: Listed
  /** Which run of the same diagnostic in it, counted from 0. */
  repeat: number
  side: string
  /** Statistic -> the characters as printed, and their value. */
  figures: Readonly<Record<string, { printed: string; value: number }>>
}

export interface Quantity {
  diagnostic: string
  /** With the headings that it stood under. */
  stage: string
  unit: string | null
  /** In the order of the runs. */
  readings: Reading[]
}

export class Measured {
  readonly #quantities = new Map<string, Quantity>()

  add({ measurements }: Evidence, by: Listed): void {
    for (const { source, stage, under, facts, side, against, repeat, figures } of measurements) {
      // A repeat is the same diagnostic with a number behind its name.
      const diagnostic = source.diagnostic.replace(/\.\d+$/, '')
      const name = [...under, stage].join(' / ')
      const key = JSON.stringify([diagnostic, name])
      const known = this.#quantities.get(key)
      const quantity = known ?? { diagnostic, stage: name, unit: facts.unit ?? null, readings: [] }
      if (known === undefined) this.#quantities.set(key, quantity)
      quantity.readings.push({
        by,
        repeat: repeat ?? 0,
        side: against === null ? (side ?? '') : `${side ?? ''} against ${against}`,
        figures: Object.fromEntries(
          Object.entries(figures).map(([statistic, { printed, value }]) => [
            statistic,
            { printed, value: Number(value) },
          ]),
        ),
      })
    }
  }

  /** By diagnostic, then in the order in which they were first printed. */
  get quantities(): Quantity[] {
    return [...this.#quantities.values()].sort((a, b) =>
      a.diagnostic === b.diagnostic ? 0 : a.diagnostic < b.diagnostic ? -1 : 1,
    )
  }
}

/** Runs in which a quantity was printed. */
export function runsOf({ readings }: Quantity): number {
  return new Set(readings.map(({ by }) => by)).size
}
