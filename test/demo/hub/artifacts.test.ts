import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import { installationClient, wrongAnswers } from './client.ts'
import {
  startHub,
  type Hub,
  type HubRepository,
  type WorkflowRun,
} from '../../../demo/hub/index.ts'
import { runtimeToken } from '../../../demo/hub/results.ts'

const workflow = `on: { workflow_dispatch: {} }
jobs: { idle: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }
`
/** Where the official client is found by name. */
const root = join(import.meta.dirname, '../../..')

let hub: Hub
let repo: HubRepository
let client: Octokit
let run: WorkflowRun
let token: string
let folder: string
let at = new Date('2026-03-01T10:00:00Z')

beforeAll(async () => {
  hub = await startHub({ now: () => at })
  const files = { '.github/workflows/codicil.yml': workflow }
  repo = await hub.createRepository({ owner: 'acme', name: 'ships', files })
  client = await installationClient(hub, repo)
  folder = await mkdtemp(join(tmpdir(), 'codicil-artifacts-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await hub.stop()
})

beforeEach(async () => {
  at = new Date('2026-03-01T10:00:00Z')
  const coordinates = { ...repo.coordinates, workflow_id: 'codicil.yml', ref: 'main' }
  await client.actions.createWorkflowDispatch(coordinates)
  run = [...repo.record.runs.values()].at(-1) as WorkflowRun
  token = startJob(run)
})

/** Puts a job under way, as a runner does, and gives its runtime token. */
function startJob(target: WorkflowRun): string {
  target.status = 'in_progress'
  const job = {
    id: hub.world.nextId(),
    backendId: hub.world.nextGuid('job'),
    name: 'idle',
    labels: [],
    status: 'in_progress' as const,
    conclusion: null,
    outputs: {},
    createdAt: at,
    startedAt: at,
    completedAt: null,
    steps: [],
    log: '',
    annotations: [],
    summary: '',
  }
  target.jobs.push(job)
  return runtimeToken(target, job, new Date(Date.now() + 3_600_000))
}

/** Runs a script with the official client in a process of its own, as a job does. */
async function withClient(script: string, runtime = token) {
  const source = `import { DefaultArtifactClient } from '@actions/artifact'
const client = new DefaultArtifactClient()
${script}`
  const { stdout, exitCode, stderr } = await execa(
    process.execPath,
    ['--input-type=module', '--eval', source],
    {
      cwd: root,
      reject: false,
      env: {
        ACTIONS_RUNTIME_TOKEN: runtime,
        ACTIONS_RESULTS_URL: `${hub.url}/`,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_WORKSPACE: folder,
        RUNNER_TEMP: folder,
      },
    },
  )
  const answer = stdout.split('\n').findLast((line) => line.startsWith('answer '))
  const value = JSON.parse(answer?.slice('answer '.length) ?? 'null') as unknown
  return { value, exitCode, output: stdout + stderr }
}

const answer = 'console.log("answer " + JSON.stringify(value))'

function upload(name: string, runtime?: string) {
  const files = `['${folder}/evidence.json']`
  return withClient(
    `const value = await client.uploadArtifact('${name}', ${files}, '${folder}'); ${answer}`,
    runtime,
  )
}

test('what the official client uploads is listed and downloaded byte for byte', async () => {
  await writeFile(join(folder, 'evidence.json'), '{"figure": 0.005294}\n')
  const { value, output } = await upload('evidence')
  expect(output).toContain('successfully finalized')
  const { id, digest } = value as { id: number; digest: string }
  const { data } = await client.actions.listWorkflowRunArtifacts({
    ...repo.coordinates,
    run_id: run.id,
    name: 'evidence',
  })
  expect(data.artifacts).toMatchObject([
    { id, name: 'evidence', digest: `sha256:${digest}`, expires_at: '2026-05-30T10:00:00Z' },
  ])
  const zip = await client.actions.downloadArtifact({
    ...repo.coordinates,
    artifact_id: id,
    archive_format: 'zip',
  })
  const bytes = Buffer.from(zip.data as ArrayBuffer)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest)
})

test('the archive lies on another host, and the token is not sent there', async () => {
  await writeFile(join(folder, 'evidence.json'), '{}\n')
  const { id } = (await upload('evidence')).value as { id: number }
  const artifact = { ...repo.coordinates, artifact_id: id, archive_format: 'zip' }
  const { headers } = await client.actions.downloadArtifact({
    ...artifact,
    request: { redirect: 'manual' },
  })
  expect(new URL(headers.location ?? '').host).not.toBe(new URL(hub.url).host)
  await client.actions.downloadArtifact(artifact)
  expect(hub.blobs.leakedTokens).toEqual([])
  await fetch(headers.location ?? '', { headers: { authorization: 'token secret' } })
  expect(hub.blobs.leakedTokens).toHaveLength(1)
})

test('a link to the archive with another signature opens nothing', async () => {
  await writeFile(join(folder, 'evidence.json'), '{}\n')
  const { id } = (await upload('evidence')).value as { id: number }
  const { headers } = await client.actions.downloadArtifact({
    ...repo.coordinates,
    artifact_id: id,
    archive_format: 'zip',
    request: { redirect: 'manual' },
  })
  const link = new URL(headers.location ?? '')
  expect((await fetch(link)).status).toBe(200)
  link.searchParams.set('se', '2999-01-01T00:00:00.000Z')
  expect((await fetch(link)).status).toBe(403)
})

test('after ninety days the artifact is gone with 410', async () => {
  await writeFile(join(folder, 'evidence.json'), '{}\n')
  const { id } = (await upload('evidence')).value as { id: number }
  at = new Date('2026-05-30T10:00:01Z')
  const artifact = { ...repo.coordinates, artifact_id: id }
  expect((await client.actions.getArtifact(artifact)).data.expired).toBe(true)
  const gone = client.actions.downloadArtifact({ ...artifact, archive_format: 'zip' })
  await expect(gone).rejects.toMatchObject({ status: 410 })
})

test('a second artifact of the same name in a run is a conflict', async () => {
  await writeFile(join(folder, 'evidence.json'), '{}\n')
  await upload('evidence')
  const { exitCode, output } = await upload('evidence')
  expect(exitCode).not.toBe(0)
  expect(output).toContain('an artifact with this name already exists on the workflow run')
})

test('any job of a run may list, download and delete what another one left', async () => {
  await writeFile(join(folder, 'evidence.json'), '{"n": 1}\n')
  await upload('evidence')
  const other = startJob(run)
  const script = `const { artifact } = await client.getArtifact('evidence')
await client.downloadArtifact(artifact.id, { path: '${folder}/down', expectedHash: artifact.digest })
await client.deleteArtifact('evidence')
const value = await client.listArtifacts(); ${answer}`
  expect(await withClient(script, other)).toMatchObject({ value: { artifacts: [] } })
  expect(await readdir(join(folder, 'down'))).toEqual(['evidence.json'])
  expect(await readFile(join(folder, 'down/evidence.json'), 'utf8')).toBe('{"n": 1}\n')
})

test('a run that has ended takes no more artifacts', async () => {
  await writeFile(join(folder, 'evidence.json'), '{}\n')
  run.status = 'completed'
  const { exitCode } = await upload('late')
  expect(exitCode).not.toBe(0)
  const { data } = await client.actions.listWorkflowRunArtifacts({
    ...repo.coordinates,
    run_id: run.id,
  })
  expect(data.total_count).toBe(0)
})

test('an artifact of several blocks comes together in order', async () => {
  const large = Buffer.alloc(20 * 1024 * 1024)
  for (let index = 0; index < large.length; index += 4)
    large.writeUInt32LE((index * 2654435761) % 2 ** 32, index)
  await writeFile(join(folder, 'evidence.json'), large)
  const { value } = await upload('large')
  const { id, digest } = value as { id: number; digest: string }
  const { data } = await client.actions.downloadArtifact({
    ...repo.coordinates,
    artifact_id: id,
    archive_format: 'zip',
  })
  const bytes = Buffer.from(data as ArrayBuffer)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest)
})

test("GitHub's description has nothing against these answers", () => {
  const { wrong, inspected } = wrongAnswers(hub)
  expect(wrong).toEqual([])
  expect(inspected.responses).toBeGreaterThan(15)
})
