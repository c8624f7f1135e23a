/**
 * Files that all diagnostics together may add: an amendment commits them all, and with the logs of some
 * 200 runs a bundle stays below the 1,024 that GitHub attests at once.
 */
export const mostFiles = 512

/** What may be spent on what the diagnostics left, all of them together; their own time is not counted. */
export class Budget {
  #left: number
  #files = mostFiles
  readonly #cancelled: AbortSignal

  /** @param cancelled nothing more is begun once the run is cancelled */
  constructor(milliseconds: number, cancelled: AbortSignal) {
    this.#left = milliseconds
    this.#cancelled = cancelled
  }

  /** Milliseconds. */
  get left(): number {
    return Math.max(0, this.#left)
  }

  /** Whether nothing is left to begin anything with. */
  get spent(): boolean {
    return this.#left <= 0 || this.#cancelled.aborted
  }

  /** Whether one file more is taken, which then counts. */
  takeFile(): boolean {
    return this.#files-- > 0
  }

  /** @param work stops as soon as the signal is aborted */
  async within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController()
    const began = performance.now()
    const timer = setTimeout(() => stop.abort(), this.left)
    try {
      return await work(AbortSignal.any([stop.signal, this.#cancelled]))
    } finally {
      clearTimeout(timer)
      this.#left -= performance.now() - began
    }
  }
}

/** Why something was not done, as a part of a sentence. */
export const budgetSpent =
  'the time for what diagnostics leave (`limits.after`) was spent, or the run was cancelled'
