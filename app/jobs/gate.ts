/**
 * The gate: who asked, for which commit, and may they. Nothing runs that did not pass here, and a
 * refusal is said on the pull request.
 */
import type { Repository } from '../github/client.ts'
import { permissionOf } from '../github/permission.ts'
import { changesFile, getPullRequest, type PullRequest } from '../github/pull-request.ts'
import { readSettings, settingsPath } from '../github/settings.ts'
import { after } from '../states.ts'
import type { JobContext } from './context.ts'
import type { PullRequestJob } from './queue.ts'
import { newRequest, requestId, type Problem, type SettingsInForce } from './request.ts'
import { markStale } from './stale.ts'

/** The default of the settings' `label`: who uses it without settings is answered. */
const usualLabel = 'needs-gpu-evidence'

export async function onLabeled(context: JobContext, job: PullRequestJob): Promise<void> {
  const { store, queue, log, now } = context
  const id = requestId(job.repositoryId, job.pullRequest, job.sha)
  const known = await store.find(id)
  if (known && after(known.state, 'passed') === null) {
    // The same label again, or a delivery again: nothing new, but what was interrupted goes on.
    if (known.state === 'intended') await queue.send('dispatch', { requestId: id }, { key: id })
    return
  }
  if (await store.byAmendment(job.repositoryId, job.pullRequest)) return
  const repository = await context.open(job.installationId, job.repositoryId)
  const verdict = await decide(repository, job)
  if (verdict.kind === 'ignored') {
    log.debug({ request: id, why: verdict.why }, 'A label was ignored')
    return
  }
  const opened = await store.open(
    newRequest({ ...job, sender: job.sender.login, state: 'refused' }, now()),
  )
  const { kind } = verdict
  log.info({ request: id, pullRequest: job.pullRequest, kind }, 'The gate has decided')
  if (verdict.kind === 'refused') {
    const { problem } = verdict
    await store.transition(id, 'refused', { problem, sender: job.sender.login })
    await queue.send('report', { requestId: id }, { key: id })
    return
  }
  const intended = await store.transition(opened.id, 'passed', {
    settings: verdict.settings,
    sender: job.sender.login,
    problem: null,
    // A run that was asked for before is behind us; the next one is another.
    dispatchedAt: null,
    run: null,
    verification: null,
    spec: null,
    ...(opened.run && { spentRuns: [...(opened.spentRuns ?? []), opened.run.id] }),
  })
  if (intended) await queue.send('dispatch', { requestId: id }, { key: id })
  // The push before this label may have been missed.
  await markStale(context, job.repositoryId, job.pullRequest, job.sha)
}

export type Verdict =
  | { kind: 'passed'; settings: SettingsInForce }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'ignored'; why: string }

async function decide(repository: Repository, job: PullRequestJob): Promise<Verdict> {
  const read = await readSettings(repository)
  if (read.status !== 'read') {
    const label = (read.status === 'unusable' ? read.label : null) ?? usualLabel
    if (job.label !== label) return ignored('the label is not ours')
    return read.status === 'absent' ? noSettings() : unusableSettings(read.message)
  }
  const { settings, commit, sha256 } = read
  if (job.label !== settings.label) return ignored('the label is not ours')
  const pull = await getPullRequest(repository, job.pullRequest)
  const no = aboutPullRequest(repository, job, pull) ?? (await aboutSender(repository, job))
  if (no) return no
  return {
    kind: 'passed',
    settings: {
      commit,
      defaultBranch: repository.defaultBranch,
      sha256,
      workflow: settings.workflow,
      runner: settings.runner.labels,
      draft: settings.draft,
      changedInPullRequest: await changesFile(repository, job.pullRequest, settingsPath),
    },
  }
}

function aboutPullRequest(
  repository: Repository,
  job: PullRequestJob,
  pull: PullRequest,
): Verdict | null {
  if (pull.user?.login === repository.bot.login) return ignored('it is an amendment of ours')
  if (pull.base.repo.id !== job.repositoryId) return ignored('it belongs to another repository')
  if (pull.state !== 'open') {
    return refused(
      'closed',
      'Evidence is collected for open pull requests only; this one is closed.',
    )
  }
  if (!pull.labels.some(({ name }) => name === job.label)) return ignored('the label is gone')
  if (!pull.head.repo) {
    return refused('head-gone', 'The repository that this pull request comes from is gone.')
  }
  if (pull.head.sha !== job.sha) {
    return refused(
      'head-moved',
      'The head of this pull request has changed since the label was given. Look at the new ' +
        'commits, then take the label off and give it again.',
      [`labelled: ${job.sha}`, `now: ${pull.head.sha}`],
    )
  }
  return null
}

async function aboutSender(
  repository: Repository,
  { sender, label }: PullRequestJob,
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
    `${settingsPath} on the default branch cannot be used. When it is mended, give the label again.`,
    message.split('\n').filter((line) => line.trim() !== ''),
  )
}

function refused(code: string, message: string, details: string[] = []): Verdict {
  return { kind: 'refused', problem: { code, message, details } }
}

function ignored(why: string): Verdict {
  return { kind: 'ignored', why }
}
