/**
 * The one GraphQL mutation that the App needs, because REST has no call for it: taking a pull request
 * out of draft. Errors come with status 200, as GitHub's do.
 */
import type { ReceivedRequest } from './api.ts'
import { actorOf, sees } from './call.ts'
import { holds, type Identity } from './credentials.ts'
import type { PullRequest } from './model.ts'
import { markReady } from './pulls.ts'
import { ok, Refusal, type Reply } from './reply.ts'
import { nodeId } from './represent/users.ts'
import type { Stage } from './stage.ts'

interface Query {
  query?: string
  variables?: { id?: string }
}

const mutation = 'markPullRequestReadyForReview'

export async function answerGraphql(stage: Stage, received: ReceivedRequest): Promise<Reply> {
  try {
    const identity = stage.credentials.identify(received.headers.authorization)
    const { query = '', variables = {} } = JSON.parse(received.body.toString()) as Query
    if (!query.includes(mutation)) {
      return failed('UNSUPPORTED', `The stand-in knows ${mutation} and no other GraphQL.`)
    }
    const pull = [...stage.world.pulls()].find(
      ({ id }) => nodeId('PullRequest', id) === variables.id,
    )
    if (!pull || !sees(identity, pull.repository)) {
      return failed(
        'NOT_FOUND',
        `Could not resolve to a node with the global id of '${variables.id}'`,
      )
    }
    if (pull.repository.archived) {
      return failed('UNPROCESSABLE', 'Repository was archived so is read-only.')
    }
    if (!mayMarkReady(identity))
      return failed('FORBIDDEN', 'Resource not accessible by integration')
    return await ready(stage, identity, pull)
  } catch (error) {
    if (error instanceof Refusal) return error.reply
    throw error
  }
}

async function ready(stage: Stage, identity: Identity, pull: PullRequest): Promise<Reply> {
  await markReady(stage, pull, actorOf({ identity, stage }))
  return ok({ data: { [mutation]: { clientMutationId: null } } })
}

/** It takes write access to the contents besides that to pull requests. */
function mayMarkReady(identity: Identity): boolean {
  return holds(identity, ['pull_requests:write']) && holds(identity, ['contents:write'])
}

function failed(type: string, message: string): Reply {
  const errors = [{ type, path: [mutation], locations: [{ line: 2, column: 7 }], message }]
  return ok({ data: { [mutation]: null }, errors })
}
