/** The built Action in `mode: amend`, as a job of the stand-in's workflows runs it. */
import { execa } from 'execa'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub } from '../../demo/hub/index.ts'
import type { Repository, WorkflowRun } from '../../demo/hub/model.ts'
import { dist } from '../kernels-runner/dist.ts'

/** What the example gives the job. */
const permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  metadata: 'read',
  pull_requests: 'write',
} as const

/** Node refuses such a process whatever would start another one, load native code or write a file. */
const confined = ['--permission', '--allow-fs-read=*', '--allow-net'].filter(
  (flag) => flag !== '--allow-net' || process.allowedNodeEnvironmentFlags.has(flag),
)

export interface JobEnd {
  code: number | undefined
  log: string
}

/** Runs it for an event; `run` is the one that the job is of. */
export async function amendJob(
  { hub, repository }: { hub: Hub; repository: Repository },
  event: string,
  payload: unknown,
  run: WorkflowRun,
): Promise<JobEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-job-'))
  const eventPath = join(folder, 'event.json')
  await writeFile(eventPath, JSON.stringify(payload))
  const token = hub.stage.credentials.jobToken(run, permissions)
  try {
    const { exitCode, all } = await execa(process.execPath, [...confined, join(dist, 'index.js')], {
      cwd: folder,
      extendEnv: false,
      reject: false,
      all: true,
      env: {
        PATH: '/nonexistent',
        INPUT_MODE: 'amend',
        INPUT_TOKEN: token,
        GITHUB_EVENT_NAME: event,
        GITHUB_EVENT_PATH: eventPath,
        GITHUB_REPOSITORY: `${repository.owner.login}/${repository.name}`,
        GITHUB_REPOSITORY_ID: String(repository.id),
        GITHUB_RUN_ID: String(run.id),
        GITHUB_API_URL: hub.url,
        GITHUB_SERVER_URL: hub.url,
      },
    })
    return { code: exitCode, log: all }
  } finally {
    hub.stage.credentials.revoke(token)
    await rm(folder, { recursive: true })
  }
}
