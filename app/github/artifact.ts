/** The artifact of a run: found by name, fetched within limits, hashed here. */
import { hash } from 'node:crypto'
import { InvalidInput } from '../errors.ts'
import { isStatus, type Octokit, type Repository } from './client.ts'
import type { Run } from './workflow.ts'

export interface Artifact {
  id: number
  bytes: Uint8Array
  sha256: string
}

export interface FetchOptions {
  maxBytes: number
  /** Milliseconds for the whole download. */
  timeout: number
}

/** There is no artifact that could be used; the message says why, for the person who asked. */
export class NoArtifact extends InvalidInput {
  override readonly name = 'NoArtifact'
}

export type ListedArtifact = Awaited<
  ReturnType<Octokit['rest']['actions']['listWorkflowRunArtifacts']>
>['data']['artifacts'][number]

/** All that a run left. */
export function artifactsOf(
  { octokit, owner, repo }: Repository,
  run: Run,
): Promise<ListedArtifact[]> {
  const of = { owner, repo, run_id: run.id, per_page: 100 }
  return octokit.paginate(octokit.rest.actions.listWorkflowRunArtifacts, of)
}

/**
 * @param left what the run left
 * @throws NoArtifact
 */
export async function fetchArtifact(
  repository: Repository,
  run: Run,
  left: readonly ListedArtifact[],
  name: string,
  { maxBytes, timeout }: FetchOptions,
): Promise<Artifact> {
  const { id, size_in_bytes: size, digest } = findArtifact(left, run, name)
  if (size > maxBytes) throw tooLarge(name, `${size}`, maxBytes)
  const signal = AbortSignal.timeout(timeout)
  const response = await fetch(await downloadUrl(repository, id, name), {
    // No token goes along: the link carries its own, and the host is not GitHub's API.
    redirect: 'manual',
    signal,
  })
  if (response.status >= 300 && response.status < 400) {
    throw new NoArtifact(
      'artifact-unreadable',
      `The download of ${name} was sent on to another host, which is not followed.`,
    )
  }
  if (response.status === 410 || response.status === 404) throw expired(name)
  if (!response.ok || !response.body) {
    throw new Error(`The download of artifact ${id} answered ${response.status}.`)
  }
  const bytes = await bounded(response.body, maxBytes, () => tooLarge(name, 'more', maxBytes))
  const sha256 = hash('sha256', bytes)
  // Sent by the uploader, so it proves nothing; but one that differs shows a broken upload.
  if (digest && digest !== `sha256:${sha256}`) {
    throw new NoArtifact(
      'artifact-unreadable',
      `The artifact ${name} was uploaded as ${digest} and arrived as sha256:${sha256}.`,
    )
  }
  return { id, bytes, sha256 }
}

/** The same, or null where the run left none of that name, or none any more. */
export async function fetchIfThere(
  ...of: Parameters<typeof fetchArtifact>
): Promise<Artifact | null> {
  try {
    return await fetchArtifact(...of)
  } catch (error) {
    const absent = ['no-artifact', 'artifact-expired']
    if (error instanceof NoArtifact && absent.includes(error.code)) return null
    throw error
  }
}

function findArtifact(left: readonly ListedArtifact[], run: Run, name: string): ListedArtifact {
  const found = left.filter(
    (artifact) => artifact.name === name && artifact.workflow_run?.id === run.id,
  )
  const [newest] = found
  if (found.length > 1) {
    throw new NoArtifact(
      'artifact-ambiguous',
      `The run left ${found.length} artifacts named ${name}, and nothing says which one counts.`,
    )
  }
  if (!newest) {
    throw new NoArtifact('no-artifact', `The run left no artifact named ${name}.`)
  }
  if (newest.expired) throw expired(name)
  return newest
}

/** Asks where the archive lies, without going there with our token. */
async function downloadUrl(repository: Repository, id: number, name: string): Promise<string> {
  const { octokit, owner, repo } = repository
  try {
    const { headers, status } = await octokit.rest.actions.downloadArtifact({
      owner,
      repo,
      artifact_id: id,
      archive_format: 'zip',
      request: { redirect: 'manual' },
    })
    const url = URL.parse(headers.location ?? '')
    const api = new URL(octokit.request.endpoint.DEFAULTS.baseUrl)
    // Plain HTTP only where the API itself is spoken to that way, which the configuration allows
    // for this machine alone.
    if (url && (url.protocol === 'https:' || url.protocol === api.protocol)) return url.href
    throw new NoArtifact(
      'artifact-unreadable',
      `GitHub answered ${status} without a usable link to the artifact ${name}.`,
    )
  } catch (error) {
    if (isStatus(error, 404, 410)) throw expired(name)
    throw error
  }
}

async function bounded(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  tooMuch: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of body) {
    total += chunk.length
    if (total > maxBytes) throw tooMuch()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function expired(name: string): NoArtifact {
  return new NoArtifact(
    'artifact-expired',
    `The artifact ${name} is gone: it was deleted, or kept for as long as the repository keeps them.`,
  )
}

function tooLarge(name: string, size: string, maxBytes: number): NoArtifact {
  return new NoArtifact(
    'artifact-too-large',
    `The artifact ${name} has ${size} bytes; at most ${maxBytes} are read.`,
  )
}
