/** Keeps an outage from filling the log. */
import type { Logger } from 'probot'

/** Milliseconds in which a message is written once. */
const quiet = 10_000

/** Writes an error, and counts those with the same words until it is written again. */
export function sparingly(log: Logger): (error: unknown, message: string) => void {
  const seen = new Map<string, { until: number; left: number }>()
  return (err, message) => {
    const now = Date.now()
    const known = seen.get(message)
    if (known && now < known.until) {
      known.left += 1
      return
    }
    seen.set(message, { until: now + quiet, left: 0 })
    log.error({ err, ...(known && known.left > 0 && { alsoBefore: known.left }) }, message)
  }
}
