/** Our check on a commit: one for each request, found by the request's id or made. */
import { orNull, type Repository } from './client.ts'

export const checkName = 'Codicil evidence'
/** Characters by GitHub's description, bytes in practice. */
const maxSummaryBytes = 65_535

export interface Check {
  status: 'in_progress' | 'completed'
  conclusion?: 'success' | 'neutral' | 'failure' | 'cancelled'
  title: string
  summary: string
  /** Where to look further. */
  url?: string
}

/** Writes the check of a request and gives its id. */
export async function putCheck(
  repository: Repository,
  target: { sha: string; requestId: string; checkId: number | null },
  check: Check,
): Promise<number> {
  const { octokit, owner, repo } = repository
  const content = {
    status: check.status,
    ...(check.conclusion && { conclusion: check.conclusion }),
    ...(check.url && { details_url: check.url }),
    output: { title: check.title.slice(0, 255), summary: shortened(check.summary) },
  }
  const id = (await remembered(repository, target.checkId)) ?? (await search(repository, target))
  if (id !== null) {
    await octokit.rest.checks.update({ owner, repo, check_run_id: id, ...content })
    return id
  }
  const { data } = await octokit.rest.checks.create({
    owner,
    repo,
    name: checkName,
    head_sha: target.sha,
    external_id: target.requestId,
    ...content,
  })
  return data.id
}

async function remembered(repository: Repository, id: number | null): Promise<number | null> {
  if (id === null) return null
  const { octokit, owner, repo } = repository
  const answer = await orNull(octokit.rest.checks.get({ owner, repo, check_run_id: id }))
  return answer?.data.id ?? null
}

async function search(
  { octokit, owner, repo, bot }: Repository,
  { sha, requestId }: { sha: string; requestId: string },
): Promise<number | null> {
  const pages = octokit.paginate.iterator(octokit.rest.checks.listForRef, {
    owner,
    repo,
    ref: sha,
    check_name: checkName,
    app_id: bot.appId,
    filter: 'all',
    per_page: 100,
  })
  for await (const { data } of pages) {
    const found = data.find(
      (check) => check.external_id === requestId && check.app?.id === bot.appId,
    )
    if (found) return found.id
  }
  return null
}

/** Whole lines only, so that no character and no table row is cut in two. */
function shortened(summary: string): string {
  if (Buffer.byteLength(summary) <= maxSummaryBytes) return summary
  const note = '\n\nShortened: the whole text is in the comment on the pull request.'
  const lines = summary.split('\n')
  let size = Buffer.byteLength(note)
  const kept = lines.findIndex((line) => (size += Buffer.byteLength(line) + 1) > maxSummaryBytes)
  return lines.slice(0, kept).join('\n') + note
}
