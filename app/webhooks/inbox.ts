/**
 * Records what a delivery says: who asked for what, and which keys have to be looked at. What the
 * app does not use, and what concerns nothing that it knows, is stored nowhere.
 */
import { isDeepStrictEqual } from 'node:util'
import type { RepositoryNames } from '../github/client.ts'
import { openAsks } from '../jobs/asks.ts'
import { openKeys, type Key } from '../jobs/keys.ts'
import { openRepositories, type KnownRepository } from '../jobs/repositories.ts'
import type { EvidenceRequest } from '../jobs/request.ts'
import type { Sql } from '../jobs/sql.ts'
import { openStore } from '../jobs/store.ts'
import { requestIdsIn } from '../jobs/request.ts'
import { noticeOf, type Notice } from './notice.ts'
import type { Delivery } from './receive.ts'
import { settingsPath } from '../../spec-tools/index.ts'

/** @returns whether anything was recorded */
export type Accept = (delivery: Delivery) => Promise<boolean>

/** @param sql connections of its own, so that work never delays an answer */
export function openInbox(sql: Sql, now: () => Date): Accept {
  const asks = openAsks(sql, now)
  const keys = openKeys(sql, now)
  const repositories = openRepositories(sql)
  const store = openStore(sql, now)

  async function record(notice: Notice): Promise<boolean> {
    if (notice.kind === 'installation') {
      const { installationId, added, removed } = notice
      await repositories.forget(removed, installationId)
      await repositories.seen(added, installationId)
      await keys.mark(added.map((repositoryId) => ({ kind: 'repository', repositoryId })))
      return true
    }
    const { installationId, repositoryId, ...said } = notice
    const seen = async (known: KnownRepository | null, names: RepositoryNames | null) => {
      if (known?.installationId !== installationId) {
        await repositories.seen([repositoryId], installationId)
      }
      if (names && !isDeepStrictEqual(names, known?.names)) {
        await repositories.setNames(repositoryId, names)
      }
    }
    const on = (number: number): Key => ({ kind: 'pull-request', repositoryId, number })
    switch (said.kind) {
      case 'label': {
        const known = await repositories.find(repositoryId)
        if (known?.label != null && known.label !== said.label) return false
        const { names, ...ask } = said
        await seen(known, names)
        await asks.record({ ...ask, repositoryId })
        return true
      }
      case 'command': {
        const { names, ...ask } = said
        await seen(await repositories.find(repositoryId), names)
        await asks.record({ ...ask, repositoryId })
        return true
      }
      case 'rerun':
      case 'redraft': {
        const request = await store.find(said.requestId)
        if (request?.repositoryId !== repositoryId) return false
        await asks.record({ ...said, repositoryId, pullRequest: request.pullRequest })
        return true
      }
      case 'pull-request': {
        const number = said.pullRequest
        const amended = await store.byAmendment(repositoryId, number)
        const asked = await store.byPullRequest(repositoryId, number)
        if (!amended && asked.length === 0) return false
        await keys.mark([
          ...(asked.length > 0 ? [on(number)] : []),
          ...(amended ? documentsOf([amended]) : []),
        ])
        return true
      }
      case 'run': {
        const ended = await store.runEnded(
          { repositoryId, runId: said.runId, attempt: said.attempt },
          requestIdsIn(said.title),
        )
        await keys.mark(ended.map(({ pullRequest }) => on(pullRequest)))
        return ended.length > 0
      }
      case 'push': {
        const { branch, files } = said
        if (files === null || files.includes(settingsPath)) {
          await repositories.setLabel(repositoryId, null)
        }
        const drafts = (await store.inState(['drafted'], repositoryId)).filter(
          ({ amendment, spec }) =>
            amendment?.base.ref === branch && (files === null || files.includes(spec?.path ?? '')),
        )
        await keys.mark(documentsOf(drafts))
        return drafts.length > 0
      }
      default:
        return said satisfies never
    }
  }

  return async (delivery) => {
    const notice = noticeOf(delivery)
    return notice === null ? false : record(notice)
  }
}

/** The documents that requests amend. */
export function documentsOf(requests: readonly EvidenceRequest[]): Key[] {
  return requests.flatMap(({ repositoryId, spec }): Key[] =>
    spec ? [{ kind: 'document', repositoryId, path: spec.path }] : [],
  )
}
