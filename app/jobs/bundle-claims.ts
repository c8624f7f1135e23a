/** What a bundle says of itself, held against what is known of its request and run. */
import { rereadMeasurements, type Bundle, type Verification } from '../../spec-tools/index.ts'
import type { Artifact } from '../github/artifact.ts'
import type { Repository } from '../github/client.ts'
import type { Run } from '../github/workflow.ts'
import { fromInput } from '../errors.ts'
import { hasInvestigation } from '../github/investigation.ts'
import type { EvidenceRequest } from './request.ts'

/** In what a bundle differs from the request that it was downloaded for; empty if in nothing. */
export function notFor({ evidence }: Bundle, request: EvidenceRequest, run: Run): string[] {
  const { request: claimed, run: claimedRun, settings } = evidence
  const parts: [string, unknown, unknown][] = [
    ['request', claimed.id, request.id],
    ['repository', claimed.repository?.id, request.repositoryId],
    ['pull request', claimed.pullRequest, request.pullRequest],
    ['commit', claimed.sha, request.sha],
    ['run', claimedRun.id, run.id],
    // Where only what failed is run again, what an earlier attempt measured stays.
    [
      'attempt',
      isAttemptOf(run, claimedRun.attempt) ? run.run_attempt : claimedRun.attempt,
      run.run_attempt,
    ],
    ['settings', settings.sha256, request.settings?.sha256],
  ]
  return parts
    .filter(([, received, expected]) => received !== expected)
    .map(
      ([part, received, expected]) =>
        `${part}: the bundle says ${received ?? 'nothing'}, expected is ${expected}`,
    )
}

function isAttemptOf(run: Run, attempt: number | null): boolean {
  return attempt !== null && attempt >= 1 && attempt <= (run.run_attempt ?? 1)
}

/**
 * What a bundle says that does not follow from it: figures that are not what their log lines give,
 * and a word of trust that only the app can give.
 */
export function unfounded(bundle: Bundle): string[] {
  const { machine, measurements } = bundle.evidence
  const own = [machine, ...measurements].filter(({ vouch }) => vouch === 'control-plane verified')
  return [
    ...(own.length > 0
      ? ['the bundle calls itself control-plane verified, which only the app says']
      : []),
    ...fromInput(() => rereadMeasurements(bundle)).map(({ id, what }) => `figure ${id}: ${what}`),
  ]
}

/** What keeps a bundle's investigation from being the one of the commit; null where it is. */
export async function otherInvestigation(
  repository: Repository,
  { sha }: EvidenceRequest,
  { evidence, files }: Bundle,
): Promise<string | null> {
  if (!evidence.investigation) return null
  const { slug, file } = evidence.investigation
  const bytes = files.get(file) ?? new Uint8Array()
  if (await hasInvestigation(repository, sha, slug, bytes)) return null
  return `investigation: ${slug}, as the bundle has it, is not in .codicil/investigations at ${sha}`
}

/** What was checked over GitHub's API, for whoever reads the amendment. */
export function verificationOf(repository: Repository, run: Run, artifact: Artifact): Verification {
  return {
    repositoryId: repository.id,
    workflow: run.path,
    event: run.event,
    branch: run.head_branch ?? '',
    actor: run.actor?.login ?? '',
    runId: run.id,
    attempt: run.run_attempt ?? 1,
    artifact: { id: artifact.id, bytes: artifact.bytes.length, sha256: artifact.sha256 },
  }
}
