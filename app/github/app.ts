/** What GitHub tells the App itself: its deliveries, and where it is installed. */
import type { Delivery } from '../webhooks/receive.ts'
import { isStatus } from './client.ts'
import type { AppOctokit } from './installation.ts'

/** Events of which something may be used. */
export const used: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'workflow_run',
  'push',
  'issue_comment',
  'check_run',
  'installation',
  'installation_repositories',
])

/** Pages of a hundred deliveries that are read at most. */
const pages = 30

export interface ListedDelivery {
  /** Rises with each delivery. */
  number: number
  /** What it carried, where it did not arrive and did not arrive later either. */
  failed: Delivery | null
}

/**
 * Deliveries after one that was looked at already and before a time, oldest first. Without one, all
 * that GitHub keeps, which are those of about three days.
 *
 * @param before those that are younger may still be under way
 */
export async function failedDeliveries(
  app: AppOctokit,
  after: number | null,
  before: Date,
): Promise<ListedDelivery[]> {
  const listed = []
  let page = 0
  const iterator = app.paginate.iterator(app.rest.apps.listWebhookDeliveries, { per_page: 100 })
  for await (const { data } of iterator) {
    listed.push(...data.filter(({ id }) => after === null || id > after))
    if (++page >= pages || data.some(({ id }) => after !== null && id <= after)) break
  }
  const settled = listed
    .filter(({ delivered_at: at }) => Date.parse(at) <= before.getTime())
    .sort((a, b) => a.id - b.id)
  const arrived = new Set(listed.filter(hasArrived).map(({ guid }) => guid))
  const result: ListedDelivery[] = []
  for (const { id, guid, event } of settled) {
    const wanted = !arrived.has(guid) && used.has(event)
    result.push({ number: id, failed: wanted ? await payloadOf(app, id, guid, event) : null })
  }
  return result
}

function hasArrived({ status_code: code }: { status_code: number }): boolean {
  return code >= 200 && code < 300
}

async function payloadOf(app: AppOctokit, id: number, guid: string, event: string) {
  try {
    const { data } = await app.rest.apps.getWebhookDelivery({ delivery_id: id })
    return { id: guid, event, payload: data.request.payload }
  } catch (error) {
    // GitHub keeps them for some days only.
    if (isStatus(error, 404, 410)) return null
    throw error
  }
}

/** The repositories of every installation. */
export async function installedRepositories(
  app: AppOctokit,
): Promise<{ installationId: number; ids: number[] }[]> {
  const installations = await app.paginate(app.rest.apps.listInstallations, { per_page: 100 })
  const found = []
  for (const { id: installationId, suspended_at: suspended } of installations) {
    if (suspended) continue
    const { data } = await app.rest.apps.createInstallationAccessToken({
      installation_id: installationId,
      permissions: { metadata: 'read' },
    })
    const octokit = new (app.constructor as new (options: object) => AppOctokit)({
      auth: { token: data.token },
      throttle: { id: String(installationId) },
    })
    const repositories = await octokit.paginate(
      octokit.rest.apps.listReposAccessibleToInstallation,
      { per_page: 100 },
    )
    found.push({ installationId, ids: repositories.map(({ id }) => id) })
  }
  return found
}
