import type { Call, Routes } from '../call.ts'
import { actorOf, inRepository } from '../call.ts'
import type { Comment, PullRequest, Repository, User } from '../model.ts'
import { commentPayload } from '../payloads.ts'
import { addLabel, bodyFits, removeLabel } from '../pulls.ts'
import { created, invalid, noContent, notFound, ok, page, Refusal } from '../reply.ts'
import { commentRecord, pullAsIssue } from '../represent/issues.ts'
import { labelRecord } from '../represent/pulls.ts'
import { repositoryApi } from '../represent/repositories.ts'
import { nodeId, simpleUser, timestamp } from '../represent/users.ts'
import type { Stage } from '../stage.ts'
import { permissionOf, roleOf } from '../credentials.ts'
import { numbered } from './pulls.ts'

const reading = ['issues:read', 'pull_requests:read']
const writing = ['issues:write', 'pull_requests:write']

/** A pull request as an issue: its comments and labels. */
export const issueRoutes: Routes = {
  'issues/get': inRepository(reading, (call, repository) =>
    ok(pullAsIssue(call.stage.links, numbered(call, repository))),
  ),

  'issues/list-comments': inRepository(reading, (call, repository) => {
    const { number } = numbered(call, repository)
    const since = Date.parse(call.url.searchParams.get('since') ?? '')
    const found = [...repository.comments.values()]
      .filter((comment) => comment.number === number)
      .filter((comment) => Number.isNaN(since) || comment.updatedAt.getTime() >= since)
      .sort((a, b) => a.id - b.id)
    return page(
      call.url,
      found.map((comment) => shown(call, repository, comment)),
    )
  }),

  'issues/create-comment': inRepository(writing, (call, repository) => {
    const pull = numbered(call, repository)
    requireUnlocked(call, pull)
    const { body } = call.body as { body: string }
    const viaApp = call.identity.kind !== 'user'
    const comment = addComment(call.stage, pull, { body, author: actorOf(call), viaApp })
    return created(shown(call, repository, comment))
  }),

  'issues/get-comment': inRepository(reading, (call, repository) =>
    ok(shown(call, repository, namedComment(call, repository))),
  ),

  'issues/update-comment': inRepository(writing, (call, repository) => {
    const comment = namedComment(call, repository)
    requireAuthor(call, repository, comment)
    requireUnlocked(call, repository.pulls.get(comment.number))
    const { body } = call.body as { body: string }
    checkBody(body)
    comment.body = body
    comment.updatedAt = call.stage.world.now()
    return ok(shown(call, repository, comment))
  }),

  'issues/delete-comment': inRepository(writing, (call, repository) => {
    const comment = namedComment(call, repository)
    requireAuthor(call, repository, comment)
    repository.comments.delete(comment.id)
    return noContent()
  }),

  'reactions/create-for-issue-comment': inRepository(writing, (call, repository) => {
    const comment = namedComment(call, repository)
    const { content } = call.body as { content: string }
    const user = actorOf(call)
    const same = comment.reactions.find((each) => each.user === user && each.content === content)
    const createdAt = call.stage.world.now()
    const reaction = same ?? { id: call.stage.world.nextId(), user, content, createdAt }
    if (!same) comment.reactions.push(reaction)
    return {
      status: same ? 200 : 201,
      body: {
        id: reaction.id,
        node_id: nodeId('Reaction', reaction.id),
        user: simpleUser(call.stage.links, user),
        content,
        created_at: timestamp(reaction.createdAt),
      },
    }
  }),

  'issues/list-labels-on-issue': inRepository(reading, (call, repository) =>
    page(call.url, labelsOf(call, numbered(call, repository))),
  ),

  /** Of all events of an issue the stand-in keeps those of labels. */
  'issues/list-events': inRepository(reading, (call, repository) => {
    const pull = numbered(call, repository)
    const { links } = call.stage
    return page(
      call.url,
      pull.labellings.map(({ id, event, actor, label, at }) => ({
        id,
        node_id: nodeId('LabeledEvent', id),
        url: `${repositoryApi(links, repository)}/issues/events/${id}`,
        actor: simpleUser(links, actor),
        event,
        commit_id: null,
        commit_url: null,
        created_at: timestamp(at),
        label: { name: label.name, color: label.color },
        performed_via_github_app: null,
      })),
    )
  }),

  'issues/add-labels': inRepository(writing, async (call, repository) => {
    const pull = numbered(call, repository)
    const given = Array.isArray(call.json) ? call.json : call.body.labels
    for (const label of given as Array<string | { name: string }>) {
      const name = typeof label === 'string' ? label : label.name
      await addLabel(call.stage, pull, name, actorOf(call))
    }
    return ok(labelsOf(call, pull))
  }),

  'issues/remove-label': inRepository(writing, async (call, repository) => {
    const pull = numbered(call, repository)
    const { name = '' } = call.params
    if (!(await removeLabel(call.stage, pull, name, actorOf(call)))) {
      throw new Refusal(404, 'Label does not exist')
    }
    return ok(labelsOf(call, pull))
  }),
}

/** Writes a comment, whoever does it, and tells the App. */
export function addComment(
  stage: Stage,
  pull: PullRequest,
  { body, author, viaApp }: { body: string; author: User; viaApp: boolean },
): Comment {
  checkBody(body)
  const { world } = stage
  const at = world.now()
  const { number, repository } = pull
  const comment: Comment = {
    id: world.nextId(),
    number,
    author,
    viaApp,
    body,
    reactions: [],
    createdAt: at,
    updatedAt: at,
  }
  repository.comments.set(comment.id, comment)
  const payload = commentPayload(stage, pull, comment, 'created', author)
  stage.webhooks.event(repository, 'issue_comment', payload)
  return comment
}

function checkBody(body: string): void {
  if (body.trim() === '') throw invalid('IssueComment', "body can't be blank", 'body')
  if (!bodyFits(body)) {
    throw invalid('IssueComment', 'body is too long (maximum is 65536 characters)', 'body')
  }
}

function shown(call: Call, repository: Repository, comment: Comment) {
  return commentRecord(call.stage.links, call.stage.world, repository, comment)
}

function labelsOf(call: Call, pull: PullRequest) {
  return pull.labels.map((label) => labelRecord(call.stage.links, pull.repository, label))
}

function namedComment(call: Call, repository: Repository): Comment {
  const comment = repository.comments.get(Number(call.params.comment_id))
  if (!comment) throw notFound()
  return comment
}

/** A locked conversation takes words of people with write access only. */
function requireUnlocked({ identity }: Call, pull: PullRequest | undefined): void {
  if (pull?.locked && identity.kind !== 'user') {
    throw new Refusal(403, 'Unable to create comment because issue is locked.')
  }
}

/** An App edits what an App of its name wrote; a person also what others wrote, with write access. */
function requireAuthor(call: Call, repository: Repository, comment: Comment): void {
  const { identity } = call
  const writes =
    identity.kind === 'user' &&
    ['admin', 'write'].includes(permissionOf(roleOf(repository, identity.user)))
  if (comment.author !== actorOf(call) && !writes) {
    throw new Refusal(403, 'Resource not accessible by integration')
  }
}
