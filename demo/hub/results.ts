import type { Artifact, Job, WorkflowRun } from './model.ts'
import type { Reply } from './reply.ts'
import type { Stage } from './stage.ts'

/** GitHub keeps artifacts 90 days unless told otherwise. */
const retention = 90 * 86_400_000

const service = '/twirp/github.actions.results.api.v1.ArtifactService/'

type Message = Record<string, unknown>

interface Caller {
  run: WorkflowRun
  job: Job
}

/** Whether a path belongs to the results service. */
export function isResultsCall(pathname: string): boolean {
  return pathname.startsWith('/twirp/')
}

/**
 * The Actions results service that `@actions/artifact` talks to (Twirp, JSON). Whoever holds a job's
 * runtime token may create, list and delete what any job of the run left: GitHub allows that too.
 */
export function answerResultsCall(
  stage: Stage,
  pathname: string,
  authorization: string | undefined,
  request: Message,
): Reply {
  const caller = callerOf(stage, authorization)
  if (!caller) return refusal(401, 'unauthenticated', 'invalid or missing runtime token')
  const method = pathname.replace(service, '')
  if (request.workflow_run_backend_id !== caller.run.backendId) {
    return refusal(403, 'permission_denied', 'the token is of another workflow run')
  }
  if (method === 'CreateArtifact') return createArtifact(stage, caller, request)
  if (method === 'FinalizeArtifact') return finalizeArtifact(stage, caller, request)
  if (method === 'ListArtifacts') return listArtifacts(caller, request)
  if (method === 'GetSignedArtifactURL') return signArtifactUrl(stage, caller, request)
  if (method === 'DeleteArtifact') return deleteArtifact(stage, caller, request)
  return refusal(404, 'bad_route', `no handler for path ${pathname}`)
}

/** The unsigned token by which a job reaches the results service. */
export function runtimeToken(run: WorkflowRun, job: Job, expires: Date): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const scp = `Actions.Results:${run.backendId}:${job.backendId}`
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ scp, exp: expires.getTime() / 1000 })}.`
}

function createArtifact(stage: Stage, { run, job }: Caller, request: Message): Reply {
  const { world, blobs } = stage
  const name = String(request.name ?? '')
  if (find(run, name)) {
    const message = 'an artifact with this name already exists on the workflow run'
    return refusal(409, 'already_exists', `Conflict: ${message}`)
  }
  const at = world.now()
  const asked = Date.parse(String(request.expires_at ?? ''))
  const artifact: Artifact = {
    id: world.nextId(),
    name,
    run,
    job: job.backendId,
    blob: world.nextGuid('blob'),
    mimeType: String(request.mime_type ?? 'application/zip'),
    size: 0,
    digest: null,
    finalized: false,
    createdAt: at,
    expiresAt: Number.isNaN(asked) ? new Date(at.getTime() + retention) : new Date(asked),
  }
  run.repository.artifacts.set(artifact.id, artifact)
  return answer({ ok: true, signed_upload_url: blobs.signedUrl(artifact.blob, 'w') })
}

/** Size and digest are taken from the uploader's word, as GitHub does. */
function finalizeArtifact(stage: Stage, { run }: Caller, request: Message): Reply {
  const artifact = find(run, String(request.name ?? ''))
  const content = artifact && stage.blobs.content(artifact.blob)
  if (!artifact || !content) return refusal(404, 'not_found', 'artifact was not uploaded')
  artifact.size = Number(request.size ?? content.length)
  artifact.digest = typeof request.hash === 'string' ? request.hash : null
  artifact.finalized = true
  return answer({ ok: true, artifact_id: String(artifact.id) })
}

function listArtifacts({ run }: Caller, request: Message): Reply {
  const name = request.name_filter
  const id = request.id_filter
  const artifacts = [...run.repository.artifacts.values()]
    .filter((artifact) => artifact.run === run && artifact.finalized)
    .filter((artifact) => typeof name !== 'string' || artifact.name === name)
    .filter((artifact) => id === undefined || id === null || String(artifact.id) === String(id))
    .map((artifact) => ({
      workflow_run_backend_id: run.backendId,
      workflow_job_run_backend_id: artifact.job,
      database_id: String(artifact.id),
      name: artifact.name,
      size: String(artifact.size),
      created_at: artifact.createdAt.toISOString(),
      ...(artifact.digest !== null && { digest: artifact.digest }),
    }))
  return answer({ artifacts })
}

function signArtifactUrl(stage: Stage, { run }: Caller, request: Message): Reply {
  const artifact = find(run, String(request.name ?? ''))
  if (!artifact?.finalized) return refusal(404, 'not_found', 'artifact not found')
  const url = stage.blobs.signedUrl(artifact.blob, 'r', `${artifact.name}.zip`)
  return answer({ name: artifact.name, signed_url: url })
}

function deleteArtifact(stage: Stage, { run }: Caller, request: Message): Reply {
  const artifact = find(run, String(request.name ?? ''))
  if (!artifact) return refusal(404, 'not_found', 'artifact not found')
  run.repository.artifacts.delete(artifact.id)
  stage.blobs.delete(artifact.blob)
  return answer({ ok: true, artifact_id: String(artifact.id) })
}

function find(run: WorkflowRun, name: string): Artifact | undefined {
  return [...run.repository.artifacts.values()].find(
    (artifact) => artifact.run === run && artifact.name === name,
  )
}

function callerOf({ world }: Stage, authorization = ''): Caller | undefined {
  const payload = authorization.replace(/^Bearer /i, '').split('.')[1] ?? ''
  let scp: unknown
  try {
    ;({ scp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { scp?: unknown })
  } catch {
    return undefined
  }
  const [, runId, jobId] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)/.exec(String(scp)) ?? []
  for (const repository of world.repositories.values()) {
    for (const run of repository.runs.values()) {
      const job = run.jobs.find((each) => each.backendId === jobId)
      if (run.backendId === runId && job && run.status === 'in_progress') return { run, job }
    }
  }
  return undefined
}

function answer(body: Message): Reply {
  return { status: 200, body }
}

function refusal(status: number, code: string, msg: string): Reply {
  return { status, body: { code, msg } }
}
