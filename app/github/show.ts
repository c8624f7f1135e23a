/** Comment and check of a request, brought up together: one call for what takes two of REST. */
import { asOutput, type Check } from './check.ts'
import type { Repository } from './client.ts'
import { ask, GraphqlFailed } from './graphql.ts'

export interface Show {
  /** Of the repository, the comment and the check: by which GraphQL knows them. */
  repositoryNode: string
  commentNode: string
  checkNode: string
  body: string
  check: Check
}

/** Each is null where it could not be written. */
interface Answer {
  updateIssueComment: object | null
  updateCheckRun: object | null
}

const mutation = `mutation Show($comment: UpdateIssueCommentInput!, $check: UpdateCheckRunInput!) {
  updateIssueComment(input: $comment) { issueComment { databaseId } }
  updateCheckRun(input: $check) { checkRun { databaseId } }
}`

/** @returns which of the two were written; a comment may be deleted, or its conversation locked */
export async function updateTogether(
  repository: Repository,
  { repositoryNode: repositoryId, commentNode, checkNode, body, check }: Show,
): Promise<{ comment: boolean; check: boolean }> {
  const { status, conclusion, url, actions, notes } = check
  const { annotations, ...output } = asOutput(check, notes)
  const variables = {
    comment: { id: commentNode, body },
    check: {
      repositoryId,
      checkRunId: checkNode,
      status: status.toUpperCase(),
      ...(conclusion && { conclusion: conclusion.toUpperCase() }),
      ...(url && { detailsUrl: url }),
      actions,
      output: {
        ...output,
        ...(annotations && {
          annotations: annotations.map(
            ({ path, start_line: startLine, end_line: endLine, annotation_level, ...said }) => ({
              path,
              location: { startLine, endLine },
              annotationLevel: annotation_level.toUpperCase(),
              ...said,
            }),
          ),
        }),
      },
    },
  }
  const written = await ask<Answer>(repository.octokit, mutation, variables).catch(
    (error: unknown) => {
      if (error instanceof GraphqlFailed && error.data) return error.data as Answer
      throw error
    },
  )
  return {
    comment: written.updateIssueComment !== null,
    check: written.updateCheckRun !== null,
  }
}
