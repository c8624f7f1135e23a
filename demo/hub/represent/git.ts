import type { FileChange, GitIdentity, ParsedCommit } from '../git/index.ts'
import type { Repository, User } from '../model.ts'
import type { World } from '../world.ts'
import type { Links } from './links.ts'
import { repositoryApi, repositoryWeb } from './repositories.ts'
import { nodeId, simpleUser, timestamp } from './users.ts'

/** A commit as the Git Data API shows it. */
export function gitCommit(at: Links, repository: Repository, commit: ParsedCommit) {
  return {
    sha: commit.id,
    node_id: nodeId('Commit', commit.id),
    url: `${repositoryApi(at, repository)}/git/commits/${commit.id}`,
    html_url: `${repositoryWeb(at, repository)}/commit/${commit.id}`,
    author: identity(commit.author),
    committer: identity(commit.committer),
    tree: treeLink(at, repository, commit.tree),
    message: commit.message,
    parents: parentLinks(at, repository, commit, 'git/commits'),
    verification: verification(repository, commit),
  }
}

/** A commit as the Commits API shows it, with the accounts behind the e-mail addresses. */
export function commitRecord(
  at: Links,
  world: World,
  repository: Repository,
  commit: ParsedCommit,
  files?: FileChange[],
) {
  const url = `${repositoryApi(at, repository)}/commits/${commit.id}`
  const sum = (pick: (file: FileChange) => number) =>
    (files ?? []).reduce((total, file) => total + pick(file), 0)
  return {
    sha: commit.id,
    node_id: nodeId('Commit', commit.id),
    commit: {
      author: identity(commit.author),
      committer: identity(commit.committer),
      message: commit.message,
      tree: treeLink(at, repository, commit.tree),
      url: `${repositoryApi(at, repository)}/git/commits/${commit.id}`,
      comment_count: 0,
      verification: verification(repository, commit),
    },
    url,
    html_url: `${repositoryWeb(at, repository)}/commit/${commit.id}`,
    comments_url: `${url}/comments`,
    author: account(at, world, commit.author),
    committer: account(at, world, commit.committer),
    parents: parentLinks(at, repository, commit, 'commits'),
    ...(files && {
      stats: {
        total: sum((file) => file.additions + file.deletions),
        additions: sum((file) => file.additions),
        deletions: sum((file) => file.deletions),
      },
      files: files.map((file) => diffEntry(at, repository, commit.id, file)),
    }),
  }
}

export function diffEntry(at: Links, repository: Repository, commit: string, file: FileChange) {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  const web = repositoryWeb(at, repository)
  return {
    sha: file.id,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${web}/blob/${commit}/${path}`,
    raw_url: `${web}/raw/${commit}/${path}`,
    contents_url: `${repositoryApi(at, repository)}/contents/${path}?ref=${commit}`,
    ...(file.patch !== undefined && { patch: file.patch }),
    ...(file.previousPath !== undefined && { previous_filename: file.previousPath }),
  }
}

export function refRecord(
  at: Links,
  repository: Repository,
  { ref, id, type }: { ref: string; id: string; type: string },
) {
  const api = `${repositoryApi(at, repository)}/git`
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: `${api}/${ref}`,
    object: { sha: id, type, url: `${api}/${type}s/${id}` },
  }
}

/** The noreply address by which GitHub knows an account's commits. */
export function noreply(user: User): string {
  return `${user.id}+${user.login}@users.noreply.github.com`
}

/** The account that a commit's e-mail address belongs to. */
export function accountOf(world: World, { email }: GitIdentity): User | undefined {
  const [, id] = /^(\d+)\+.*@users\.noreply\.github\.com$/.exec(email) ?? []
  return id ? [...world.users.values()].find((user) => user.id === Number(id)) : undefined
}

function account(at: Links, world: World, who: GitIdentity) {
  const user = accountOf(world, who)
  return user ? simpleUser(at, user) : null
}

function identity({ name, email, date }: GitIdentity) {
  return { name, email, date: timestamp(date) }
}

function treeLink(at: Links, repository: Repository, tree: string) {
  return { sha: tree, url: `${repositoryApi(at, repository)}/git/trees/${tree}` }
}

function parentLinks(at: Links, repository: Repository, commit: ParsedCommit, resource: string) {
  return commit.parents.map((sha) => ({
    sha,
    url: `${repositoryApi(at, repository)}/${resource}/${sha}`,
    html_url: `${repositoryWeb(at, repository)}/commit/${sha}`,
  }))
}

/** Whether GitHub signed the commit. The stand-in has no key: it tells, it does not sign. */
function verification(repository: Repository, commit: ParsedCommit) {
  const verified = repository.signed.has(commit.id)
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: null,
    payload: null,
    verified_at: verified ? timestamp(commit.committer.date) : null,
  }
}
