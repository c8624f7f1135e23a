/**
 * The same loop without a server: a trusted job of a workflow converges once on what GitHub shows,
 * with the token that it is given. What an earlier job did is taken over from GitHub; nothing of the
 * pull request is checked out or run.
 */
import { CodicilError } from '../spec-tools/index.ts'
import { takeOver } from './converge/adopt.ts'
import { converger } from './converge/index.ts'
import { requestsOfDrafts, requestsOfRuns, type RequestOfRun } from './converge/traces.ts'
import { coreHere } from './core/here.ts'
import { openerByToken } from './github/job-token.ts'
import { lastLabelling } from './github/pull-request.ts'
import { readSettings } from './github/settings.ts'
import { defaultLimits, type AppContext, type JobLimits } from './jobs/context.ts'
import { labelOf } from './jobs/gate.ts'
import type { Key } from './jobs/keys.ts'
import { asksInMemory, keysInMemory, oneRepository, storeInMemory } from './jobs/memory.ts'
import { requestId, type EvidenceRequest } from './jobs/request.ts'
import { unobserved } from './observe.ts'
import { states } from './states.ts'
import { untraced } from './trace.ts'
import { occasionOf } from './webhooks/occasion.ts'

export type { EvidenceRequest } from './jobs/request.ts'
export { commentOf } from './wording.ts'

export interface OnceOptions {
  /** Name and payload of the event that started the workflow. */
  event: string
  payload: unknown
  repositoryId: number
  runId: number
  apiUrl: string
  token: string
  /** Slug of the App whose token it is. */
  slug: string
  now(): Date
  wait(milliseconds: number): Promise<void>
  log: AppContext['log']
  limits?: Partial<JobLimits>
  /** Seconds that the job waits for GitHub, altogether. */
  patience?: number
  /** Milliseconds between two writes. */
  pause?: number
}

/** Tries of a key: about a minute. */
const tries = 6
/** Earlier heads of a pull request that are looked at, whose evidence has become stale. */
const earlierHeads = 3

/** @returns the requests that were looked at, as they stand now */
export async function amendOnce(options: OnceOptions): Promise<EvidenceRequest[]> {
  const { repositoryId, now, log, patience = 300, pause = 1000 } = options
  const occasion = occasionOf(options.event, options.payload, repositoryId)
  const limits = { ...defaultLimits, tries, ...options.limits }
  const keys = keysInMemory(now)
  const store = storeInMemory(now)
  const core = coreHere(log)
  const context: AppContext = {
    core,
    keys,
    asks: asksInMemory(keys),
    repositories: oneRepository(repositoryId),
    storeFor: () => store,
    openRepository: openerByToken({
      ...options,
      pause,
      answerTimeout: limits.answerTimeout,
      tell: (message) => log.debug(message),
    }),
    look: (...marked) => keys.mark(marked),
    sweepApp: async () => {},
    observer: unobserved,
    tracing: untraced,
    secret: null,
    now,
    log,
    limits,
  }
  const work = converger(context)
  const until = now().getTime() + patience * 1000
  const { signal } = new AbortController()

  async function converge(...first: Key[]): Promise<void> {
    await keys.mark(first)
    for (let next = keys.next(); next && next.at <= until; next = keys.next()) {
      const early = next.at - now().getTime()
      if (early > 0) await options.wait(early)
      await work(next.key, await keys.take(next.key), signal)
    }
    const left = keys.next()
    if (left?.again) throw tooLate(new Date(left.at))
  }

  const repository = await context.openRepository(0, repositoryId)
  const read = await readSettings(core, repository)
  const label = labelOf(read)
  const workflow = read.status === 'read' ? read.settings.workflow : null
  const takeOverAll = async (requests: readonly RequestOfRun[]) => {
    for (const { pullRequest, sha, startedAt } of requests) {
      const labelling = await lastLabelling(repository, pullRequest, label, startedAt)
      const of = labelling && { pullRequest, sha, label, ...labelling }
      if (of) await takeOver({ ...context, store }, repository, of)
    }
  }

  const on = (number: number): Key => ({ kind: 'pull-request', repositoryId, number })
  /** Takes over what is drafted and not known yet, and says on which pull requests. */
  const takeOverDrafts = async () => {
    const known = new Set((await store.inState(states)).map(({ id }) => id))
    const idOf = (one: RequestOfRun) => requestId(repositoryId, one.pullRequest, one.sha)
    const drafts = workflow ? await requestsOfDrafts(repository, workflow) : []
    const others = drafts.filter((one) => !known.has(idOf(one)))
    await takeOverAll(others)
    return others.map((one) => on(one.pullRequest))
  }

  if (occasion.kind === 'repository') {
    await converge({ kind: 'repository', repositoryId }, ...(await takeOverDrafts()))
    return store.inState(states)
  }
  const { pullRequest, sha, notice } = occasion
  if (notice?.kind === 'label' && notice.label !== label) {
    log.info(`The label ${notice.label} is not ${label}: nothing is to be done.`)
    return []
  }
  const runs = workflow ? await requestsOfRuns(repository, workflow) : []
  const here = runs.filter((one) => one.pullRequest === pullRequest)
  const own = here.find((one) => one.sha === sha) ?? { pullRequest, sha }
  const earlier = notice ? here.filter((one) => one.sha !== sha).slice(0, earlierHeads) : []
  await takeOverAll([...earlier, own])
  if (notice) await converge(on(pullRequest))
  else {
    // Drafts of one document take their numbers in the order in which they were asked for, so those
    // of others count; also such as another job has made meanwhile, which did not see ours either.
    await converge(on(pullRequest), ...(await takeOverDrafts()))
    const met = await takeOverDrafts()
    if (met.length > 0) await converge(...met)
  }
  if (notice?.kind === 'label') {
    await context.asks.record({ ...notice, repositoryId })
    await converge()
  }
  return store.byPullRequest(repositoryId, pullRequest)
}

function tooLate(at: Date): CodicilError {
  return new CodicilError({
    code: 'github-busy',
    what:
      `GitHub asks to wait, or something in the way there has not gone, until ${at.toISOString()} at ` +
      'the earliest. Run this job again then: it goes on where it stopped.',
  })
}
