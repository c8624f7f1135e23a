/**
 * The one interface to GitHub's API that all work is written against: an installation of the App
 * gives it (`installation.ts`), and the token of a job (`job-token.ts`).
 */
import type { Octokit as RestOctokit } from '@octokit/rest'
import { CodicilError } from '../../spec-tools/index.ts'
import { LimitReached } from '../errors.ts'

export type Octokit = Pick<RestOctokit, 'rest' | 'paginate' | 'request' | 'graphql'>

/** A repository, with a token for it alone. */
export interface Repository {
  octokit: Octokit
  id: number
  installationId: number
  owner: string
  repo: string
  /** Where people look at it. */
  url: string
  bot: Bot
  /** Says that owner and name are not its own any more: they are asked for when it is opened again. */
  renamed(): void
  /**
   * The run that this very work is a job of. It counts as ended when its job that measures has: it
   * ends itself only after us. Null in the App.
   */
  ownRun: number | null
}

/** The App that acts, as it shows up in what it does: its slug, and the account `<slug>[bot]`. */
export interface Bot {
  slug: string
  login: string
  /** Number of the App; null where that is not known. */
  app: number | null
}

/** The installation is gone, suspended, or does not reach the repository. */
export class NotInstalled extends CodicilError<'not-installed'> {
  override readonly name = 'NotInstalled'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'not-installed', what, ...options })
  }
}

/**
 * A write is not repeated after a 5xx: it may have taken effect, and a repeated POST makes a second
 * comment or pull request. The job is run again instead, and finds what it made. A limit that was
 * not sat out becomes a wait of the job.
 */
export function carefulRetries(octokit: Pick<RestOctokit, 'hook'>): void {
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

function limited({ status, response, message }: ApiError): LimitReached | null {
  if (status !== 403 && status !== 429) return null
  const headers = response?.headers ?? {}
  const wait = Number(headers['retry-after'])
  if (wait > 0) return new LimitReached(wait, message)
  const reset = Number(headers['x-ratelimit-reset'])
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0 && headers['date']) {
    const now = Date.parse(String(headers['date'])) / 1000
    return new LimitReached(Math.max(1, reset - now + 1), message)
  }
  // What GitHub asks for where it gives no time.
  return status === 429 || /secondary rate limit/i.test(message)
    ? new LimitReached(60, message)
    : null
}

/** For whom calls are made: they end with the work, and write only while it may. */
export interface Scope {
  signal: AbortSignal
  /** Throws where the work was taken over. */
  mayWrite(): Promise<void>
  /** GitHub has answered a call, or it broke off. */
  called?(method: string, status: number | 'none'): void
  /** Makes a call, seen from outside. */
  around?(call: Call, send: () => Promise<Response>): Promise<Response>
}

export interface Call {
  method: string
  url: string
  body: unknown
}

/**
 * Opens a repository by its id, which survives renaming.
 *
 * @param names As GitHub last told them, which saves asking.
 */
export type OpenRepository = (
  installationId: number,
  repositoryId: number,
  scope?: Scope,
  names?: RepositoryNames | null,
) => Promise<Repository>

/**
 * `fetch`, as the last thing before the network: each try has its time, and a write is made only
 * just after it was asked whether it still may be.
 */
export function scopedFetch(
  { signal, mayWrite, called, around }: Scope,
  answerTimeout: number,
): typeof fetch {
  return async (input, init = {}) => {
    const method = init.method ?? 'GET'
    if (isWrite(init)) await mayWrite()
    const signals = [
      signal,
      AbortSignal.timeout(answerTimeout),
      ...(init.signal ? [init.signal] : []),
    ]
    const send = () => fetch(input, { ...init, signal: AbortSignal.any(signals) })
    const call = { method, url: String(input), body: init.body }
    const answer = around ? around(call, send) : send()
    answer.then(
      ({ status }) => called?.(method, status),
      () => called?.(method, 'none'),
    )
    return answer
  }
}

/** Whether a request changes something; GraphQL sends its reads by POST, too. */
export function isWrite({ method = 'GET', body }: RequestInit): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return !(typeof body === 'string' && body.startsWith('{"query":"query '))
}

export const unbound: Scope = { signal: new AbortController().signal, mayWrite: async () => {} }

/** What a repository is called. */
export type RepositoryNames = Pick<Repository, 'owner' | 'repo' | 'url'>

/** Those of the repository of that id, as the token of an API client reaches it. */
export async function namesOf(octokit: Octokit, repositoryId: number): Promise<RepositoryNames> {
  const { data } = (await octokit.request('GET /repositories/{repository_id}', {
    repository_id: repositoryId,
  })) as Awaited<ReturnType<typeof octokit.rest.repos.get>>
  const { owner, name: repo, html_url: url } = data
  return { owner: owner.login, repo, url }
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
