/** Why a workflow was started: which pull request is to be looked at, or all of the repository. */
import { CodicilError } from '../../spec-tools/index.ts'
import { requestNamedIn } from '../converge/traces.ts'
import { noticeOf, type Notice } from './notice.ts'

export type Occasion =
  | { kind: 'repository' }
  | {
      kind: 'pull-request'
      pullRequest: number
      /** The commit that evidence was asked for, or the head. */
      sha: string
      notice: Notice | null
    }

interface Payload {
  inputs?: Record<string, unknown> | null
  pull_request?: { number: number; head: { sha: string } }
  workflow_run?: { display_title?: string }
}

/** @throws CodicilError for an event that tells of no request */
export function occasionOf(event: string, payload: unknown, repositoryId: number): Occasion {
  const said = payload as Payload
  switch (event) {
    case 'pull_request_target': {
      const { pull_request: pull } = said
      if (!pull) throw unusable(event, 'It has no pull request.')
      const complete = { ...said, installation: { id: 0 }, repository: { id: repositoryId } }
      return {
        kind: 'pull-request',
        pullRequest: pull.number,
        sha: pull.head.sha,
        notice: noticeOf({ id: '', event: 'pull_request', payload: complete }),
      }
    }
    case 'workflow_dispatch': {
      const { request, 'pull-request': number, sha } = said.inputs ?? {}
      const named = `${request} for #${number} at ${sha}`
      const of = requestNamedIn(named, repositoryId)
      if (!of) throw notOurs(event, named)
      return { kind: 'pull-request', ...of, notice: null }
    }
    case 'workflow_run': {
      const title = said.workflow_run?.display_title ?? ''
      const request = requestNamedIn(title, repositoryId)
      if (!request) throw notOurs(event, title)
      return { kind: 'pull-request', ...request, notice: null }
    }
    case 'push':
    case 'schedule':
      return { kind: 'repository' }
    default:
      throw unusable(
        event,
        'It wants pull_request_target, workflow_dispatch, workflow_run, push or schedule.',
      )
  }
}

function notOurs(event: string, named: string): CodicilError {
  return unusable(
    event,
    `Request, pull request and commit do not belong together: ${JSON.stringify(named)}. ` +
      'Such a run is started by Codicil, with the run-name of the example, and not by hand.',
  )
}

function unusable(event: string, what: string): CodicilError {
  return new CodicilError({
    code: 'bad-event',
    what: `The event ${event} tells mode amend of no request. ${what}`,
  })
}
