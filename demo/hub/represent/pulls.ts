import type { Label, PullRequest, Repository, Review, User } from '../model.ts'
import type { Links } from './links.ts'
import { repositoryApi, repositoryRecord, repositoryWeb } from './repositories.ts'
import { association, nodeId, simpleUser, timestamp } from './users.ts'

/** What is counted from git when a whole pull request is asked for. */
export interface PullFigures {
  commits: number
  additions: number
  deletions: number
  changedFiles: number
  mergeable: boolean | null
}

export function reviewRecord(at: Links, pull: PullRequest, { id, author, ...review }: Review) {
  const page = `${pullWeb(at, pull)}#pullrequestreview-${id}`
  const api = `${repositoryApi(at, pull.repository)}/pulls/${pull.number}`
  return {
    id,
    node_id: nodeId('PullRequestReview', id),
    user: simpleUser(at, author),
    body: '',
    state: review.state,
    html_url: page,
    pull_request_url: api,
    _links: { html: { href: page }, pull_request: { href: api } },
    submitted_at: timestamp(review.at),
    commit_id: review.commit,
    author_association: association(pull.repository, author),
  }
}

export function pullSimple(at: Links, pull: PullRequest) {
  const { repository } = pull
  const api = `${repositoryApi(at, repository)}/pulls/${pull.number}`
  const issue = `${repositoryApi(at, repository)}/issues/${pull.number}`
  const web = pullWeb(at, pull)
  const comments = `${repositoryApi(at, repository)}/pulls/comments{/number}`
  const statuses = `${repositoryApi(at, repository)}/statuses/${pull.head.sha}`
  return {
    url: api,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: simpleUser(at, pull.author),
    body: pull.body,
    created_at: timestamp(pull.createdAt),
    updated_at: timestamp(pull.updatedAt),
    closed_at: pull.closedAt && timestamp(pull.closedAt),
    merged_at: pull.merged ? timestamp(pull.merged.at) : null,
    merge_commit_sha: pull.mergeCommit,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: pull.labels.map((label) => labelRecord(at, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: comments,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: side(at, pull.head.owner, pull.head, pull.head.repository),
    base: side(at, repository.owner, pull.base, repository),
    _links: {
      self: { href: api },
      html: { href: web },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${api}/comments` },
      review_comment: { href: comments },
      commits: { href: `${api}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(repository, pull.author),
    auto_merge: null,
    active_lock_reason: null,
  }
}

export function pullFull(at: Links, pull: PullRequest, figures: PullFigures) {
  const comments = [...pull.repository.comments.values()]
  return {
    ...pullSimple(at, pull),
    merged: pull.merged !== undefined,
    mergeable: figures.mergeable,
    rebaseable: figures.mergeable,
    mergeable_state: mergeableState(pull, figures.mergeable),
    merged_by: pull.merged ? simpleUser(at, pull.merged.by) : null,
    comments: comments.filter((comment) => comment.number === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: figures.commits,
    additions: figures.additions,
    deletions: figures.deletions,
    changed_files: figures.changedFiles,
  }
}

export function pullMinimal(at: Links, pull: PullRequest) {
  const reference = (repository: Repository) => ({
    id: repository.id,
    url: repositoryApi(at, repository),
    name: repository.name,
  })
  const head = pull.head.repository ?? pull.repository
  return {
    id: pull.id,
    number: pull.number,
    url: `${repositoryApi(at, pull.repository)}/pulls/${pull.number}`,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo: reference(head) },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo: reference(pull.repository) },
  }
}

export function labelRecord(at: Links, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryApi(at, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  }
}

export function pullWeb(at: Links, pull: PullRequest): string {
  return `${repositoryWeb(at, pull.repository)}/pull/${pull.number}`
}

function side(
  at: Links,
  owner: User,
  { ref, sha }: { ref: string; sha: string },
  repository: Repository | undefined,
) {
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: simpleUser(at, owner),
    repo: repository ? repositoryRecord(at, repository) : null,
  }
}

function mergeableState(pull: PullRequest, mergeable: boolean | null): string {
  if (mergeable === null) return 'unknown'
  if (!mergeable) return 'dirty'
  return pull.draft ? 'draft' : 'clean'
}
