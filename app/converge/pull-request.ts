/**
 * A pull request that evidence was asked for: what people asked is answered, and then, for each of
 * its requests, the next missing step is taken until none is missing.
 */
import { pullReader, type ReadPull } from '../github/gate-read.ts'
import type { PullRequest } from '../github/pull-request.ts'
import type { Repository } from '../github/client.ts'
import { answerAsk } from './answer.ts'
import type { JobContext } from '../jobs/context.ts'
import { startRun } from '../jobs/dispatch-run.ts'
import { leaveDraftOf } from '../jobs/ready.ts'
import { report } from '../jobs/report.ts'
import { later, type EvidenceRequest } from '../jobs/request.ts'
import { lookAtRun } from '../jobs/run-completed.ts'
import { lookAtApproval } from '../jobs/second-person.ts'
import { tidy } from '../jobs/tidy.ts'
import { withdraw } from '../jobs/withdraw.ts'
import { documentsOf } from '../webhooks/inbox.ts'
import { nextStep, shownBy, type Step } from './next.ts'

export async function convergePullRequest(
  context: JobContext,
  { repositoryId, number }: { repositoryId: number; number: number },
): Promise<void> {
  const { store, asks } = context
  const open = await asks.open(repositoryId, number)
  const recorded = await store.byPullRequest(repositoryId, number)
  if (open.length === 0 && recorded.length === 0) return
  const known = await context.repositories.find(repositoryId)
  if (!known) return
  const label = open.every(
    (ask) => ask.kind === 'label' && known.label !== null && ask.label !== known.label,
  )
  if (recorded.length === 0 && label) {
    // Foreign labels that came before ours was known cost no call.
    for (const { id } of open) await asks.answered(id)
    return
  }
  const repository = await context.open(known)
  // Read once, and only where something depends on it.
  const pull = pullReader(repository, number)
  for (const ask of open) {
    await context.trace.span(`answer ${ask.kind}`, {}, () =>
      answerAsk(context, repository, ask, pull),
    )
    await asks.answered(ask.id)
  }
  const untold: EvidenceRequest[] = []
  for (const { id } of await store.byPullRequest(repositoryId, number)) {
    untold.push(...(await convergeRequest(context, repository, id, pull)))
  }
  const all = await store.byPullRequest(repositoryId, number)
  if (untold.length > 0) {
    const unshown = context.lease.doubtful() ? null : pull.unshown()
    const shown = { all, untold, unshown, pull: await pull() }
    await context.trace.span('report', {}, () => report(context, repository, shown))
    for (const { id } of untold) await doubt(context, id)
  }
  const looks = (await store.byPullRequest(repositoryId, number)).flatMap(
    ({ state, lookAt, tidyAt }) => [
      ...(state === 'dispatched' && lookAt ? [Date.parse(lookAt)] : []),
      ...(tidyAt ? [Date.parse(tidyAt)] : []),
    ],
  )
  if (looks.length > 0) {
    const at = new Date(Math.min(...looks))
    await context.keys.mark([{ kind: 'pull-request', repositoryId, number }], at)
  }
}

/** @returns the request, where all that is missing is that it is told */
async function convergeRequest(
  context: JobContext,
  repository: Repository,
  id: string,
  pull: ReadPull,
): Promise<EvidenceRequest[]> {
  const done = new Set<Step['do']>()
  for (;;) {
    const request = await context.store.find(id)
    if (!request) return []
    const step = nextStep(request, shownBy(await pull()), context.now(), done)
    if (!step) return []
    if (step.do === 'report') return [request]
    await context.trace.span(`step ${step.do}`, { request: id }, () =>
      take(context, repository, request, step, pull),
    )
    // GitHub's lists may not show it yet to whoever looks for it.
    if (step.do === 'start-run') await doubt(context, request.id)
    done.add(step.do)
  }
}

/** Has it looked for doubles later, where something may have been made twice. */
export async function doubt({ lease, store, now, limits }: JobContext, id: string): Promise<void> {
  if (lease.doubtful()) await store.note(id, { tidyAt: later(now(), limits.settleSeconds) })
}

async function take(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  step: Exclude<Step, { do: 'report' }>,
  pull: () => Promise<PullRequest>,
): Promise<unknown> {
  switch (step.do) {
    case 'mark-stale':
      return context.store.update(request.id, { replacedBy: step.replacedBy })
    case 'withdraw':
      return withdraw(context, repository, request, step.why)
    case 'start-run':
      return startRun(context, repository, request)
    case 'look-at-run':
      return lookAtRun(context, repository, request)
    case 'draft':
      return context.look(...documentsOf([request]))
    case 'look-at-approval':
      return lookAtApproval(context, repository, request, await pull())
    case 'leave-draft':
      return leaveDraftOf(context, repository, request)
    case 'tidy':
      return tidy(context, repository, request)
    default:
      return step satisfies never
  }
}
