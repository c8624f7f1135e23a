/** Webhook payloads, each complete by GitHub's own webhook schemas. */
import { pullFigures } from './figures.ts'
import type {
  CheckRun,
  Comment,
  Installation,
  Label,
  PullRequest,
  Repository,
  Review,
  User,
  WorkflowRun,
} from './model.ts'
import { runRecord, workflowRecord } from './represent/actions.ts'
import { checkRecord } from './represent/checks.ts'
import { commentRecord, pullAsIssue } from './represent/issues.ts'
import { labelRecord, pullFull, reviewRecord } from './represent/pulls.ts'
import { accountOf } from './represent/git.ts'
import { hookRepository, repositoryApi, repositoryWeb } from './represent/repositories.ts'
import {
  installationRecord,
  nodeId,
  organization,
  simpleUser,
  timestamp,
} from './represent/users.ts'
import { changedFiles, type GitIdentity } from './git/index.ts'
import type { Stage } from './stage.ts'

type Payload = Record<string, unknown>

export async function pullPayload(
  stage: Stage,
  pull: PullRequest,
  action: string,
  sender: User,
  extra: { label?: Label; before?: string; after?: string } = {},
): Promise<Payload> {
  const { label, ...rest } = extra
  const record = pullFull(stage.links, pull, await pullFigures(pull))
  return {
    action,
    number: pull.number,
    pull_request: { ...record, head: hookSide(record.head), base: hookSide(record.base) },
    ...(label && { label: labelRecord(stage.links, pull.repository, label) }),
    ...rest,
    ...origin(stage, pull.repository, sender),
  }
}

/** Somebody has reviewed a pull request. */
export async function reviewPayload(
  stage: Stage,
  pull: PullRequest,
  review: Review,
): Promise<Payload> {
  const record = reviewRecord(stage.links, pull, review)
  const { pull_request: on } = await pullPayload(stage, pull, 'submitted', review.author)
  return {
    action: 'submitted',
    review: { ...record, state: review.state.toLowerCase() },
    pull_request: on,
    ...origin(stage, pull.repository, review.author),
  }
}

export function commentPayload(
  stage: Stage,
  pull: PullRequest,
  comment: Comment,
  action: string,
  sender: User,
): Payload {
  return {
    action,
    issue: pullAsIssue(stage.links, pull),
    comment: commentRecord(stage.links, stage.world, pull.repository, comment),
    ...origin(stage, pull.repository, sender),
  }
}

export async function runPayload(
  stage: Stage,
  run: WorkflowRun,
  action: 'requested' | 'in_progress' | 'completed',
): Promise<Payload> {
  const commit = await run.repository.git.commit(run.headSha)
  if (!commit) throw new Error(`Run ${run.id} is of ${run.headSha}, which is no commit.`)
  return {
    action,
    workflow: workflowRecord(stage.links, run, run.workflow),
    workflow_run: runRecord(stage.links, run, commit),
    ...origin(stage, run.repository, run.actor),
  }
}

export function checkPayload(
  stage: Stage,
  repository: Repository,
  check: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  sender: User = stage.world.app.bot,
): Payload {
  const { world, links } = stage
  const record = checkRecord(links, world, repository, check)
  const at = timestamp(check.startedAt ?? world.now())
  return {
    action,
    check_run: {
      ...record,
      started_at: at,
      check_suite: {
        id: check.suiteId,
        node_id: nodeId('CheckSuite', check.suiteId),
        head_branch: record.pull_requests[0]?.head.ref ?? null,
        head_sha: check.headSha,
        status: check.status,
        conclusion: check.conclusion,
        url: `${repositoryApi(links, repository)}/check-suites/${check.suiteId}`,
        before: null,
        after: check.headSha,
        pull_requests: record.pull_requests,
        app: record.app,
        created_at: at,
        updated_at: timestamp(world.now()),
      },
    },
    ...origin(stage, repository, sender),
  }
}

export async function pushPayload(
  stage: Stage,
  repository: Repository,
  move: { ref: string; from: string | undefined; to: string | undefined; forced: boolean },
  sender: User,
): Promise<Payload> {
  const { git } = repository
  const { ref, from, to, forced } = move
  const absent = '0'.repeat(40)
  const fresh = to && from ? await git.between(from, to) : to ? [to] : []
  const commits = await Promise.all(fresh.map((id) => pushedCommit(stage, repository, id)))
  return {
    ref,
    before: from ?? absent,
    after: to ?? absent,
    created: from === undefined,
    deleted: to === undefined,
    forced,
    base_ref: null,
    compare: `${repositoryWeb(stage.links, repository)}/compare/${from ?? absent}...${to ?? absent}`,
    commits,
    head_commit: to ? await pushedCommit(stage, repository, to) : null,
    pusher: { name: sender.login, email: null },
    ...origin(stage, repository, sender),
  }
}

export function pingPayload(stage: Stage, url: string): Payload {
  const { world, links } = stage
  const hook = `${links.api}/app/hook`
  const at = timestamp(world.app.createdAt)
  return {
    zen: 'Anything added dilutes everything else.',
    hook_id: world.app.id,
    hook: {
      type: 'App',
      id: world.app.id,
      name: 'web',
      active: true,
      app_id: world.app.id,
      events: world.app.events,
      config: { content_type: 'json', insecure_ssl: '0', secret: '********', url },
      updated_at: at,
      created_at: at,
      url: hook,
      ping_url: `${hook}/pings`,
      deliveries_url: `${hook}/deliveries`,
    },
  }
}

export function installationPayload(
  stage: Stage,
  installation: Installation,
  action: 'created' | 'deleted' | 'suspend' | 'unsuspend',
  sender: User,
): Payload {
  const { world, links } = stage
  const repositories = [...installation.repositories].flatMap((id) => {
    const repository = world.repositories.get(id)
    return repository ? [repository] : []
  })
  return {
    action,
    installation: installationRecord(links, world.app, installation),
    repositories: repositories.map((repository) => ({
      id: repository.id,
      node_id: nodeId('Repository', repository.id),
      name: repository.name,
      full_name: `${repository.owner.login}/${repository.name}`,
      private: repository.private,
    })),
    sender: simpleUser(links, sender),
  }
}

/** Webhooks show a repository's custom properties wherever they show a repository. */
function hookSide<Side extends { repo: object | null }>(side: Side) {
  return { ...side, repo: side.repo && { ...side.repo, custom_properties: {} } }
}

/** What all of a repository's payloads end with. */
function origin(stage: Stage, repository: Repository, sender: User) {
  const { links, world } = stage
  const installation = world.installationOf(repository)
  return {
    repository: hookRepository(links, repository),
    ...(repository.owner.type === 'Organization' && {
      organization: organization(links, repository.owner),
    }),
    sender: simpleUser(links, sender),
    ...(installation && {
      installation: {
        id: installation.id,
        node_id: nodeId('Installation', installation.id),
      },
    }),
  }
}

async function pushedCommit(stage: Stage, repository: Repository, id: string) {
  const { git } = repository
  const commit = await git.commit(id)
  if (!commit) throw new Error(`${id} was pushed but is no commit.`)
  const person = (who: GitIdentity) => {
    const account = accountOf(stage.world, who)
    return { name: who.name, email: who.email, ...(account && { username: account.login }) }
  }
  const files = commit.parents[0] ? await changedFiles(git, commit.parents[0], id) : []
  const paths = (...statuses: string[]) =>
    files.filter((file) => statuses.includes(file.status)).map((file) => file.path)
  return {
    id,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: timestamp(commit.committer.date),
    url: `${repositoryWeb(stage.links, repository)}/commit/${id}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths('added', 'renamed'),
    removed: [
      ...paths('removed'),
      ...files.flatMap((file) => (file.previousPath === undefined ? [] : [file.previousPath])),
    ],
    modified: paths('modified', 'changed'),
  }
}
