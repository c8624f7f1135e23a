/** What an owner has forbidden in a repository, and the words in which GitHub says so. */
import type { Call } from './call.ts'
import type { Repository } from './model.ts'
import { Refusal } from './reply.ts'

/** Refuses what the rules forbid an App; people of the stand-in may bypass them. */
export async function guardRef(
  { identity }: Call,
  repository: Repository,
  { ref, from, to }: { ref: string; from: string | undefined; to: string },
): Promise<void> {
  if (identity.kind === 'user' || !ref.startsWith('refs/heads/')) return
  const branch = ref.slice('refs/heads/'.length)
  const { creation, update, linearHistory } = repository.rules
  if (from === undefined && creation?.test(branch)) {
    throw violation('Cannot create ref due to creations being restricted.')
  }
  if (from !== undefined && update?.test(branch)) {
    throw violation('Cannot update this protected ref.')
  }
  if (linearHistory?.test(branch) && (await addsMerge(repository, from, to))) {
    throw violation('This branch must not contain merge commits.')
  }
}

/** Refuses content with a secret, as push protection does for people and Apps alike. */
export function guardContent({ rules }: Repository, content: string | Buffer): void {
  if (rules.secret?.test(content.toString('latin1'))) {
    throw new Refusal(409, 'Repository rule violations found\n\nSecret detected in content\n\n')
  }
}

async function addsMerge({ git, defaultBranch }: Repository, from: string | undefined, to: string) {
  const known = from ?? (await git.refTarget(`refs/heads/${defaultBranch}`))?.id
  const added = known === undefined ? [to] : await git.between(known, to)
  const commits = await Promise.all(added.map((id) => git.commit(id)))
  return commits.some((commit) => (commit?.parents.length ?? 0) > 1)
}

function violation(text: string): Refusal {
  return new Refusal(422, `Repository rule violations found\n\n${text}\n\n`)
}
