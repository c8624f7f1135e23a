/**
 * GraphQL as far as the app uses it: reads of a repository, and the mutations that REST has no call for
 * or takes several. Errors come with status 200, as GitHub's do, beside what could be answered.
 */
import type { Identity } from '../credentials.ts'
import { ok, type Reply } from '../reply.ts'
import type { Repository } from '../model.ts'
import { nodeId } from '../represent/users.ts'
import type { Stage } from '../stage.ts'
import { execute } from './execute.ts'
import { parseOperation, SyntaxProblem, type Operation } from './parse.ts'
import { schema } from './schema.ts'
import { problemsOf } from './validate.ts'

/** What a request says; null where it is no operation. */
export function operationIn(json: unknown): Operation | null {
  const { query = '' } = (json ?? {}) as { query?: string }
  try {
    return parseOperation(query)
  } catch (error) {
    if (error instanceof SyntaxProblem) return null
    throw error
  }
}

/** The path by which REST knows the repository that a request is about, which faults go by. */
export function aboutOf({ world }: Stage, json: unknown): string {
  const { variables = {} } = (json ?? {}) as { variables?: Record<string, unknown> }
  const { owner, repo } = variables
  if (typeof owner === 'string' && typeof repo === 'string')
    return `/repos/${owner}/${repo}/graphql`
  const said = JSON.stringify(variables)
  const names = (one: Repository) =>
    said.includes(`"${nodeId('Repository', one.id)}"`) ||
    [...one.pulls.values()].some(({ id }) => said.includes(`"${nodeId('PullRequest', id)}"`))
  const found = [...world.repositories.values()].find(names)
  return found ? `/repos/${found.owner.login}/${found.name}/graphql` : '/graphql'
}

export async function answerGraphql(
  stage: Stage,
  identity: Identity,
  json: unknown,
): Promise<Reply> {
  const { query = '', variables = {} } = (json ?? {}) as {
    query?: string
    variables?: Record<string, unknown>
  }
  try {
    const operation = parseOperation(query)
    const problems = problemsOf(schema, operation, variables)
    if (problems.length > 0) return ok({ errors: problems })
    const { data, errors } = await execute(schema, operation, variables, { stage, identity })
    return ok(errors.length > 0 ? { data, errors } : { data })
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    return ok({ errors: [{ message: error.message }] })
  }
}
