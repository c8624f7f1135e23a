/** Where the bundle of a run comes from, and whether its investigation is the commit's. */
import type { Verification } from '../../spec-tools/index.ts'
import type { ReadBundle } from '../core/tasks.ts'
import type { Artifact } from '../github/artifact.ts'
import type { Repository } from '../github/client.ts'
import type { Run } from '../github/workflow.ts'
import { hasInvestigation } from '../github/investigation.ts'
import type { EvidenceRequest } from './request.ts'

/** What keeps a bundle's investigation from being the one of the commit; null where it is. */
export async function otherInvestigation(
  repository: Repository,
  { sha }: EvidenceRequest,
  investigation: ReadBundle['investigation'],
): Promise<string | null> {
  if (!investigation) return null
  const { slug, bytes } = investigation
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
