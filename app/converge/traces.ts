/** Requests that an earlier job left on GitHub, found by the names of their runs. */
import { requestOf } from '../github/commit.ts'
import type { Repository } from '../github/client.ts'
import { commitMessagesOf, openPullRequests } from '../github/pull-request.ts'
import { newestRuns } from '../github/workflow.ts'
import { requestId, requestIdsIn } from '../jobs/request.ts'

export interface RequestOfRun {
  pullRequest: number
  sha: string
  /** When its newest run was started, ISO 8601; absent where that was not looked at. */
  startedAt?: string
}

/** Those of the newest runs, newest first, each once. */
export async function requestsOfRuns(
  repository: Repository,
  workflow: string,
): Promise<RequestOfRun[]> {
  const found = new Map<string, RequestOfRun>()
  for (const run of await newestRuns(repository, workflow)) {
    const request = requestNamedIn(run.display_title, repository.id)
    const name = request && `${request.pullRequest} ${request.sha}`
    if (name && !found.has(name)) found.set(name, { ...request, startedAt: run.created_at })
  }
  return [...found.values()]
}

/** Those whose amendments are open. */
export async function requestsOfDrafts(
  repository: Repository,
  workflow: string,
): Promise<RequestOfRun[]> {
  const drafted = new Set<string | null>()
  for (const { number, user } of await openPullRequests(repository)) {
    if (user?.login !== repository.bot.login) continue
    for (const message of await commitMessagesOf(repository, number)) {
      drafted.add(requestOf({ message }))
    }
  }
  const requests = drafted.size > 0 ? await requestsOfRuns(repository, workflow) : []
  return requests.filter(({ pullRequest, sha }) =>
    drafted.has(requestId(repository.id, pullRequest, sha)),
  )
}

/** The request that a run is named after, `codicil <id> for #<number> at <sha>`; its id proves the rest. */
export function requestNamedIn(title: string, repositoryId: number): RequestOfRun | null {
  const [, number = '', sha = ''] = /#([1-9]\d{0,9}) at ([0-9a-f]{40})\b/.exec(title) ?? []
  const [id] = requestIdsIn(title)
  const pullRequest = Number(number)
  return id === requestId(repositoryId, pullRequest, sha) ? { pullRequest, sha } : null
}
