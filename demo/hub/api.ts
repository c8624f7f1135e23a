import { operationFinder, readDescription } from './contract/description.ts'
import { createValidators } from './contract/validators.ts'
import type { Call, Routes } from './call.ts'
import type { Identity } from './credentials.ts'
import type { Fault, Faults } from './faults.ts'
import { aboutOf, answerGraphql, operationIn } from './graphql/index.ts'
import { notFound, Refusal, type Reply } from './reply.ts'
import type { RecordedRequest } from './requests.ts'
import { actionRoutes } from './routes/actions.ts'
import { appRoutes } from './routes/apps.ts'
import { checkRoutes } from './routes/checks.ts'
import { commitRoutes } from './routes/commits.ts'
import { contentRoutes } from './routes/contents.ts'
import { objectRoutes } from './routes/git-objects.ts'
import { refRoutes } from './routes/git-refs.ts'
import { issueRoutes } from './routes/issues.ts'
import { pullRoutes } from './routes/pulls.ts'
import type { Stage } from './stage.ts'

/** An HTTP request as the server read it. */
export interface ReceivedRequest {
  method: string
  url: URL
  headers: Record<string, string>
  body: Buffer
}

/** How a request ends: with a reply, or without one. */
export type Ending = Reply | 'reset' | 'hang'

/** The handlers by GitHub's operation ids. */
export const routes: Routes = {
  ...appRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...objectRoutes,
  ...refRoutes,
  ...actionRoutes,
}

/** Requests that an hour allows; GitHub's number for an installation. */
const hourly = 5000

/**
 * The REST API. Paths, methods and request schemas come from GitHub's description; what is not
 * described there is 404, what is described and not built is 501.
 */
export function createApi(stage: Stage, faults: Faults, log: RecordedRequest[]) {
  const description = readDescription()
  const find = operationFinder(description)
  const validators = createValidators(description, { closed: false })

  return async function answer(received: ReceivedRequest): Promise<Ending> {
    const { method, url } = received
    const matched = find(method, url.pathname)
    const { json, isJson } = parseBody(received.body)
    const isGraphql = method === 'POST' && url.pathname === '/graphql'
    const graphql = isGraphql ? operationIn(json) : null
    const operation = isGraphql ? `graphql/${graphql?.name ?? ''}` : matched?.operation.id
    const about = isGraphql ? aboutOf(stage, json) : url.pathname
    const entry: RecordedRequest = {
      sequence: log.length + 1,
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      about,
      operation,
      template: matched?.operation.path,
      writes: method !== 'GET' && graphql?.kind !== 'query',
      headers: withoutToken(received.headers),
      body: isJson ? json : received.body.toString(),
      identity: 'anonymous',
      response: { status: 0, headers: {}, body: undefined, fault: false },
    }
    log.push(entry)
    const fault = faults.meet({ method, path: about + url.search, operation })
    const held = fault?.status === 'held' ? fault : undefined
    if (held?.when === 'before') await held.held?.()
    else if (fault?.when === 'before') return finish(entry, faultEnding(fault), true)
    const reply = await attempt(async () => {
      const identity = stage.credentials.identify(received.headers.authorization)
      entry.identity = inWords(identity)
      if (!isJson) throw new Refusal(400, 'Problems parsing JSON')
      if (isGraphql) return answerGraphql(stage, identity, json)
      if (!matched) throw notFound()
      const { operation: described, params } = matched
      const problems = json === undefined ? [] : validators.request(described, json)
      if (problems.length > 0 || (json === undefined && described.requestRequired)) {
        const told = problems.map(({ at, message }) => `\n\nFor '${at || 'links/0'}', ${message}.`)
        throw new Refusal(422, `Invalid request.${told.join('')}`)
      }
      const handle = routes[described.id]
      if (!handle) throw new Refusal(501, `The stand-in does not answer ${described.id}.`)
      const call: Call = {
        stage,
        identity,
        method,
        params,
        url,
        json,
        body: (json ?? {}) as Record<string, unknown>,
        accept: received.headers.accept ?? '',
      }
      return handle(call)
    })
    const { enterpriseVersion: version } = stage.world
    reply.headers = {
      ...commonHeaders(entry.sequence, isGraphql ? 'graphql' : 'core'),
      ...(version !== null && { 'x-github-enterprise-version': version }),
      ...reply.headers,
    }
    if (held?.when === 'after') await held.held?.()
    return fault && !held ? finish(entry, faultEnding(fault), true) : finish(entry, reply, false)
  }
}

function finish(entry: RecordedRequest, ending: Ending, fault: boolean): Ending {
  const { status = 0, headers = {}, body } = typeof ending === 'string' ? {} : ending
  entry.response = { status, headers, body: Buffer.isBuffer(body) ? '' : body, fault }
  return ending
}

async function attempt(act: () => Promise<Reply>): Promise<Reply> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refusal) return { ...error.reply }
    throw error
  }
}

function faultEnding({ status, headers, body }: Fault): Ending {
  if (status === 'reset' || status === 'hang') return status
  if (status === 'held') throw new Error('A call that is held is answered as ever.')
  const message = status === 429 || status === 403 ? 'You have exceeded a secondary rate limit' : ''
  return {
    status,
    body: body ?? { message: message || 'Server Error', status: String(status) },
    ...(headers && { headers }),
  }
}

function commonHeaders(sequence: number, resource: string): Record<string, string> {
  const used = sequence % hourly
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `HUB:${sequence.toString(16).toUpperCase().padStart(8, '0')}`,
    'x-ratelimit-limit': String(hourly),
    'x-ratelimit-remaining': String(hourly - used),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': resource,
  }
}

function withoutToken(headers: Record<string, string>): Record<string, string> {
  const { authorization, ...rest } = headers
  return authorization === undefined ? rest : { ...rest, authorization: '[not recorded]' }
}

function parseBody(body: Buffer): { json: unknown; isJson: boolean } {
  if (body.length === 0) return { json: undefined, isJson: true }
  try {
    return { json: JSON.parse(body.toString()) as unknown, isJson: true }
  } catch {
    return { json: undefined, isJson: false }
  }
}

function inWords(identity: Identity): string {
  if (identity.kind === 'installation') return `installation ${identity.installation.id}`
  if (identity.kind === 'user') return `user ${identity.user.login}`
  return identity.kind === 'job' ? `job of run ${identity.run.id}` : identity.kind
}
