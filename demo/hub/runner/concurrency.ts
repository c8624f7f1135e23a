/** One run's place in a `concurrency` group. */
interface Turn {
  abort: AbortController
  begin: () => void
}

/**
 * Runs of one `concurrency` group go one after another. One at most waits: a newer run takes its
 * place and cancels it, as on GitHub.
 */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, { running: AbortController; waiting: Turn | undefined }>()

  /**
   * Waits for the run's turn, or until it is cancelled.
   *
   * @returns what the run calls when it has ended
   */
  async enter(
    key: string,
    abort: AbortController,
    { cancelInProgress }: { cancelInProgress: boolean },
  ): Promise<() => void> {
    const group = this.#groups.get(key)
    if (!group) {
      this.#groups.set(key, { running: abort, waiting: undefined })
      return () => this.#leave(key)
    }
    group.waiting?.abort.abort()
    if (cancelInProgress) group.running.abort()
    let begun = false
    await new Promise<void>((resolve) => {
      const begin = () => {
        begun = true
        resolve()
      }
      group.waiting = { abort, begin }
      abort.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    if (begun) return () => this.#leave(key)
    if (group.waiting?.abort === abort) group.waiting = undefined
    return () => {}
  }

  #leave(key: string): void {
    const group = this.#groups.get(key)
    const next = group?.waiting
    if (!group || !next) {
      this.#groups.delete(key)
      return
    }
    group.running = next.abort
    group.waiting = undefined
    next.begin()
  }
}
