/**
 * What a delivery says that the app uses, or null. A pure function: most deliveries end here, and
 * cost nothing but the check of their signature. What is said is only where to look, except for who
 * asked for what: labels and commands.
 */
import { checkActions } from '../github/check.ts'
import type { RepositoryNames } from '../github/client.ts'
import { commandIn, type Command } from './command.ts'
import type { Delivery } from './receive.ts'
import { heard } from './pull-request-action.ts'

export interface Person {
  id: number
  login: string
  type: string
}

interface InRepository {
  installationId: number
  repositoryId: number
}

interface OnPullRequest extends InRepository {
  pullRequest: number
}

interface OnCheck extends InRepository {
  requestId: string
  /** Delivery of a button of ours; GitHub's own is known by when the check ended. */
  press?: string
  sender: Person
  at: string
}

export type Notice =
  | (OnPullRequest & {
      kind: 'label'
      label: string
      sha: string
      /** The branch that the pull request is for. */
      base: string
      sender: Person
      /** When, by GitHub's clock, ISO 8601. */
      at: string
      names: RepositoryNames | null
    })
  | (OnPullRequest & {
      kind: 'command'
      command: Command
      comment: number
      sender: Person
      at: string
      names: RepositoryNames | null
    })
  | (OnPullRequest & { kind: 'pull-request' })
  | (OnCheck & { kind: 'rerun' })
  | (OnCheck & { kind: 'redraft'; press: string })
  | (InRepository & { kind: 'run'; runId: number; attempt: number; title: string })
  /** `files` is null where the payload does not say all of them. */
  | (InRepository & { kind: 'push'; branch: string; files: string[] | null })
  | { kind: 'installation'; installationId: number; added: number[]; removed: number[] }

const fullSha = /^[0-9a-f]{40}$/

export function noticeOf({ id, event, payload }: Delivery): Notice | null {
  // Signed by GitHub: the shape is what its schemas say, as far as it is used.
  const said = payload as Payload
  switch (event) {
    case 'pull_request':
      return ofPullRequest(said)
    case 'pull_request_review':
      return ofReview(said)
    case 'workflow_run':
      return ofRun(said)
    case 'push':
      return ofPush(said)
    case 'issue_comment':
      return ofComment(said)
    case 'check_run':
      return ofCheck(said, id)
    case 'installation':
      return ofInstallation(said)
    case 'installation_repositories':
      return ofInstallation(said)
    default:
      return null
  }
}

function ofPullRequest(said: Payload): Notice | null {
  const at = inRepository(said)
  const { action = '', pull_request: pull, sender, label } = said
  if (!at || !pull || !sender || !fullSha.test(pull.head.sha)) return null
  const on = { ...at, pullRequest: pull.number }
  const meaning = heard(action)
  if (meaning === 'label') {
    if (!label) return null
    return {
      kind: meaning,
      ...on,
      label: label.name,
      sha: pull.head.sha,
      base: pull.base.ref,
      sender: person(sender),
      at: pull.updated_at,
      names: namesIn(said),
    }
  }
  return meaning && { kind: meaning, ...on }
}

/** Only where to look: who has approved what is asked of GitHub. */
function ofReview(said: Payload): Notice | null {
  const at = inRepository(said)
  return at && said.pull_request
    ? { kind: 'pull-request', ...at, pullRequest: said.pull_request.number }
    : null
}

function ofRun(said: Payload): Notice | null {
  const at = inRepository(said)
  const { action, workflow_run: run } = said
  // Only a filter: whether the run is ours is asked of GitHub.
  if (!at || !run || action !== 'completed' || run.event !== 'workflow_dispatch') return null
  const { id, run_attempt: attempt, display_title: title } = run
  return { kind: 'run', ...at, runId: id, attempt, title }
}

function ofPush(said: Payload): Notice | null {
  const at = inRepository(said)
  const branch = /^refs\/heads\/(.+)$/.exec(said.ref ?? '')?.[1]
  if (!at || !branch || said.deleted) return null
  const { commits = [], forced, created } = said
  // A forced push takes commits away, and long ones are cut off: their files are not all there.
  const whole = !forced && !created && commits.length > 0 && commits.length < 1000
  const files = commits.flatMap(({ added, removed, modified }) => [
    ...added,
    ...removed,
    ...modified,
  ])
  return { kind: 'push', ...at, branch, files: whole ? files : null }
}

function ofComment(said: Payload): Notice | null {
  const at = inRepository(said)
  const { action, issue, comment, sender } = said
  if (!at || !issue?.pull_request || !comment || !sender) return null
  if (action !== 'created' || sender.type === 'Bot') return null
  const command = commandIn(comment.body)
  if (!command) return null
  return {
    kind: 'command',
    ...at,
    pullRequest: issue.number,
    command,
    comment: comment.id,
    sender: person(sender),
    at: comment.created_at,
    names: namesIn(said),
  }
}

function ofCheck(said: Payload, press: string): Notice | null {
  const at = inRepository(said)
  const { action, check_run: check, requested_action: button, sender } = said
  if (!at || !check?.external_id || !sender) return null
  const pressed = {
    ...at,
    requestId: check.external_id,
    sender: person(sender),
    // GitHub does not say when the button was pressed; a check that was completed anew is another.
    at: check.completed_at ?? check.started_at ?? '',
  }
  if (action === 'rerequested') return { kind: 'rerun', ...pressed }
  if (action !== 'requested_action') return null
  switch (button?.identifier) {
    case checkActions.runAgain.identifier:
      return { kind: 'rerun', press, ...pressed }
    case checkActions.draftAgain.identifier:
      return { kind: 'redraft', press, ...pressed }
    default:
      return null
  }
}

function ofInstallation(said: Payload): Notice | null {
  const { action, installation } = said
  if (!installation) return null
  const ids = (list: { id: number }[] | undefined) => (list ?? []).map(({ id }) => id)
  const gone = action === 'deleted' || action === 'suspend'
  return {
    kind: 'installation',
    installationId: installation.id,
    added: gone ? [] : [...ids(said.repositories), ...ids(said.repositories_added)],
    removed: [...(gone ? ids(said.repositories) : []), ...ids(said.repositories_removed)],
  }
}

function inRepository({ installation, repository }: Payload): InRepository | null {
  return installation && repository
    ? { installationId: installation.id, repositoryId: repository.id }
    : null
}

function namesIn({ repository }: Payload): RepositoryNames | null {
  const { owner, name, html_url: url } = repository ?? {}
  return owner && name && url ? { owner: owner.login, repo: name, url } : null
}

function person({ id, login, type = 'User' }: Sender): Person {
  return { id, login, type }
}

interface Sender {
  id: number
  login: string
  type?: string
}

interface Payload {
  action?: string
  installation?: { id: number }
  repository?: { id: number; name?: string; owner?: { login: string }; html_url?: string }
  sender?: Sender
  label?: { name: string }
  pull_request?: {
    number: number
    updated_at: string
    head: { sha: string }
    base: { ref: string }
  }
  workflow_run?: { id: number; event: string; run_attempt: number; display_title: string }
  ref?: string
  deleted?: boolean
  forced?: boolean
  created?: boolean
  commits?: { added: string[]; removed: string[]; modified: string[] }[]
  issue?: { number: number; pull_request?: object }
  comment?: { id: number; body: string; created_at: string }
  check_run?: {
    external_id: string | null
    started_at: string | null
    completed_at: string | null
  }
  requested_action?: { identifier: string }
  repositories?: { id: number }[]
  repositories_added?: { id: number }[]
  repositories_removed?: { id: number }[]
}
