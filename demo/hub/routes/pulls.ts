import type { Call, Routes } from '../call.ts'
import { actorOf, inRepository, sees } from '../call.ts'
import { pullFigures, pullFiles } from '../figures.ts'
import type { PullRequest, Repository } from '../model.ts'
import { invalid, notFound, ok, page, Refusal, type Reply } from '../reply.ts'
import { commitRecord, diffEntry } from '../represent/git.ts'
import { pullFull, pullSimple, reviewRecord } from '../represent/pulls.ts'
import { mergePull, openPull, updatePull, type MergeMethod } from '../pulls.ts'

/** Pull requests. */
export const pullRoutes: Routes = {
  'pulls/list': inRepository(['pull_requests:read'], (call, repository) => {
    const { searchParams } = call.url
    const state = searchParams.get('state') ?? 'open'
    const head = searchParams.get('head')
    const base = searchParams.get('base')
    const ascending = searchParams.get('direction') === 'asc'
    const found = [...repository.pulls.values()]
      .filter((pull) => state === 'all' || pull.state === state)
      .filter((pull) => !head?.includes(':') || headLabel(pull) === head.toLowerCase())
      .filter((pull) => base === null || pull.base.ref === base)
      .sort((a, b) => (ascending ? a.number - b.number : b.number - a.number))
    return page(
      call.url,
      found.map((pull) => pullSimple(call.stage.links, pull)),
    )
  }),

  'pulls/get': inRepository(['pull_requests:read'], async (call, repository) =>
    whole(call, numbered(call, repository)),
  ),

  'pulls/create': inRepository(['pull_requests:write'], async (call, repository) => {
    const { title, body = null, head, base, draft = false } = call.body as unknown as CreateRequest
    if (draft && repository.rules.drafts === false) {
      throw new Refusal(422, 'Draft pull requests are not supported in this repository.')
    }
    if (!title) throw invalid('PullRequest', "title can't be blank", 'title')
    const source = headOf(call, repository, head)
    const pull = await openPull(call.stage, repository, {
      title,
      body,
      draft,
      base: base.replace(/^refs\/heads\//, ''),
      head: source.branch,
      from: source.repository,
      author: actorOf(call),
      maintainerCanModify: call.body.maintainer_can_modify !== false,
    })
    return { ...(await whole(call, pull)), status: 201 }
  }),

  'pulls/update': inRepository(['pull_requests:write'], async (call, repository) => {
    const pull = numbered(call, repository)
    await updatePull(call.stage, pull, call.body as Parameters<typeof updatePull>[2], actorOf(call))
    return whole(call, pull)
  }),

  'pulls/list-files': inRepository(['pull_requests:read'], async (call, repository) => {
    const pull = numbered(call, repository)
    const files = await pullFiles(pull)
    return page(
      call.url,
      files.map((file) => diffEntry(call.stage.links, repository, pull.head.sha, file)),
    )
  }),

  'pulls/list-reviews': inRepository(['pull_requests:read'], (call, repository) => {
    const pull = numbered(call, repository)
    return page(
      call.url,
      pull.reviews.map((review) => reviewRecord(call.stage.links, pull, review)),
    )
  }),

  'pulls/list-commits': inRepository(['pull_requests:read'], async (call, repository) => {
    const pull = numbered(call, repository)
    const { git } = repository
    const { links, world } = call.stage
    const commits = []
    for (const id of await git.between(pull.base.sha, pull.head.sha)) {
      const commit = await git.commit(id)
      if (commit) commits.push(commitRecord(links, world, repository, commit))
    }
    return page(call.url, commits)
  }),

  'pulls/merge': inRepository(['contents:write'], async (call, repository) => {
    const pull = numbered(call, repository)
    const { sha, merge_method: method } = call.body as { sha?: string; merge_method?: MergeMethod }
    if (sha !== undefined && sha !== pull.head.sha) {
      throw new Refusal(409, 'Head branch was modified. Review and try the merge again.')
    }
    const commit = await mergePull(call.stage, pull, actorOf(call), method)
    return ok({ sha: commit, merged: true, message: 'Pull Request successfully merged' })
  }),
}

/** The pull request that the path numbers. */
export function numbered(call: Call, repository: Repository): PullRequest {
  const number = Number(call.params.pull_number ?? call.params.issue_number)
  const pull = repository.pulls.get(number)
  if (!pull) throw notFound()
  return pull
}

interface CreateRequest {
  title?: string
  body?: string | null
  head: string
  base: string
  draft?: boolean
}

async function whole(call: Call, pull: PullRequest): Promise<Reply> {
  return ok(pullFull(call.stage.links, pull, await pullFigures(pull)))
}

function headLabel({ head }: PullRequest): string {
  return `${head.owner.login}:${head.ref}`.toLowerCase()
}

/** `branch` or `owner:branch`, where the owner has this repository or a fork of it. */
function headOf({ stage, identity }: Call, repository: Repository, head: string) {
  const [owner, branch] = head.includes(':') ? head.split(':') : [undefined, head]
  if (owner === undefined) return { repository, branch: branch ?? '' }
  const found = [...stage.world.repositories.values()].find(
    (each) =>
      each.owner.login.toLowerCase() === owner.toLowerCase() &&
      (each === repository || each.parent === repository),
  )
  if (!found || (identity.kind !== 'installation' && !sees(identity, found))) {
    throw invalid('PullRequest', 'head is invalid', 'head')
  }
  return { repository: found, branch: branch ?? '' }
}
