/** What the app counts, in the format of Prometheus. Labels hold no names, so that there are few. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Observer } from './observe.ts'
import { states, type State } from './states.ts'

export interface Metrics extends Observer {
  /** A delivery was answered. */
  delivered(status: number): void
  /** The page, and what it is served as; made anew at most once a second, whoever asks. */
  page(): Promise<{ type: string; text: string }>
  close(): void
}

/** What is asked when the page is made. */
export interface Asked {
  /** Keys that are worked on, or are due within a minute. */
  pending(): Promise<number>
  /** Requests in each state. */
  requests(): Promise<Partial<Record<State, number>>>
}

/** Milliseconds for which a page is good. */
const fresh = 1000

export function openMetrics(asked: Asked): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const deliveries = new Counter({
    name: 'codicil_deliveries_total',
    help: 'Deliveries of GitHub, by the status of our answer.',
    labelNames: ['status'],
    registers,
  })
  const calls = new Counter({
    name: 'codicil_github_calls_total',
    help: "Calls of work to GitHub's API; the status is none where no answer came.",
    labelNames: ['method', 'status'],
    registers,
  })
  const work = new Histogram({
    name: 'codicil_work_seconds',
    help: 'Work on what was marked to be looked at.',
    labelNames: ['key', 'outcome'],
    buckets: [0.05, 0.2, 1, 5, 20, 60, 300],
    registers,
  })
  const pending = new Gauge({
    name: 'codicil_keys_pending',
    help: 'What is being looked at, or is to be within a minute.',
    registers,
  })
  const requests = new Gauge({
    name: 'codicil_requests',
    help: 'Requests for evidence that are recorded, by their state.',
    labelNames: ['state'],
    registers,
  })
  const made = async () => {
    const [keys, counts] = await Promise.all([asked.pending(), asked.requests()])
    pending.set(keys)
    for (const state of states) requests.set({ state }, counts[state] ?? 0)
    return { type: registry.contentType, text: await registry.metrics() }
  }
  let last: { page: ReturnType<typeof made>; until: number } | null = null
  return {
    delivered: (status) => deliveries.inc({ status }),
    worked: (key, outcome, seconds) => work.observe({ key, outcome }, seconds),
    called: (method, status) => calls.inc({ method, status }),
    page() {
      if (last && performance.now() < last.until) return last.page
      const page = made()
      last = { page, until: performance.now() + fresh }
      page.catch(() => (last = null))
      return page
    },
    close: () => registry.clear(),
  }
}
