/**
 * The contract check: what the App asked and what the stand-in answered, judged by GitHub's own
 * description. Give it `hub.requests` after any test that ran the App.
 */
import type { RecordedRequest } from '../../demo/hub/requests.ts'
import {
  operationFinder,
  readDescription,
  type Operation,
} from '../../demo/hub/contract/description.ts'
import { createValidators, type Mismatch } from '../../demo/hub/contract/validators.ts'

export interface Violation {
  sequence: number
  /** `POST /repos/o/r/pulls` */
  call: string
  side: 'request' | 'response'
  at: string
  message: string
}

export interface ContractReport {
  violations: Violation[]
  /** Requests and responses that were judged; a check that looked at nothing proves nothing. */
  inspected: { requests: number; responses: number; operations: string[] }
}

/**
 * Where GitHub is known to answer other than it describes: the head repository of a pull request is
 * null once it was deleted (issues of github/rest-api-description say so; the schema does not).
 */
const knownGaps: Array<(operation: Operation, mismatch: Mismatch) => boolean> = [
  ({ id }, { at }) => id.startsWith('pulls/') && at.endsWith('/head/repo'),
]

const description = readDescription()
const find = operationFinder(description)
const validators = createValidators(description, { closed: true })

/** Everything in the log that GitHub's description does not allow. */
export function contractViolations(log: readonly RecordedRequest[]): Violation[] {
  return checkContract(log).violations
}

export function checkContract(log: readonly RecordedRequest[]): ContractReport {
  const operations = new Set<string>()
  const violations: Violation[] = []
  let responses = 0
  for (const entry of log) {
    const operation = find(entry.method, entry.path)?.operation
    const graphql = entry.path === '/graphql' ? entry.operation : undefined
    const id = operation?.id ?? graphql
    if (id !== undefined) operations.add(id)
    violations.push(...requestViolations(entry))
    // What an injected fault answered is no word of GitHub's.
    if (operation && !entry.response.fault) {
      responses += 1
      violations.push(...responseViolations(entry, operation))
    }
  }
  const inspected = { requests: log.length, responses, operations: [...operations].sort() }
  return { violations, inspected }
}

function requestViolations(entry: RecordedRequest): Violation[] {
  const matched = find(entry.method, entry.path)
  const violation = violationOf(entry, 'request')
  if (entry.path === '/graphql') return unfit(entry).map((message) => violation('', message))
  if (!matched) return [violation('', 'GitHub describes no such operation')]
  const { operation } = matched
  const params = declaredParameters(operation, matched.params)
  const body = entry.body ?? undefined
  const problems = [
    ...validators.parameters(operation, 'path', params).map(within('path')),
    ...validators.parameters(operation, 'query', entry.query).map(within('query')),
    ...(body === undefined ? [] : validators.request(operation, body)),
  ]
  if (body === undefined && operation.requestRequired) {
    problems.push({ at: '', message: 'has no body, and one is required' })
  }
  if (body !== undefined && !operation.request && !isEmpty(body)) {
    problems.push({ at: '', message: 'has a body, and none is described' })
  }
  return problems.map(({ at, message }) => violation(at, message))
}

/** What the schema of GraphQL does not allow is answered with errors that have a code. */
function unfit({ response }: RecordedRequest): string[] {
  const { errors = [] } = (response.body ?? {}) as {
    errors?: { message: string; extensions?: object }[]
  }
  return errors.flatMap(({ message, extensions }) => (extensions ? [message] : []))
}

/** A path by `/repositories/{id}` says more than its template declares. */
function declaredParameters(
  { parameters }: Operation,
  { repository_id: id, ...params }: Record<string, string>,
): Record<string, string> {
  const declares = parameters.some(({ name }) => name === 'repository_id')
  return declares && id !== undefined ? { ...params, repository_id: id } : params
}

function responseViolations(entry: RecordedRequest, operation: Operation): Violation[] {
  const { status, body } = entry.response
  const violation = violationOf(entry, 'response')
  if (!(status in operation.responses)) {
    // Any call may be refused in GitHub's common form, or sent to a renamed repository.
    if (status < 400 && status !== 301 && status !== 307)
      return [violation('', `status ${status} is not described`)]
    return validators.schema('basic-error', body).map(({ at, message }) => violation(at, message))
  }
  if (status >= 400) {
    const { errors: _, ...error } = (body ?? {}) as Record<string, unknown>
    return validators.schema('basic-error', error).map(({ at, message }) => violation(at, message))
  }
  if (operation.responses[status] === null) {
    return isEmpty(body) ? [] : [violation('', `status ${status} has no body by the description`)]
  }
  if (isRaw(entry)) return []
  return validators
    .response(operation, status, body)
    .filter((mismatch) => !knownGaps.some((gap) => gap(operation, mismatch)))
    .map(({ at, message }) => violation(at, message))
}

function violationOf({ sequence, method, path }: RecordedRequest, side: Violation['side']) {
  const call = `${method} ${path}`
  return (at: string, message: string): Violation => ({ sequence, call, side, at, message })
}

function within(place: string) {
  return ({ at, message }: Mismatch): Mismatch => ({ at: `${place} ${at}`.trim(), message })
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || body === '' || JSON.stringify(body) === '{}'
}

/** Raw media types answer with the thing itself, which no schema describes. */
function isRaw({ response }: RecordedRequest): boolean {
  return !/json/.test(response.headers['content-type'] ?? 'application/json')
}
