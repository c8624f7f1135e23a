/** Answers what somebody asked on a pull request; asked again, it finds what it did. */
import type { Repository } from '../github/client.ts'
import type { ReadPull } from '../github/gate-read.ts'
import type { RecordedAsk } from '../jobs/asks.ts'
import { answerCommand, redraft, retry } from '../jobs/commands.ts'
import type { JobContext } from '../jobs/context.ts'
import { pass } from '../jobs/gate.ts'
import { requestId } from '../jobs/request.ts'
import { takeOver } from './adopt.ts'

export async function answerAsk(
  context: JobContext,
  repository: Repository,
  ask: RecordedAsk,
  pull: ReadPull,
): Promise<void> {
  // Amendments of ours are no pull requests that evidence is collected for.
  const amended = await context.store.byAmendment(ask.repositoryId, ask.pullRequest)
  if (amended && ask.kind !== 'command') return
  switch (ask.kind) {
    case 'label':
      if (await isTakenOver(context, repository, ask)) return
      return pass(context, repository, ask, pull)
    case 'command':
      return answerCommand(context, repository, ask, { pull, amended })
    case 'rerun':
      return retry(context, repository, ask, ask.requestId, pull)
    case 'redraft':
      return redraft(context, repository, ask, ask.requestId)
    default:
      return ask satisfies never
  }
}

/** Milliseconds after which a label is late; work is seldom behind by as much. */
const late = 120_000

/**
 * A label that comes late may have been answered by an app whose database is lost: what GitHub shows
 * of its request is taken over.
 */
async function isTakenOver(
  context: JobContext,
  repository: Repository,
  { repositoryId, pullRequest, sha, label, sender, at }: RecordedAsk & { kind: 'label' },
): Promise<boolean> {
  const { store, now } = context
  if (sha === null || now().getTime() < Date.parse(at) + late) return false
  if (await store.find(requestId(repositoryId, pullRequest, sha))) return false
  return takeOver(context, repository, { pullRequest, sha, label, sender, at })
}
