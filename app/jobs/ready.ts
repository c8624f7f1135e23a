/**
 * Takes an amendment out of draft after the labelled pull request was merged, and has it merged where
 * the settings say so. With a second person people merge: a later rendering would go past them.
 */
import { isStatus, type Repository } from '../github/client.ts'
import { GraphqlFailed } from '../github/graphql.ts'
import { autoMerge, leaveDraft } from '../github/pull-request.ts'
import type { JobContext } from './context.ts'
import { wantsSecondPerson, type EvidenceRequest } from './request.ts'

export async function leaveDraftOf(
  { store, log }: JobContext,
  repository: Repository,
  request: EvidenceRequest,
): Promise<void> {
  const { id, amendment, settings } = request
  if (!amendment) return
  try {
    const pull = await leaveDraft(repository, amendment.pullRequest)
    const how = settings?.autoMerge ?? 'off'
    if (pull.state === 'open' && how !== 'off' && !wantsSecondPerson(request)) {
      await store.update(id, { autoMerge: { refused: await autoMerge(repository, pull, how) } })
    }
  } catch (error) {
    // Where GitHub does not let an App do it, a person can press the button.
    if (!isStatus(error, 403, 404) && !(error instanceof GraphqlFailed)) throw error
    log.warn({ err: error, request: id }, 'An amendment stays a draft')
  }
  await store.note(id, { left: true })
}
