/** What a bundle says of itself, held against what is known of its request and run. */
import type { Bundle, Verification } from '../../spec-tools/index.ts'
import type { Artifact } from '../github/artifact.ts'
import type { Repository } from '../github/client.ts'
import type { Run } from '../github/workflow.ts'
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
    ['attempt', claimedRun.attempt, run.run_attempt],
    ['settings', settings.sha256, request.settings?.sha256],
  ]
  return parts
    .filter(([, received, expected]) => received !== expected)
    .map(
      ([part, received, expected]) =>
        `${part}: the bundle says ${received ?? 'nothing'}, expected is ${expected}`,
    )
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
