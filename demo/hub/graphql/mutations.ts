/** The mutations that the app uses, and the inputs of all fields. */
import { actorOf, sees, type Handler } from '../call.ts'
import type { Repository } from '../model.ts'
import { markReady } from '../pulls.ts'
import { Refusal } from '../reply.ts'
import { nodeId } from '../represent/users.ts'
import { repositoryWeb } from '../represent/repositories.ts'
import { checkRoutes } from '../routes/checks.ts'
import { issueRoutes } from '../routes/issues.ts'
import { FieldFailed, plain, require, type On, type Schema } from './fields.ts'

export const mutations: Schema['types'] = {
  Mutation: {
    markPullRequestReadyForReview: {
      type: 'MarkPullRequestReadyForReviewPayload',
      args: { input: 'MarkPullRequestReadyForReviewInput!' },
      async resolve(_, { input }, on) {
        const pull = [...on.stage.world.pulls()].find(
          ({ id }) => nodeId('PullRequest', id) === input.pullRequestId,
        )
        if (!pull || !sees(on.identity, pull.repository)) throw unresolved(input.pullRequestId)
        if (pull.repository.archived) {
          throw new FieldFailed('UNPROCESSABLE', 'Repository was archived so is read-only.')
        }
        // It takes write access to the contents besides that to pull requests.
        require(on, 'pull_requests:write')
        require(on, 'contents:write')
        await markReady(on.stage, pull, actorOf(on))
        return { clientMutationId: null }
      },
    },
    enablePullRequestAutoMerge: {
      type: 'EnablePullRequestAutoMergePayload',
      args: { input: 'EnablePullRequestAutoMergeInput!' },
      resolve(_, { input: { pullRequestId, mergeMethod = 'MERGE', expectedHeadOid } }, on) {
        const pull = [...on.stage.world.pulls()].find(
          ({ id }) => nodeId('PullRequest', id) === pullRequestId,
        )
        if (!pull || !sees(on.identity, pull.repository)) throw unresolved(pullRequestId)
        require(on, 'pull_requests:write')
        require(on, 'contents:write')
        const { head, repository } = pull
        if (!repository.rules.autoMerge) {
          const what = 'Pull request Auto merge is not allowed for this repository'
          throw new FieldFailed('UNPROCESSABLE', what)
        }
        if (pull.draft || (expectedHeadOid !== undefined && expectedHeadOid !== head.sha)) {
          throw new FieldFailed('UNPROCESSABLE', 'Pull request is in unstable status')
        }
        pull.autoMerge = { method: mergeMethod, head: head.sha }
        return { clientMutationId: null }
      },
    },
    updateIssueComment: {
      type: 'UpdateIssueCommentPayload',
      args: { input: 'UpdateIssueCommentInput!' },
      async resolve(_, { input: { id: node, body } }, on) {
        const [repository, comment] = named(on, node, 'IssueComment', ({ comments }) => comments)
        const params = { comment_id: String(comment.id) }
        await asRest(on, repository, issueRoutes['issues/update-comment'], params, { body })
        return { issueComment: comment }
      },
    },
    updateCheckRun: {
      type: 'UpdateCheckRunPayload',
      args: { input: 'UpdateCheckRunInput!' },
      async resolve(_, { input }, on) {
        const { checkRunId, repositoryId, status, conclusion, detailsUrl, actions, output } = input
        const [repository, check] = named(on, checkRunId, 'CheckRun', ({ checks }) => checks)
        if (nodeId('Repository', repository.id) !== repositoryId) throw unresolved(repositoryId)
        const body = {
          ...(status && { status: status.toLowerCase() }),
          ...(conclusion && { conclusion: conclusion.toLowerCase() }),
          ...(detailsUrl && { details_url: detailsUrl }),
          ...(actions && { actions }),
          ...(output && { output: { ...output, annotations: annotationsOf(output) } }),
        }
        const params = { check_run_id: String(check.id) }
        await asRest(on, repository, checkRoutes['checks/update'], params, body)
        return { checkRun: check }
      },
    },
  },
  EnablePullRequestAutoMergePayload: { clientMutationId: plain('String', () => null) },
  MarkPullRequestReadyForReviewPayload: { clientMutationId: plain('String', () => null) },
  UpdateIssueCommentPayload: {
    issueComment: plain('IssueComment', (of: { issueComment: unknown }) => of.issueComment),
  },
  UpdateCheckRunPayload: {
    checkRun: plain('CheckRun', ({ checkRun }: { checkRun: unknown }) => checkRun),
  },
}

export const inputs: Schema['inputs'] = {
  CheckSuiteFilter: { appId: 'Int', checkName: 'String' },
  CheckRunFilter: { appId: 'Int', checkName: 'String', checkType: 'CheckRunType' },
  EnablePullRequestAutoMergeInput: {
    pullRequestId: 'ID!',
    mergeMethod: 'PullRequestMergeMethod',
    expectedHeadOid: 'GitObjectID',
  },
  MarkPullRequestReadyForReviewInput: { pullRequestId: 'ID!' },
  UpdateIssueCommentInput: { id: 'ID!', body: 'String!' },
  UpdateCheckRunInput: {
    repositoryId: 'ID!',
    checkRunId: 'ID!',
    status: 'RequestableCheckStatusState',
    conclusion: 'CheckConclusionState',
    detailsUrl: 'URI',
    actions: '[CheckRunAction!]',
    output: 'CheckRunOutput',
  },
  CheckRunAction: { label: 'String!', description: 'String!', identifier: 'String!' },
  CheckRunOutput: {
    title: 'String!',
    summary: 'String!',
    annotations: '[CheckAnnotationData!]',
  },
  CheckAnnotationData: {
    path: 'String!',
    location: 'CheckAnnotationRange!',
    annotationLevel: 'CheckAnnotationLevel!',
    title: 'String',
    message: 'String!',
  },
  CheckAnnotationRange: { startLine: 'Int!', endLine: 'Int!' },
}

function annotationsOf({ annotations = [] }: { annotations?: GraphAnnotation[] }) {
  return annotations.map(({ location, annotationLevel, ...said }) => ({
    ...said,
    start_line: location.startLine,
    end_line: location.endLine,
    annotation_level: annotationLevel.toLowerCase(),
  }))
}

interface GraphAnnotation {
  location: { startLine: number; endLine: number }
  annotationLevel: string
}

function unresolved(node: string): FieldFailed {
  return new FieldFailed('NOT_FOUND', `Could not resolve to a node with the global id of '${node}'`)
}

/** The record of a node, with its repository. */
function named<T extends { id: number }>(
  { stage, identity }: On,
  node: string,
  kind: string,
  of: (repository: Repository) => Map<number, T>,
): [Repository, T] {
  for (const repository of stage.world.repositories.values()) {
    if (!sees(identity, repository)) continue
    for (const one of of(repository).values()) {
      if (nodeId(kind, one.id) === node) return [repository, one]
    }
  }
  throw unresolved(node)
}

const types: Record<number, string> = { 403: 'FORBIDDEN', 404: 'NOT_FOUND' }

/** Carries out what REST has the same call for. */
async function asRest(
  { stage, identity }: On,
  repository: Repository,
  handle: Handler | undefined,
  params: Record<string, string>,
  body: Record<string, unknown>,
): Promise<void> {
  const url = new URL(repositoryWeb(stage.links, repository))
  const path = { owner: repository.owner.login, repo: repository.name, ...params }
  try {
    await handle?.({
      stage,
      identity,
      method: 'PATCH',
      params: path,
      url,
      body,
      json: body,
      accept: '',
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new FieldFailed(types[error.reply.status] ?? 'UNPROCESSABLE', error.message)
  }
}
