import type { Comment, PullRequest, Repository } from '../model.ts'
import type { World } from '../world.ts'
import type { Links } from './links.ts'
import { pullSimple } from './pulls.ts'
import { repositoryApi, repositoryWeb } from './repositories.ts'
import { association, integration, nodeId, simpleUser, timestamp } from './users.ts'

/** A pull request seen as an issue. */
export function pullAsIssue(at: Links, pull: PullRequest) {
  const simple = pullSimple(at, pull)
  const comments = [...pull.repository.comments.values()]
  return {
    id: pull.id,
    node_id: simple.node_id,
    url: simple.issue_url,
    repository_url: repositoryApi(at, pull.repository),
    labels_url: `${simple.issue_url}/labels{/name}`,
    comments_url: simple.comments_url,
    events_url: `${simple.issue_url}/events`,
    html_url: simple.html_url,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    user: simple.user,
    labels: simple.labels,
    assignee: null,
    assignees: [],
    milestone: null,
    locked: pull.locked,
    active_lock_reason: null,
    comments: comments.filter((comment) => comment.number === pull.number).length,
    pull_request: {
      url: simple.url,
      html_url: simple.html_url,
      diff_url: simple.diff_url,
      patch_url: simple.patch_url,
      merged_at: simple.merged_at,
    },
    closed_at: simple.closed_at,
    created_at: simple.created_at,
    updated_at: simple.updated_at,
    draft: pull.draft,
    author_association: simple.author_association,
    reactions: reactions(simple.issue_url, []),
  }
}

export function commentRecord(at: Links, world: World, repository: Repository, comment: Comment) {
  const api = repositoryApi(at, repository)
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${repositoryWeb(at, repository)}/pull/${comment.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    user: simpleUser(at, comment.author),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    body: comment.body,
    author_association: association(repository, comment.author),
    reactions: reactions(`${api}/issues/comments/${comment.id}`, comment.reactions),
    performed_via_github_app: comment.viaApp ? integration(at, world.app) : null,
  }
}

const reactionKinds = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket']

function reactions(url: string, given: Comment['reactions']) {
  const count = (kind: string) => given.filter((each) => each.content === kind).length
  return {
    url: `${url}/reactions`,
    total_count: given.length,
    ...Object.fromEntries(reactionKinds.map((kind) => [kind, count(kind)])),
  }
}
