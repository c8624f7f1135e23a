/**
 * What a run left beside its bundle: a statement about it, by a job that runs no code of the pull
 * request, and the attestation of such a statement. Any job can leave files of these names; what
 * counts of an attestation is its signature alone.
 */
import { attestationName, sealName } from '../../spec-tools/index.ts'
import type { ReadTask } from '../core/tasks.ts'
import { fetchIfThere, type Artifact, type ListedArtifact } from '../github/artifact.ts'
import type { Repository } from '../github/client.ts'
import { sealedByGitHub } from '../github/run-jobs.ts'
import type { Run, RunJob } from '../github/workflow.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest } from './request.ts'

interface Evidence {
  run: Run
  jobs: readonly RunJob[]
  artifact: Artifact
  /** All that the run left. */
  left: readonly ListedArtifact[]
}

export async function sealsOf(
  { limits }: JobContext,
  repository: Repository,
  { id, settings }: EvidenceRequest,
  { run, jobs, artifact, left }: Evidence,
): Promise<ReadTask['seals']> {
  const { signer, trustedRoots, archiveBytes: maxBytes, downloadTimeout: timeout } = limits
  const fetched = (name: string) => fetchIfThere(repository, run, left, name, { maxBytes, timeout })
  const statement = await fetched(sealName(id))
  // Without a name to hold it against, a signature says nothing.
  const attestation = signer === null ? null : await fetched(attestationName(id))
  return {
    artifact: artifact.sha256,
    statement: statement && statement.bytes,
    sealedByGitHub: sealedByGitHub(jobs),
    attestation:
      signer === null || attestation === null
        ? null
        : {
            zip: attestation.bytes,
            roots: trustedRoots,
            signer,
            server: new URL(repository.url).origin,
            workflow: {
              path: `.github/workflows/${settings?.workflow}@refs/heads/${settings?.defaultBranch}`,
              commit: run.head_sha,
            },
          },
  }
}
