/** What a bundle says of itself, held against what is known of its request and run. */
import type { Bundle } from '../../spec-tools/index.ts'

/** What the app knows without the bundle. */
export interface Expected {
  request: string
  repositoryId: number
  pullRequest: number
  sha: string
  runId: number
  attempt: number
  settings: string | null
}

/** In what a bundle differs from the request that it was downloaded for; empty if in nothing. */
export function notFor({ evidence }: Bundle, expected: Expected): string[] {
  const { request: claimed, run: claimedRun, settings } = evidence
  const { attempt } = claimedRun
  // Where only what failed is run again, what an earlier attempt measured stays.
  const earlier = attempt !== null && attempt >= 1 && attempt <= expected.attempt
  const parts: [string, unknown, unknown][] = [
    ['request', claimed.id, expected.request],
    ['repository', claimed.repository?.id, expected.repositoryId],
    ['pull request', claimed.pullRequest, expected.pullRequest],
    ['commit', claimed.sha, expected.sha],
    ['run', claimedRun.id, expected.runId],
    ['attempt', earlier ? expected.attempt : attempt, expected.attempt],
    ['settings', settings.sha256, expected.settings],
  ]
  return parts
    .filter(([, received, wanted]) => received !== wanted)
    .map(
      ([part, received, wanted]) =>
        `${part}: the bundle says ${received ?? 'nothing'}, expected is ${wanted}`,
    )
}

/**
 * What a bundle says that does not follow from it: figures that are not what their log lines give
 * (`differences`), times that cannot be, and a word of trust that only the app can give.
 */
export function unfounded({ evidence }: Bundle, differences: readonly string[]): string[] {
  const { machine, measurements, run, diagnostics } = evidence
  const [start, end] = [run.startedAt, run.finishedAt].map((at) => Date.parse(at))
  const outside = diagnostics.find(({ startedAt }) => {
    const at = Date.parse(startedAt)
    return !(start !== undefined && end !== undefined && start <= at && at <= end)
  })
  const own = [machine, ...measurements].filter(({ vouch }) => vouch === 'control-plane verified')
  return [
    ...(own.length > 0
      ? ['the bundle calls itself control-plane verified, which only the app says']
      : []),
    ...(outside === undefined
      ? []
      : [
          `the diagnostic ${outside.id} began at ${outside.startedAt}, and the run lasted from ${run.startedAt} to ${run.finishedAt}`,
        ]),
    ...differences,
  ]
}
