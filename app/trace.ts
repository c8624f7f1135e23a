/** What is traced, whoever listens: deliveries, work on keys, its steps, calls to GitHub, tasks of the core. */
import type { Attributes } from '@opentelemetry/api'
import type { Core } from './core/index.ts'

/** Spans of one piece of work, whose parts come one after the other. */
export interface Trace {
  /** Does a part of the work as a span within the one that is open. */
  span<T>(name: string, attributes: Attributes, work: (tell: Tell) => Promise<T>): Promise<T>
}

/** Says more of a span while it is open. */
export type Tell = (attributes: Attributes) => void

export interface Tracing {
  begin(): Trace
  /** Sends what is left. */
  close(): Promise<void>
}

const silent: Tell = () => {}
const nothing: Trace = { span: (_name, _attributes, work) => work(silent) }
export const untraced: Tracing = { begin: () => nothing, close: async () => {} }

/** A core whose tasks are spans. */
export function tracedCore(core: Core, trace: Trace): Core {
  return {
    run: (name, input) => trace.span(`core ${name}`, {}, () => core.run(name, input)),
    close: () => core.close(),
  }
}

/** What a call of GitHub's API is called, without what tells one repository from another. */
export function callName(method: string, url: string, body: unknown): string {
  const { pathname } = new URL(url)
  if (pathname.endsWith('/graphql')) {
    const [, kind = '', name = ''] = /^\{"query":"(\w+) (\w+)/.exec(String(body)) ?? []
    return `GraphQL ${kind} ${name}`
  }
  const names = pathname.split('/').slice(1, 7)
  const repository = names.indexOf('repos')
  const kept = names.map((name, at) => {
    const own = repository >= 0 && (at === repository + 1 || at === repository + 2)
    return own || /\d|^.{30}/.test(name) ? '*' : name
  })
  return `${method} /${kept.join('/')}`
}
