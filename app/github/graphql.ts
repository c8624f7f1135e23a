/**
 * Reads of a repository by GraphQL: one call for what would take several of REST. An answer counts
 * only as a whole: with errors beside it, or about another repository, it is none. There is no second
 * way: a server that has no GraphQL is said to have none, and is asked again later.
 */
import { CodicilError } from '../../spec-tools/index.ts'
import { LimitReached, RetryLater } from '../errors.ts'
import type { Octokit, Repository } from './client.ts'

/** GitHub answered a query with errors; with `status`, with what REST would have answered. */
export class GraphqlFailed extends CodicilError<'graphql-failed'> {
  override readonly name = 'GraphqlFailed'
  readonly status?: number
  /** There is no such repository, or none that the token reaches. */
  readonly nowhere: boolean
  /** What was answered beside the errors; of a mutation it says what was done. */
  readonly data: unknown

  constructor(errors: readonly GraphqlError[], data: unknown, options?: ErrorOptions) {
    const what = errors.map(({ type, message }) => (type ? `${type}: ${message}` : message))
    super({ code: 'graphql-failed', what: what.join('\n'), ...options })
    const [{ type = '', path = [] } = {}] = errors
    const known = statuses[type]
    if (known !== undefined) this.status = known
    this.data = data
    this.nowhere = type === 'NOT_FOUND' && path.length === 1
  }
}

export interface GraphqlError {
  type?: string
  message: string
  path?: (string | number)[]
}

const statuses: Partial<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403 }

export interface Query {
  /** Shown in logs, and by what tests know it. */
  name: string
  /** By name: GraphQL type and value. */
  variables?: Record<string, [type: string, value: unknown]>
  /** Fields of the repository. */
  select: string
}

/**
 * Fields of the repository, of which it was verified that it is the one that is meant: names change
 * hands.
 *
 * @throws GraphqlFailed, RetryLater
 */
export async function readGraph<T>(
  repository: Repository,
  { name, variables = {}, select }: Query,
): Promise<T> {
  const { octokit, owner, repo, id } = repository
  const declared = Object.entries(variables).map(([key, [type]]) => `, $${key}: ${type}`)
  const text = `query ${name}($owner: String!, $repo: String!${declared.join('')}) {
    repository(owner: $owner, name: $repo) { databaseId ${select} }
  }`
  const values = Object.entries(variables).map(([key, [, value]]) => [key, value])
  const data = await ask<{ repository: (T & { databaseId: number | null }) | null }>(
    octokit,
    text,
    { owner, repo, ...Object.fromEntries(values) },
  ).catch((error: unknown) => {
    if (error instanceof GraphqlFailed && error.nowhere) repository.renamed()
    throw error
  })
  if (data.repository?.databaseId !== id) {
    repository.renamed()
    throw new RetryLater(1, `${owner}/${repo} is another repository by now.`)
  }
  return data.repository
}

/** @throws GraphqlFailed, LimitReached */
export async function ask<T>(
  octokit: Octokit,
  text: string,
  variables: Record<string, unknown>,
): Promise<T> {
  try {
    const data = await octokit.graphql<T | undefined>(text, variables)
    if (data) return data
    throw new GraphqlFailed([{ message: 'what came is no answer of GraphQL' }], null)
  } catch (error) {
    if (error instanceof GraphqlFailed) throw error
    const errors = errorsOf(error)
    if (!errors) throw error
    // What GitHub asks for where it gives no time.
    if (errors.some(({ type }) => type === 'RATE_LIMITED')) {
      throw new LimitReached(untilReset(error) ?? 60, errors[0]?.message ?? 'RATE_LIMITED')
    }
    throw new GraphqlFailed(errors, (error as Answered).data ?? null, { cause: error })
  }
}

/** What Octokit, or its throttling, throws for an answer of status 200 that has errors. */
interface Answered {
  errors?: GraphqlError[]
  data?: object | null
  response?: { headers?: Headers; data?: { errors?: GraphqlError[] } }
  headers?: Headers
}
type Headers = Record<string, string | number | undefined>

function errorsOf(error: unknown): GraphqlError[] | null {
  const { errors, response } = error as Answered
  const told = errors ?? response?.data?.errors ?? []
  return told.length > 0 && !('status' in (error as object)) ? told : null
}

/** Seconds until the limit is lifted; null where the answer does not say so. */
function untilReset(error: unknown): number | null {
  const { headers, response } = error as Answered
  const { 'x-ratelimit-reset': reset, date } = headers ?? response?.headers ?? {}
  const seconds = Number(reset) - Date.parse(String(date)) / 1000
  return Number.isFinite(seconds) ? Math.max(1, seconds + 1) : null
}
