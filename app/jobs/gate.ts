/**
 * The gate: who asked, for which commit, and may they. Nothing runs that did not pass here, and a
 * refusal is said on the pull request.
 */
import type { Core } from '../core/index.ts'
import type { Repository } from '../github/client.ts'
import { investigationProblems } from '../github/investigation.ts'
import { permissionOf } from '../github/permission.ts'
import type { ReadPull } from '../github/gate-read.ts'
import type { PullRequest } from '../github/pull-request.ts'
import { settingsOn, type SettingsRead } from '../github/settings.ts'
import { ownJudges, settingsPath, type Settings } from '../../spec-tools/index.ts'
import { after } from '../states.ts'
import type { Person } from '../webhooks/notice.ts'
import type { JobContext } from './context.ts'
import { newRequest, requestId, type Problem, type SettingsInForce } from './request.ts'
import type { Store } from './store.ts'

/** The default of the settings' `label`: who uses it without settings is answered. */
const usualLabel = 'needs-gpu-evidence'

/** A wish for evidence, however it was uttered. */
export interface Wish {
  repositoryId: number
  pullRequest: number
  sender: Person
  /** When, ISO 8601. */
  at: string
  /** The label that was given; null for a command. */
  label: string | null
  /** The commit that is to be measured; null where GitHub no longer says for which it was asked. */
  sha: string | null
  /** The base branch that was approved with it; nothing where that is not known. */
  base?: string | null
}

/** Holds a wish against the gate and records the outcome. */
export async function pass(
  context: JobContext,
  repository: Repository,
  wish: Wish,
  pull: ReadPull,
): Promise<void> {
  const { store, log, now } = context
  const { repositoryId, pullRequest, sender, at: askedAt } = wish
  if (wish.sha !== null && !(await isOpenTo(store, wish, wish.sha))) {
    return noteAskedAgain(context, repository, wish, wish.sha, pull)
  }
  const verdict = await decide(context, repository, wish, pull)
  if (verdict.kind === 'ignored') {
    log.debug({ pullRequest, why: verdict.why }, 'A label was ignored')
    return
  }
  const sha = wish.sha ?? (await pull()).head.sha
  if (!(await isOpenTo(store, wish, sha))) return
  const { installationId } = repository
  const opened = await store.open(
    newRequest(
      { installationId, repositoryId, pullRequest, sha, sender: sender.login, state: 'refused' },
      now(),
    ),
  )
  const { id } = opened
  log.info({ request: id, pullRequest, kind: verdict.kind }, 'The gate has decided')
  if (verdict.kind === 'refused') {
    const { problem } = verdict
    await store.transition(id, 'refused', { problem, askedAt, sender: sender.login })
    return
  }
  await store.transition(id, 'passed', {
    settings: verdict.settings,
    askedAt,
    sender: sender.login,
    senderId: sender.id,
    label: wish.label,
    problem: null,
    // A run that was asked for before is behind us; the next one is another.
    dispatchedAt: null,
    run: null,
    ended: null,
    askedAgain: null,
    verification: null,
    spec: null,
    ...(opened.run && { spentRuns: [...(opened.spentRuns ?? []), opened.run.id] }),
  })
}

/** The label again, for a commit that is measured or was: the comment says what can be done. */
async function noteAskedAgain(
  { store }: JobContext,
  repository: Repository,
  { repositoryId, pullRequest, sender, label }: Wish,
  sha: string,
  pull: ReadPull,
): Promise<void> {
  const id = requestId(repositoryId, pullRequest, sha)
  const request = await store.find(id)
  if (label === null || label !== request?.label || request.askedAgain === sender.login) return
  if (!(await pull()).labels.includes(label)) return
  if (sender.type === 'Bot' || (await permissionOf(repository, sender)) !== 'may') return
  await store.update(id, { askedAgain: sender.login })
}

/** Whether the table lets the commit's request pass, if there is one. */
async function isOpenTo(store: Store, { repositoryId, pullRequest }: Wish, sha: string) {
  const known = await store.find(requestId(repositoryId, pullRequest, sha))
  return known === null || after(known.state, 'passed') !== null
}

export type Verdict =
  | { kind: 'passed'; settings: SettingsInForce }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'ignored'; why: string }

async function decide(
  { core, repositories }: JobContext,
  repository: Repository,
  wish: Wish,
  pull: ReadPull,
): Promise<Verdict> {
  const shown = await pull.gate()
  const read = await settingsOn(core, repository, shown.settings)
  const label = labelOf(read)
  await repositories.setLabel(repository.id, label)
  if (wish.label !== null && wish.label !== label) return ignored('the label is not ours')
  if (read.status !== 'read') {
    return read.status === 'absent' ? noSettings() : unusableSettings(read.message)
  }
  const { settings, branch, commit, sha256 } = read
  const { pull: now, paths, complete } = shown
  const refusal =
    aboutPullRequest(repository, wish, now) ??
    aboutFork(now, settings) ??
    (await aboutSender(repository, wish, label))
  if (refusal) return refusal
  const { head, base } = now
  const at = { changed: paths, sha: head.sha }
  const unusable = await aboutInvestigation(core, repository, at, settings)
  if (unusable) return unusable
  return {
    kind: 'passed',
    settings: {
      commit,
      defaultBranch: branch,
      sha256,
      workflow: settings.workflow,
      runner: settings.runner.labels,
      runnerGroup: settings.runner.group,
      draft: settings.draft,
      secondPerson: settings.secondPerson,
      autoMerge: settings.autoMerge,
      base: base.ref,
      judges: ownJudges(paths, settings, complete),
      changedInPullRequest: paths.includes(settingsPath),
    },
  }
}

/** The label that asks for evidence in a repository. */
export function labelOf(read: SettingsRead): string {
  if (read.status === 'read') return read.settings.label
  return (read.status === 'unusable' ? read.label : null) ?? usualLabel
}

function aboutPullRequest(
  repository: Repository,
  { repositoryId, label, sha, base }: Wish,
  pull: PullRequest,
): Verdict | null {
  if (pull.author?.login === repository.bot.login) return ignored('it is an amendment of ours')
  if (pull.base.repository !== repositoryId) return ignored('it belongs to another repository')
  if (pull.state !== 'open') {
    return refused(
      'closed',
      'Evidence is collected for open pull requests only; this one is closed.',
    )
  }
  if (label !== null && !pull.labels.includes(label)) {
    return ignored('the label is gone')
  }
  if (pull.head.repository === null) {
    return refused('head-gone', 'The repository that this pull request comes from is gone.')
  }
  if (sha === null) {
    return refused(
      'label-late',
      'GitHub did not tell the app of the label when it was given, and the commit that was meant is ' +
        'not known any more. Look at the commits, then take the label off and give it again.',
    )
  }
  const moved = aboutHead(pull, sha)
  if (moved) return moved
  if (base != null && pull.base.ref !== base) {
    return refused(
      'base-moved',
      'This pull request was for another branch when evidence was asked for. Look at what it ' +
        'changes there, then take the label off and give it again.',
      [`asked for: ${base}`, `now: ${pull.base.ref}`],
    )
  }
  return null
}

function aboutFork({ head, base }: PullRequest, { forks }: Settings): Verdict | null {
  if (forks || head.repository === base.repository) return null
  return refused(
    'fork',
    'This pull request comes from a fork, and the settings of this repository have no code of forks ' +
      'run (forks: false). Somebody with write access can push the branch here, and open it anew.',
  )
}

function aboutHead({ head }: PullRequest, sha: string): Verdict | null {
  if (head.sha === sha) return null
  return refused(
    'head-moved',
    'The head of this pull request has changed since evidence was asked for. Look at the new ' +
      'commits, then take the label off and give it again.',
    [`asked for: ${sha}`, `now: ${head.sha}`],
  )
}

async function aboutSender(
  repository: Repository,
  { sender }: Wish,
  label: string,
): Promise<Verdict | null> {
  const who =
    'People with write, maintain or admin access to this repository can ask for evidence, because ' +
    `it runs the code of the pull request on the GPU runner. One of them can give the label ${label}.`
  if (sender.type === 'Bot') {
    return refused('bot', `${sender.login} is a bot, and evidence is asked for by people. ${who}`)
  }
  const permission = await permissionOf(repository, sender)
  if (permission === 'may') return null
  return permission === 'may-not'
    ? refused('permission', `${sender.login} may not ask for evidence here. ${who}`)
    : refused('unknown-person', `GitHub knows no collaborator ${sender.login} here. ${who}`)
}

/** What the run would end with is said before it takes a GPU. */
async function aboutInvestigation(
  core: Core,
  repository: Repository,
  pull: { changed: readonly string[]; sha: string },
  settings: Settings,
): Promise<Verdict | null> {
  const problems = await investigationProblems(core, repository, pull, settings)
  if (problems.length === 0) return null
  return refused(
    'bad-investigation',
    'The investigation of this pull request cannot be used, and nothing was run. Correct it, ' +
      'and give the label again.',
    problems,
  )
}

function noSettings(): Verdict {
  return refused(
    'no-settings',
    `There is no ${settingsPath} on the default branch. It says which specification is amended ` +
      'and which diagnostics are run.',
  )
}

function unusableSettings(message: string): Verdict {
  return refused(
    'bad-settings',
    `${settingsPath} on the default branch cannot be used. Correct it, and give the label again.`,
    message.split('\n').filter((line) => line.trim() !== ''),
  )
}

function refused(code: string, message: string, details: string[] = []): Verdict {
  return { kind: 'refused', problem: { code, message, details } }
}

function ignored(why: string): Verdict {
  return { kind: 'ignored', why }
}
