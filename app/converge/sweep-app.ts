/** Finds deliveries that failed and repositories that were added, from the App's own lists. */
import { failedDeliveries, installedRepositories } from '../github/app.ts'
import type { AppOctokit } from '../github/installation.ts'
import type { AppContext } from '../jobs/context.ts'
import type { Key } from '../jobs/keys.ts'
import type { Accept } from '../webhooks/inbox.ts'

/**
 * @param asApp The API as the App itself, for what belongs to no installation.
 * @param accept Takes a delivery that GitHub could not deliver.
 */
export function appSweeper(asApp: AppOctokit, accept: Accept): AppContext['sweepApp'] {
  return async (context) => {
    const { keys, repositories, limits, now, log } = context
    const before = await repositories.lastDelivery()
    let newest = before
    const settled = new Date(now().getTime() - limits.settleSeconds * 1000)
    for (const delivery of await failedDeliveries(asApp, before, settled)) {
      if (delivery.failed && (await accept(delivery.failed))) {
        log.info({ delivery: delivery.failed.id }, 'A delivery that had failed was taken')
      }
      newest = newest === null || delivery.number > newest ? delivery.number : newest
    }
    if (newest !== null) await repositories.setLastDelivery(newest)
    for (const { installationId, ids } of await installedRepositories(asApp)) {
      await repositories.seen(ids, installationId)
    }
    const all = await repositories.all()
    await context.look(...all.map(({ id }): Key => ({ kind: 'repository', repositoryId: id })))
    await keys.mark([{ kind: 'app' }], new Date(now().getTime() + limits.sweepSeconds * 1000))
  }
}
