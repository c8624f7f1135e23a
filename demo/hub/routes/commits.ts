import type { Routes } from '../call.ts'
import { inRepository } from '../call.ts'
import { changedFiles, isObjectId, type ParsedCommit } from '../git/index.ts'
import type { Repository } from '../model.ts'
import { notFound, ok, page, Refusal } from '../reply.ts'
import { commitRecord, diffEntry } from '../represent/git.ts'
import { pullSimple } from '../represent/pulls.ts'
import { fullRepository, repositoryApi, repositoryWeb } from '../represent/repositories.ts'

/** Files that a comparison shows; they are on its first page. */
const mostCompared = 300

/** Repositories, branches and commits. */
export const commitRoutes: Routes = {
  'repos/get': inRepository(['metadata:read'], (call, repository) =>
    ok(fullRepository(call.stage.links, repository)),
  ),

  'repos/get-by-id': inRepository(['metadata:read'], (call, repository) =>
    ok(fullRepository(call.stage.links, repository)),
  ),

  'repos/get-branch': inRepository(['contents:read'], async (call, repository) => {
    const { links, world } = call.stage
    const name = call.params.branch ?? ''
    const commit = await repository.git.commit(`refs/heads/${name}`)
    if (!commit) throw new Refusal(404, 'Branch not found')
    const api = `${repositoryApi(links, repository)}/branches/${name}`
    const html = `${repositoryWeb(links, repository)}/tree/${name}`
    return ok({
      name,
      commit: commitRecord(links, world, repository, commit),
      _links: { self: api, html },
      protected: false,
      protection: {
        enabled: false,
        required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
      },
      protection_url: `${api}/protection`,
    })
  }),

  'repos/list-branches': inRepository(['contents:read'], async (call, repository) => {
    const api = repositoryApi(call.stage.links, repository)
    const refs = await repository.git.refs('refs/heads/')
    return page(
      call.url,
      refs.map(({ ref, id }) => ({
        name: ref.replace('refs/heads/', ''),
        commit: { sha: id, url: `${api}/commits/${id}` },
        protected: false,
      })),
    )
  }),

  'repos/get-commit': inRepository(['contents:read'], async (call, repository) => {
    const { links, world } = call.stage
    const commit = await resolveCommit(repository, call.params.ref ?? '')
    if (!commit) throw new Refusal(422, `No commit found for SHA: ${call.params.ref}`)
    if (call.accept.includes('sha')) {
      return { status: 200, body: Buffer.from(commit.id), headers: { 'content-type': call.accept } }
    }
    const [parent] = commit.parents
    const files = parent ? await changedFiles(repository.git, parent, commit.id) : []
    return ok(commitRecord(links, world, repository, commit, files))
  }),

  'repos/list-commits': inRepository(['contents:read'], async (call, repository) => {
    const { links, world } = call.stage
    const start = call.url.searchParams.get('sha') ?? repository.defaultBranch
    const from = await resolveCommit(repository, start)
    if (!from) throw notFound()
    const ids = await repository.git.history(
      from.id,
      call.url.searchParams.get('path') ?? undefined,
    )
    const reply = page(call.url, ids)
    const commits = (reply.body as string[]).map((id) => repository.git.commit(id))
    const found = (await Promise.all(commits)).filter((commit) => commit !== undefined)
    return {
      ...reply,
      body: found.map((commit) => commitRecord(links, world, repository, commit)),
    }
  }),

  'repos/list-pull-requests-associated-with-commit': inRepository(
    ['pull_requests:read'],
    async (call, repository) => {
      const sha = call.params.commit_sha ?? ''
      if (!isObjectId(sha) || !(await repository.git.commit(sha))) {
        throw new Refusal(422, `No commit found for SHA: ${sha}`)
      }
      const found = []
      for (const pull of repository.pulls.values()) {
        const holds =
          (await repository.git.isAncestor(sha, pull.head.sha)) &&
          !(await repository.git.isAncestor(sha, pull.base.sha))
        if (holds || pull.mergeCommit === sha) found.push(pullSimple(call.stage.links, pull))
      }
      return page(call.url, found)
    },
  ),

  'repos/compare-commits-with-basehead': inRepository(
    ['contents:read'],
    async (call, repository) => {
      const { links, world } = call.stage
      const { git } = repository
      const [baseName = '', headName = ''] = (call.params.basehead ?? '').split('...')
      const base = await resolveCommit(repository, baseName)
      const head = await resolveCommit(repository, headName)
      const common = base && head && (await git.mergeBase(base.id, head.id))
      const merge = common && (await git.commit(common))
      if (!base || !head || !merge) throw notFound()
      const ahead = await git.between(base.id, head.id)
      const behind = (await git.between(head.id, base.id)).length
      const commits = (await Promise.all(ahead.map((id) => git.commit(id)))).filter(
        (commit) => commit !== undefined,
      )
      const files = await changedFiles(git, merge.id, head.id)
      const api = `${repositoryApi(links, repository)}/compare/${baseName}...${headName}`
      const web = `${repositoryWeb(links, repository)}/compare/${baseName}...${headName}`
      const show = (commit: ParsedCommit) => commitRecord(links, world, repository, commit)
      return page(call.url, commits, (cut) => ({
        url: api,
        html_url: web,
        permalink_url: web,
        diff_url: `${web}.diff`,
        patch_url: `${web}.patch`,
        base_commit: show(base),
        merge_base_commit: show(merge),
        status: comparison(ahead.length, behind),
        ahead_by: ahead.length,
        behind_by: behind,
        total_commits: ahead.length,
        commits: cut.map(show),
        files: (Number(call.url.searchParams.get('page') ?? 1) > 1 ? [] : files)
          .slice(0, mostCompared)
          .map((file) => diffEntry(links, repository, head.id, file)),
      }))
    },
  ),
}

/** A commit by full id, branch, tag or `refs/…`, `heads/…`, `tags/…`, in that order. */
export async function resolveCommit(
  repository: Repository,
  name: string,
): Promise<ParsedCommit | undefined> {
  const { git } = repository
  if (isObjectId(name)) return git.commit(name)
  const candidates = [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]
  for (const candidate of candidates) {
    const commit = await git.commit(candidate)
    if (commit) return commit
  }
  return undefined
}

function comparison(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}
