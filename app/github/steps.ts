/**
 * What each step of the work may do to a repository. Every call is made with a token of its step, so
 * that none can do more than that, whatever the App was granted. docs/operations.md has the same table.
 */
export const permissions = {
  /** Looks at what GitHub shows. */
  read: {
    actions: 'read',
    checks: 'read',
    contents: 'read',
    metadata: 'read',
    pull_requests: 'read',
  },
  /** Starts and cancels runs. */
  run: { actions: 'write', metadata: 'read' },
  /** Comments, reacts, and writes checks. */
  say: { checks: 'write', metadata: 'read', pull_requests: 'write' },
  /** Commits an amendment and opens its pull request. */
  amend: { contents: 'write', metadata: 'read', pull_requests: 'write' },
} as const satisfies Record<string, Record<string, 'read' | 'write'>>

export type Step = keyof typeof permissions

/** All that the steps take together: what the App has to be granted. */
export const needed: Readonly<Record<string, 'read' | 'write'>> = Object.values(permissions).reduce(
  (all, step) => {
    for (const [name, access] of Object.entries(step)) {
      if (all[name] !== 'write') all[name] = access
    }
    return all
  },
  {} as Record<string, 'read' | 'write'>,
)

const writes: readonly [RegExp, Step][] = [
  [/^\/repos\/\{owner\}\/\{repo\}\/actions\//, 'run'],
  [/^\/repos\/\{owner\}\/\{repo\}\/(?:issues|check-runs)(?:\/|$)/, 'say'],
  [/^\/repos\/\{owner\}\/\{repo\}\/(?:git|pulls)(?:\/|$)/, 'amend'],
]

const operations: readonly [RegExp, Step][] = [
  [/^query /, 'read'],
  [/^mutation Show\(/, 'say'],
  [/^mutation (?:LeaveDraft|AutoMerge)\(/, 'amend'],
]

/**
 * @param url as the API describes it: `/repos/{owner}/{repo}/pulls`
 * @param query of GraphQL
 * @throws Error for a write that no step makes
 */
export function stepOf(method: string, url: string, query?: unknown): Step {
  if (method === 'GET' || method === 'HEAD') return 'read'
  if (url === '/graphql') {
    const [, step] = operations.find(([pattern]) => pattern.test(String(query))) ?? []
    if (step) return step
  }
  const found = writes.find(([pattern]) => pattern.test(url))
  if (!found) throw new Error(`No step of the work makes the call ${method} ${url}.`)
  return found[1]
}
