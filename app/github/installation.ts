/**
 * The API as the App: how requests are paced, where tokens are made, and what a token may reach.
 */
import { ProbotOctokit } from 'probot'
import {
  carefulRetries,
  isStatus,
  NotInstalled,
  namesOf,
  scopedFetch,
  unbound,
  type Bot,
  type Octokit,
  type OpenRepository,
  type RepositoryNames,
} from './client.ts'
import { permissions, stepOf, type Step } from './steps.ts'

export type AppOctokit = InstanceType<typeof ProbotOctokit>

export interface ClientOptions {
  /** Base URL of the REST API; from the configuration, never from a payload. */
  apiUrl: string
  /**
   * `github` keeps to GitHub's published limits: a second between writes, three where people are
   * notified. `none` is for a server that has no limits.
   */
  pacing: 'github' | 'none'
}

/** The class of API clients that Probot builds its own from. */
export function octokitClass({ apiUrl, pacing }: ClientOptions): typeof ProbotOctokit {
  // Probot ignores an object here: only a function can put its throttle options aside.
  return ProbotOctokit.plugin(carefulRetries).defaults((options: object) => ({
    ...options,
    baseUrl: apiUrl,
    throttle: {
      ...('throttle' in options && typeof options.throttle === 'object' ? options.throttle : {}),
      enabled: pacing === 'github',
      onRateLimit: waitInPlace,
      onSecondaryRateLimit: waitInPlace,
    },
  })) as typeof ProbotOctokit
}

/** Short waits are sat out, long ones are handed back to the queue by `carefulRetries`. */
function waitInPlace(seconds: number, _request: object, _octokit: object, retries: number) {
  return seconds <= 60 && retries < 2
}

/**
 * @param app The API as the App itself.
 * @param answerTimeout Milliseconds that GitHub has for an answer; its own limit is ten seconds.
 */
export function repositoryOpener(
  app: AppOctokit,
  now: () => Date,
  answerTimeout = 30_000,
): OpenRepository {
  const tokenFor = tokens(app, now)
  const named = keptNames()
  let bot: Promise<Bot> | null = null
  return async (installationId, repositoryId, scope = unbound, told = null) => {
    // Asked once, when it is first needed.
    bot ??= whoAmI(app)
    bot.catch(() => (bot = null))
    const known = await bot
    const octokit = new (app.constructor as typeof ProbotOctokit)({
      authStrategy: byStep,
      auth: { tokenFor: tokenFor.bind(null, installationId, repositoryId) },
      throttle: { id: String(installationId) },
      request: { fetch: scopedFetch(scope, answerTimeout) },
    })
    const names = await named.of(octokit, repositoryId, told)
    const renamed = () => named.forget(repositoryId)
    const id = repositoryId
    return { octokit, id, ...names, installationId, bot: known, renamed, ownRun: null }
  }
}

/** Of Octokit's request, what giving it a token takes. */
interface Sender {
  (endpoint: Endpoint): Promise<unknown>
  endpoint: { merge(options: object): Endpoint }
}

interface Endpoint {
  method: string
  url: string
  headers: Record<string, string>
  /** Of GraphQL. */
  query?: unknown
}

interface ByStep {
  /** @param refresh another one, in place of one that GitHub takes no more */
  tokenFor(step: Step, refresh: boolean): Promise<string>
}

/** Octokit's own way to give each request its token. */
function byStep({ tokenFor }: ByStep) {
  return {
    async hook(request: Sender, options: object) {
      const endpoint = request.endpoint.merge(options)
      const step = stepOf(endpoint.method, endpoint.url, endpoint.query)
      const send = async (refresh: boolean) => {
        endpoint.headers.authorization = `token ${await tokenFor(step, refresh)}`
        return request(endpoint)
      }
      try {
        return await send(false)
      } catch (error) {
        // A kept token may have been revoked meanwhile.
        if (isStatus(error, 401)) return send(true)
        throw error
      }
    },
  }
}

async function whoAmI(app: AppOctokit): Promise<Bot> {
  const { data } = await app.rest.apps.getAuthenticated()
  if (!data?.slug) throw new Error('GitHub does not say what the App is called (GET /app).')
  return { slug: data.slug, login: `${data.slug}[bot]`, app: data.id }
}

/**
 * Keeps what repositories are called: as they were told, until a read shows that somebody else has the
 * name by now (`readGraph`); then GitHub is asked.
 */
function keptNames() {
  const kept = new Map<number, RepositoryNames>()
  const outdated = new Set<number>()
  return {
    async of(octokit: Octokit, id: number, told: RepositoryNames | null) {
      const known = outdated.has(id) ? kept.get(id) : (told ?? kept.get(id))
      if (known) return known
      const names = await namesOf(octokit, id)
      kept.set(id, names)
      return names
    },
    forget(id: number): void {
      kept.delete(id)
      outdated.add(id)
    },
  }
}

/** Milliseconds that a kept token must still be good for; jobs are shorter. */
const margin = 15 * 60_000

/**
 * Makes and keeps tokens. Each is for one step in one repository, asked for by its id, so that GitHub
 * refuses one where installation and repository do not belong together. Octokit's own `auth` would ask
 * api.github.com, whatever the base URL.
 */
function tokens(app: AppOctokit, now: () => Date) {
  const kept = new Map<string, { token: string; expires: number }>()
  return async (installationId: number, repositoryId: number, step: Step, refresh: boolean) => {
    const key = `${installationId}/${repositoryId}/${step}`
    const known = kept.get(key)
    if (known && !refresh && known.expires - now().getTime() > margin) return known.token
    try {
      const { data } = await app.rest.apps.createInstallationAccessToken({
        installation_id: installationId,
        repository_ids: [repositoryId],
        permissions: permissions[step],
      })
      kept.set(key, { token: data.token, expires: Date.parse(data.expires_at) })
      return data.token
    } catch (error) {
      // A 403 may pass: it is what GitHub says of a suspended App, and of one that is too busy.
      if (!isStatus(error, 404, 422) && !isSuspended(error)) throw error
      const lacks = isStatus(error, 422) && /permission/i.test(error.message)
      throw new NotInstalled(
        lacks
          ? `Installation ${installationId} lacks a permission that the App needs: ${Object.entries(permissions[step]).flat().join(' ')}.`
          : `Installation ${installationId} gives no access to repository ${repositoryId}.`,
        { cause: error },
      )
    }
  }
}

function isSuspended(error: unknown): boolean {
  return isStatus(error, 403) && /suspended/i.test(error.message)
}
