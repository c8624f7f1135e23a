/**
 * The client of GitHub's API: how requests are paced and retried, where tokens are made, and what
 * a token may reach.
 */
import { CodicilError } from '../../spec-tools/index.ts'
import { ProbotOctokit } from 'probot'
import { RetryLater } from '../errors.ts'

export type Octokit = InstanceType<typeof ProbotOctokit>

export interface ClientOptions {
  /** Base URL of the REST API; from the configuration, never from a payload. */
  apiUrl: string
  /**
   * `github` keeps to GitHub's published limits: a second between writes, three where people are
   * notified. `none` is for a server that has no limits.
   */
  pacing: 'github' | 'none'
}

/** A repository as one installation may reach it, with a token for it alone. */
export interface Repository {
  octokit: Octokit
  id: number
  installationId: number
  owner: string
  repo: string
  defaultBranch: string
  /** Where people look at it. */
  url: string
  bot: Bot
}

/** The App, as it shows up in what it does. */
export interface Bot {
  appId: number
  login: string
}

/** The installation is gone, suspended, or does not reach the repository. */
export class NotInstalled extends CodicilError<'not-installed'> {
  override readonly name = 'NotInstalled'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'not-installed', what, ...options })
  }
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
 * A write is not repeated after a 5xx: it may have taken effect, and a repeated POST makes a second
 * comment or pull request. The job is run again instead, and finds what it made. A limit that was
 * not sat out becomes a wait of the job.
 */
const carefulRetries: Parameters<typeof ProbotOctokit.plugin>[0] = (octokit) => {
  octokit.hook.before('request', ({ method, request }) => {
    if (request && method !== 'GET' && method !== 'HEAD') request['retries'] = 0
  })
  octokit.hook.error('request', (error) => {
    throw isApiError(error) ? (limited(error) ?? error) : error
  })
}

/** An answer of GitHub that is not a success, as Octokit throws it. */
export type ApiError = Error & {
  status: number
  response?: { headers: Record<string, string | number | undefined>; data?: unknown }
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && typeof (error as Partial<ApiError>).status === 'number'
}

function limited({ status, response, message }: ApiError): RetryLater | null {
  if (status !== 403 && status !== 429) return null
  const headers = response?.headers ?? {}
  const wait = Number(headers['retry-after'])
  if (wait > 0) return new RetryLater(wait, message)
  const reset = Number(headers['x-ratelimit-reset'])
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0 && headers['date']) {
    const now = Date.parse(String(headers['date'])) / 1000
    return new RetryLater(Math.max(1, reset - now + 1), message)
  }
  // What GitHub asks for where it gives no time.
  return status === 429 || /secondary rate limit/i.test(message)
    ? new RetryLater(60, message)
    : null
}

/** For whom calls are made: they end with the work, and write only while it may. */
export interface Scope {
  signal: AbortSignal
  /** Throws where the work was taken over. */
  mayWrite(): Promise<void>
}

/** Opens a repository by its id, which survives renaming. */
export type OpenRepository = (
  installationId: number,
  repositoryId: number,
  scope?: Scope,
) => Promise<Repository>

/**
 * `fetch`, as the last thing before the network: each try has its time, and a write is made only
 * just after it was asked whether it still may be.
 */
function scopedFetch({ signal, mayWrite }: Scope, answerTimeout: number): typeof fetch {
  return async (input, init = {}) => {
    const method = init.method ?? 'GET'
    if (method !== 'GET' && method !== 'HEAD') await mayWrite()
    const signals = [
      signal,
      AbortSignal.timeout(answerTimeout),
      ...(init.signal ? [init.signal] : []),
    ]
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
}

const unbound: Scope = { signal: new AbortController().signal, mayWrite: async () => {} }

/**
 * @param app The API as the App itself.
 * @param answerTimeout Milliseconds that GitHub has for an answer; its own limit is ten seconds.
 */
export function repositoryOpener(
  app: Octokit,
  now: () => Date,
  answerTimeout = 30_000,
): OpenRepository {
  const tokenFor = tokens(app, now)
  let bot: Promise<Bot> | null = null
  return async (installationId, repositoryId, scope = unbound) => {
    // Asked once, when it is first needed.
    bot ??= whoAmI(app)
    bot.catch(() => (bot = null))
    const { appId, login } = await bot
    const open = async (refresh: boolean): Promise<Repository> => {
      const token = await tokenFor(installationId, repositoryId, refresh)
      const octokit = new (app.constructor as typeof ProbotOctokit)({
        auth: { token },
        throttle: { id: String(installationId) },
        request: { fetch: scopedFetch(scope, answerTimeout) },
      })
      const { data } = (await octokit.request('GET /repositories/{repository_id}', {
        repository_id: repositoryId,
      })) as Awaited<ReturnType<typeof octokit.rest.repos.get>>
      const { id, owner, name: repo, default_branch: defaultBranch, html_url: url } = data
      return {
        octokit,
        id,
        installationId,
        owner: owner.login,
        repo,
        defaultBranch,
        url,
        bot: { appId, login },
      }
    }
    try {
      return await open(false)
    } catch (error) {
      // A kept token may have been revoked meanwhile.
      if (isStatus(error, 401)) return open(true)
      throw error
    }
  }
}

async function whoAmI(app: Octokit): Promise<Bot> {
  const { data } = await app.rest.apps.getAuthenticated()
  if (!data?.slug) throw new Error('GitHub does not say what the App is called (GET /app).')
  return { appId: data.id, login: `${data.slug}[bot]` }
}

/** Milliseconds that a kept token must still be good for; jobs are shorter. */
const margin = 15 * 60_000

/**
 * Makes and keeps tokens. Each is for one repository, asked for by its id, so that GitHub refuses
 * one where installation and repository do not belong together. Octokit's own `auth` would ask
 * api.github.com, whatever the base URL.
 */
function tokens(app: Octokit, now: () => Date) {
  const kept = new Map<string, { token: string; expires: number }>()
  return async (installationId: number, repositoryId: number, refresh: boolean) => {
    const key = `${installationId}/${repositoryId}`
    const known = kept.get(key)
    if (known && !refresh && known.expires - now().getTime() > margin) return known.token
    try {
      const { data } = await app.rest.apps.createInstallationAccessToken({
        installation_id: installationId,
        repository_ids: [repositoryId],
      })
      kept.set(key, { token: data.token, expires: Date.parse(data.expires_at) })
      return data.token
    } catch (error) {
      // A 403 may pass: it is what GitHub says of a suspended App, and of one that is too busy.
      if (!isStatus(error, 404, 422) && !isSuspended(error)) throw error
      throw new NotInstalled(
        `Installation ${installationId} gives no access to repository ${repositoryId}.`,
        { cause: error },
      )
    }
  }
}

function isSuspended(error: unknown): boolean {
  return isStatus(error, 403) && /suspended/i.test(error.message)
}

/** Whether GitHub answered with one of these statuses. */
export function isStatus(error: unknown, ...statuses: number[]): error is ApiError {
  return isApiError(error) && statuses.includes(error.status)
}

/** The answer, or null where there is none to be had (404, and 410 for what was deleted). */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (isStatus(error, 404, 410)) return null
    throw error
  }
}
