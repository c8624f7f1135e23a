/**
 * Commands of people, in comments and by the check's button. Each gets a reaction at once. Who may
 * not ask for evidence gets no more than that, so that nobody can make the app write comments.
 */
import type { Repository } from '../github/client.ts'
import { putAnswer, react } from '../github/comment.ts'
import { permissionOf } from '../github/permission.ts'
import type { ReadPull } from '../github/gate-read.ts'
import type { PullRequest } from '../github/pull-request.ts'
import { cancelRun } from '../github/workflow.ts'
import { after, table } from '../states.ts'
import { documentsOf } from '../webhooks/inbox.ts'
import {
  amendmentWanted,
  commandElsewhere,
  commandHelp,
  commandStatus,
  commitNotMeant,
  noAmendment,
} from '../command-wording.ts'
import type { RecordedAsk } from './asks.ts'
import type { JobContext } from './context.ts'
import { pass } from './gate.ts'
import { askedAt, mayDraftAgain, type EvidenceRequest, type Wanted } from './request.ts'

type CommandAsk = Extract<RecordedAsk, { kind: 'command' }>

export async function answerCommand(
  context: JobContext,
  repository: Repository,
  ask: CommandAsk,
  { pull, amended }: { pull: ReadPull; amended: EvidenceRequest | null },
): Promise<void> {
  const { repositoryId, pullRequest, sender, comment, command } = ask
  const may = sender.type !== 'Bot' && (await permissionOf(repository, sender)) === 'may'
  await react(repository, comment, may ? 'eyes' : '-1')
  if (!may) return
  const text = await carryOut()
  if (text === null) return
  await putAnswer(repository, { pullRequest, comment }, text)

  /** @returns the answer; null where the request's own comment is one */
  async function carryOut(): Promise<string | null> {
    const { store } = context
    const wanted = wantedBy(command)
    if (wanted) {
      const requests = await store.byPullRequest(repositoryId, pullRequest)
      return want(context, amended ?? newestToAmend(requests), wanted)
    }
    if (command.name === 'rebase' || command.name === 'bump' || command.name === 'title') {
      return commandHelp()
    }
    if (amended && command.name !== 'help' && command.name !== null) {
      return command.name === 'status' ? commandStatus([amended]) : commandElsewhere(amended)
    }
    const head = (await pull()).head.sha
    const requests = await store.byPullRequest(repositoryId, pullRequest)
    const current = requests.find(({ sha }) => sha === head) ?? null
    switch (command.name) {
      case 'run': {
        const asked = commitMeant(ask, await pull())
        if (asked === null) return commitNotMeant(head)
        if (current && after(current.state, 'passed') === null) return commandStatus(requests)
        await pass(context, repository, { ...ask, label: null, sha: asked }, pull)
        return null
      }
      case 'retry':
        if (!current || after(current.state, 'passed') === null) return commandStatus(requests)
        await retry(context, repository, ask, current.id, pull)
        return null
      case 'cancel': {
        const running = requests.filter(({ state }) => after(state, 'withdrawn') !== null)
        for (const request of running) await callOff(context, repository, request, sender.login)
        return running.length > 0 ? null : commandStatus(requests)
      }
      case 'status':
        return commandStatus(requests)
      case 'help':
      case null:
        return commandHelp()
      default:
        return command.name satisfies never
    }
  }
}

const parts = ['major', 'minor', 'patch'] as const
const longestTitle = 200

/** What a command asks of an amendment; null for one that asks nothing of it, or says it wrongly. */
function wantedBy({ name, argument }: CommandAsk['command']): Wanted | null {
  if (name === 'rebase') return argument === '' ? { rebase: true } : null
  if (name === 'title') {
    return argument !== '' && argument.length <= longestTitle ? { title: argument } : null
  }
  const bump = parts.find((part) => part === argument)
  return name === 'bump' && bump ? { bump } : null
}

/** The request whose amendment is open or still to come, of several the one asked for last. */
function newestToAmend(requests: readonly EvidenceRequest[]): EvidenceRequest | null {
  return (
    requests
      .filter((request) => mayDraftAgain(request) || table[request.state].running)
      .sort((a, b) => Date.parse(askedAt(b)) - Date.parse(askedAt(a)))[0] ?? null
  )
}

async function want(
  { store, look }: JobContext,
  request: EvidenceRequest | null,
  wanted: Wanted,
): Promise<string> {
  if (!request || !(mayDraftAgain(request) || table[request.state].running)) return noAmendment()
  await store.note(request.id, { wanted: { ...request.wanted, ...wanted } })
  if (request.state === 'rejected') {
    // The evidence is there still.
    await store.transition(request.id, 'evidence-ingested', { problem: null })
  }
  await look(...documentsOf([request]))
  return amendmentWanted(request, wanted)
}

/** Runs a request again at the commit that it is for, if its state allows that. */
export async function retry(
  context: JobContext,
  repository: Repository,
  { kind, repositoryId, pullRequest, sender, at: asked }: RecordedAsk,
  id: string,
  pull: ReadPull,
): Promise<void> {
  const request = await context.store.find(id)
  if (request?.pullRequest !== pullRequest) return
  // Who may not is told nothing here: everybody who can read can press the button.
  if ((await permissionOf(repository, sender)) !== 'may') return
  const { sha } = request
  // When a button was pressed is not told: now.
  const at = kind === 'rerun' ? context.now().toISOString() : asked
  await pass(context, repository, { repositoryId, pullRequest, sender, at, label: null, sha }, pull)
}

/** Drafts an amendment again; who may not is told nothing, as by the other buttons. */
export async function redraft(
  context: JobContext,
  repository: Repository,
  { pullRequest, sender }: RecordedAsk,
  id: string,
): Promise<void> {
  const request = await context.store.find(id)
  if (request?.pullRequest !== pullRequest) return
  if ((await permissionOf(repository, sender)) !== 'may') return
  await want(context, request, { rebase: true })
}

async function callOff(
  { store }: JobContext,
  repository: Repository,
  { id, run }: EvidenceRequest,
  by: string,
): Promise<void> {
  if (run) await cancelRun(repository, run.id)
  const problem = { code: 'cancelled', message: `${by} called the request off.`, details: [] }
  await store.transition(id, 'withdrawn', { problem })
}

/**
 * The commit that a comment is about: the one that it names, or the head, where nothing has happened
 * on the pull request since. Else somebody may have pushed what nobody has looked at.
 */
function commitMeant({ command, at }: CommandAsk, pull: PullRequest): string | null {
  const { sha } = pull.head
  if (/^[0-9a-f]{7,40}$/.test(command.argument)) {
    return sha.startsWith(command.argument) ? sha : null
  }
  return command.argument === '' && Date.parse(pull.updatedAt) <= Date.parse(at) ? sha : null
}
