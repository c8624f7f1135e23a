import type { Call, Routes } from '../call.ts'
import { actorOf, inRepository } from '../call.ts'
import type { CheckRun, Job, JobAnnotation, Repository, User } from '../model.ts'
import { checkPayload } from '../payloads.ts'
import { created, notFound, ok, page, Refusal } from '../reply.ts'
import { annotationRecord, checkRecord } from '../represent/checks.ts'
import type { Stage } from '../stage.ts'
import { resolveCommit } from './commits.ts'

/** Check runs; only Apps write them. */
export const checkRoutes: Routes = {
  'checks/create': inRepository(['checks:write'], async (call, repository) => {
    const { world } = call.stage
    const { head_sha: headSha, name } = call.body as { head_sha: string; name: string }
    if (!(await repository.git.commit(headSha))) {
      throw new Refusal(422, `No commit found for SHA: ${headSha}`)
    }
    const sibling = [...repository.checks.values()].find((each) => each.headSha === headSha)
    const check: CheckRun = {
      id: world.nextId(),
      suiteId: sibling?.suiteId ?? world.nextId(),
      headSha,
      name,
      externalId: null,
      detailsUrl: null,
      status: 'queued',
      conclusion: null,
      startedAt: world.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
      actions: [],
    }
    change(call, check)
    repository.checks.set(check.id, check)
    announce(call, repository, check, 'created')
    return created(shown(call, repository, check))
  }),

  'checks/update': inRepository(['checks:write'], (call, repository) => {
    const check = namedCheck(call, repository)
    const wasCompleted = check.status === 'completed'
    change(call, check)
    if (check.status === 'completed' && !wasCompleted) {
      announce(call, repository, check, 'completed')
    }
    return ok(shown(call, repository, check))
  }),

  'checks/get': inRepository(['checks:read'], (call, repository) =>
    ok(shown(call, repository, namedCheck(call, repository))),
  ),

  'checks/list-annotations': inRepository(['checks:read'], (call, repository) => {
    const id = Number(call.params.check_run_id)
    const { annotations = null } = repository.checks.get(id) ?? jobNamed(repository, id) ?? {}
    if (annotations === null) throw notFound()
    return page(
      call.url,
      annotations.map((each) => annotationRecord(call.stage.links, each as JobAnnotation)),
    )
  }),

  'checks/rerequest-run': inRepository(['checks:write'], (call, repository) => {
    rerequestCheck(call.stage, repository, namedCheck(call, repository), actorOf(call))
    return created({})
  }),

  'checks/list-for-ref': inRepository(['checks:read'], async (call, repository) => {
    const { searchParams } = call.url
    const commit = await resolveCommit(repository, call.params.ref ?? '')
    if (!commit) throw new Refusal(422, `No commit found for SHA: ${call.params.ref}`)
    const name = searchParams.get('check_name')
    const status = searchParams.get('status')
    const appId = searchParams.get('app_id')
    const found = [...repository.checks.values()]
      .filter((check) => check.headSha === commit.id)
      .filter((check) => name === null || check.name === name)
      .filter((check) => status === null || check.status === status)
      .filter(() => appId === null || Number(appId) === call.stage.world.app.id)
      .sort((a, b) => b.id - a.id)
    const latest =
      searchParams.get('filter') === 'all'
        ? found
        : found.filter((check, index) => found.findIndex((c) => c.name === check.name) === index)
    return page(
      call.url,
      latest.map((check) => shown(call, repository, check)),
      (cut) => ({ total_count: latest.length, check_runs: cut }),
    )
  }),
}

interface CheckRequest {
  name?: string
  external_id?: string
  details_url?: string
  status?: CheckRun['status']
  conclusion?: string
  started_at?: string
  completed_at?: string
  output?: { title?: string; summary?: string; text?: string; annotations?: unknown[] }
  actions?: CheckRun['actions']
}

/**
 * Applies a request, or nothing of it; giving a conclusion completes a check, as GitHub says. What is
 * completed stays so: status and conclusion of such a check are passed over without a word.
 */
function change({ stage, body }: Call, check: CheckRun): void {
  const asked = body as CheckRequest
  requireValid(asked, check)
  check.name = asked.name ?? check.name
  check.externalId = asked.external_id ?? check.externalId
  check.detailsUrl = asked.details_url ?? check.detailsUrl
  check.actions = asked.actions ?? check.actions
  const closed = check.status === 'completed'
  check.status = closed ? check.status : (asked.status ?? check.status)
  check.startedAt = asked.started_at ? new Date(asked.started_at) : check.startedAt
  if (asked.output) {
    const { title = null, summary = null, text = null, annotations = [] } = asked.output
    check.output = { title, summary, text }
    check.annotations.push(...annotations)
  }
  if (closed) return
  if (asked.conclusion !== undefined) {
    check.status = 'completed'
    check.conclusion = asked.conclusion
    check.completedAt = asked.completed_at ? new Date(asked.completed_at) : stage.world.now()
  } else if (check.status !== 'completed') {
    check.conclusion = null
    check.completedAt = null
  }
}

function requireValid({ status, conclusion, output }: CheckRequest, check: CheckRun): void {
  if (status === 'completed' && conclusion === undefined && !check.conclusion) {
    throw new Refusal(422, "Invalid request.\n\nconclusion wasn't supplied for a completed check.")
  }
  for (const part of [output?.summary, output?.text]) {
    if (part !== undefined && Buffer.byteLength(part) > 65_535) {
      throw new Refusal(422, 'Invalid request.\n\nOnly 65535 characters are allowed.')
    }
  }
}

/** `Re-run` on a check: the App is told, and the check stays as it is. */
export function rerequestCheck(
  stage: Stage,
  repository: Repository,
  check: CheckRun,
  sender: User,
): void {
  const payload = checkPayload(stage, repository, check, 'rerequested', sender)
  stage.webhooks.event(repository, 'check_run', payload)
}

/** A button that the App has put on a check: the App is told which. */
export function pressAction(
  stage: Stage,
  repository: Repository,
  { check, identifier }: { check: CheckRun; identifier: string },
  sender: User,
): void {
  if (!check.actions.some((action) => action.identifier === identifier)) {
    throw new Error(`There is no button ${identifier} on this check.`)
  }
  const payload = checkPayload(stage, repository, check, 'requested_action', sender)
  stage.webhooks.event(repository, 'check_run', { ...payload, requested_action: { identifier } })
}

function announce(
  { stage }: Call,
  repository: Repository,
  check: CheckRun,
  action: 'created' | 'completed',
): void {
  stage.webhooks.event(repository, 'check_run', checkPayload(stage, repository, check, action))
}

function shown({ stage }: Call, repository: Repository, check: CheckRun) {
  return checkRecord(stage.links, stage.world, repository, check)
}

/** A job of a run is a check run, too, of the same id. */
function jobNamed({ runs }: Repository, id: number): Job | undefined {
  return [...runs.values()]
    .flatMap(({ jobs, pastJobs }) => [...jobs, ...pastJobs.flat()])
    .find((job) => job.id === id)
}

function namedCheck(call: Call, repository: Repository): CheckRun {
  const check = repository.checks.get(Number(call.params.check_run_id))
  if (!check) throw notFound()
  return check
}
