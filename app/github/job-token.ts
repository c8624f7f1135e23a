/** The API with the token of a workflow's job, or with that of another App which the workflow gives. */
import { Octokit } from '@octokit/rest'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  carefulRetries,
  isWrite,
  namesOf,
  scopedFetch,
  unbound,
  type OpenRepository,
  type RepositoryNames,
} from './client.ts'

export interface TokenOptions {
  /** Base URL of the REST API. */
  apiUrl: string
  token: string
  /** Slug of the App whose token it is. */
  slug: string
  /** The run that the job is of. */
  runId: number
  /** Milliseconds between two writes; GitHub asks for a second. */
  pause: number
  /** Milliseconds that GitHub has for an answer. */
  answerTimeout: number
  /** Hears of every answer that is an error; most of them are expected. */
  tell(message: string): void
}

/** Opens the repository that the token is for. */
export function openerByToken(options: TokenOptions): OpenRepository {
  const { apiUrl, token, slug, runId, tell } = options
  const inTurn = paced(options.pause)
  const quiet = () => {}
  let names: RepositoryNames | null = null
  return async (installationId, repositoryId, scope = unbound) => {
    const octokit = new (Octokit.plugin(carefulRetries))({
      auth: token,
      baseUrl: apiUrl,
      log: { debug: quiet, info: quiet, warn: tell, error: tell },
      request: { fetch: inTurn(scopedFetch(scope, options.answerTimeout)) },
    })
    const bot = { slug, login: `${slug}[bot]`, app: null }
    names ??= await namesOf(octokit, repositoryId)
    const renamed = () => void (names = null)
    return { octokit, id: repositoryId, ...names, installationId, bot, renamed, ownRun: runId }
  }
}

/** Keeps writes apart, as GitHub's limits ask for. */
function paced(pause: number): (send: typeof fetch) => typeof fetch {
  let free = 0
  return (send) => async (input, init) => {
    if (isWrite(init ?? {})) {
      const now = Date.now()
      const wait = Math.max(0, free - now)
      free = now + wait + pause
      if (wait > 0) await sleep(wait)
    }
    return send(input, init)
  }
}
