/** Whether somebody may ask for evidence: running code on a GPU takes write access. */
import { orNull, type Repository } from './client.ts'

export type Permission = 'may' | 'may-not' | 'unknown-person'

/** `id` is the person's, so that a name that changed hands does not count. */
export async function permissionOf(
  repository: Repository,
  person: { id: number; login: string },
): Promise<Permission> {
  const { octokit, owner, repo } = repository
  const answer = await orNull(
    octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: person.login }),
  )
  if (!answer || answer.data.user?.id !== person.id) return 'unknown-person'
  // GitHub folds roles into four levels here: maintain is write, triage is read.
  return ['write', 'admin'].includes(answer.data.permission) ? 'may' : 'may-not'
}
