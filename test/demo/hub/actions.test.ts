import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import { installationClient, wrongAnswers } from './client.ts'
import {
  startHub,
  type Hub,
  type HubRepository,
  type WorkflowRun,
} from '../../../demo/hub/index.ts'

const workflow = `name: GPU evidence
run-name: "Evidence \${{ inputs.request }} for \${{ github.repository }}"
on:
  workflow_dispatch:
    inputs:
      request: { required: true }
      mood: { type: choice, options: [calm, hasty], default: calm }
jobs: { idle: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }
`
const manyInputs = Array.from({ length: 26 }, (_, index) => `i${index}`)

let hub: Hub
let repo: HubRepository
let client: Octokit
let at = new Date('2026-03-01T10:00:00Z')
let number = 0

beforeAll(async () => {
  hub = await startHub({ now: () => at })
})
afterAll(() => hub.stop())

beforeEach(async () => {
  number += 1
  at = new Date('2026-03-01T10:00:00Z')
  repo = await hub.createRepository({
    owner: 'acme',
    name: `ships-${number}`,
    files: {
      '.github/workflows/codicil.yml': workflow,
      '.github/workflows/push.yml': 'on: push\njobs: {}\n',
      '.github/workflows/many.yml': `on: { workflow_dispatch: { inputs: { ${manyInputs.map((name) => `${name}: {}`).join(', ')} } } }\njobs: {}\n`,
    },
  })
  client = await installationClient(hub, repo)
})

function dispatch(inputs: Record<string, unknown>, extra: Record<string, unknown> = {}) {
  return client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
    ...repo.coordinates,
    workflow_id: 'codicil.yml',
    ref: 'main',
    inputs,
    ...extra,
  })
}

function lastRun(): WorkflowRun {
  return [...repo.record.runs.values()].at(-1) as WorkflowRun
}

test('a dispatch that asks for details is told the run; its title is the run-name', async () => {
  const { status, data } = await dispatch({ request: 'r-7' }, { return_run_details: true })
  const { workflow_run_id: id } = data as unknown as { workflow_run_id: number }
  expect(status).toBe(200)
  const { data: run } = await client.actions.getWorkflowRun({ ...repo.coordinates, run_id: id })
  expect(run).toMatchObject({
    display_title: `Evidence r-7 for ${repo.fullName}`,
    event: 'workflow_dispatch',
    status: 'queued',
    conclusion: null,
    run_attempt: 1,
    path: '.github/workflows/codicil.yml',
    head_branch: 'main',
    head_sha: await repo.tip(),
    actor: { login: 'codicil[bot]' },
  })
})

test('a dispatch that does not ask gets 204 and nothing', async () => {
  const { status, data } = await dispatch({ request: 'r-7' })
  expect(status).toBe(204)
  expect(data).toBeFalsy()
})

test('inputs that are not given have their defaults', async () => {
  await dispatch({ request: 'r-7' })
  expect(lastRun().inputs).toEqual({ request: 'r-7', mood: 'calm' })
})

test.each([
  ['an input that is not declared', { request: 'r', other: 'x' }, {}, 'Unexpected inputs provided'],
  ['a required input missing', {}, {}, "Required input 'request' not provided"],
  ['a choice that is none', { request: 'r', mood: 'sad' }, {}, 'not in the list of allowed values'],
  ['a branch that is not there', { request: 'r' }, { ref: 'gone' }, 'No ref found for: gone'],
  [
    'a workflow without the trigger',
    {},
    { workflow_id: 'push.yml' },
    "'workflow_dispatch' trigger",
  ],
  [
    'more than 25 inputs',
    Object.fromEntries(manyInputs.map((name) => [name, 'x'])),
    { workflow_id: 'many.yml' },
    'must NOT have more than 25 properties',
  ],
])('%s is 422', async (_, inputs, extra, message) => {
  await expect(dispatch(inputs, extra)).rejects.toMatchObject({
    status: 422,
    response: { data: { message: expect.stringContaining(message) } },
  })
  expect(repo.record.runs.size).toBe(0)
})

test('a workflow that is not on the default branch is not found', async () => {
  await repo.commitFiles('side', { '.github/workflows/side.yml': workflow })
  const refused = dispatch({ request: 'r' }, { workflow_id: 'side.yml', ref: 'side' })
  await expect(refused).rejects.toMatchObject({ status: 404 })
})

test('runs are found by event, commit, branch and time', async () => {
  await dispatch({ request: 'early' })
  at = new Date('2026-03-02T10:00:00Z')
  await dispatch({ request: 'late' })
  const titles = async (filter: object) => {
    const { data } = await client.actions.listWorkflowRunsForRepo({
      ...repo.coordinates,
      ...filter,
    })
    return data.workflow_runs.map((run) => run.display_title?.split(' ')[1])
  }
  expect(await titles({ event: 'workflow_dispatch' })).toEqual(['late', 'early'])
  expect(await titles({ event: 'push' })).toEqual([])
  expect(await titles({ created: '>=2026-03-02' })).toEqual(['late'])
  expect(await titles({ created: '2026-03-01T00:00:00Z..2026-03-01T23:00:00Z' })).toEqual(['early'])
  expect(await titles({ created: '<2026-03-02' })).toEqual(['early'])
  expect(await titles({ head_sha: await repo.tip() })).toEqual(['late', 'early'])
  expect(await titles({ head_sha: '0'.repeat(40) })).toEqual([])
  expect(await titles({ branch: 'main', actor: 'codicil[bot]' })).toEqual(['late', 'early'])
})

test('an attempt that was not made is not found', async () => {
  await dispatch({ request: 'r' })
  const of = (attempt: number) =>
    client.actions.getWorkflowRunAttempt({
      ...repo.coordinates,
      run_id: lastRun().id,
      attempt_number: attempt,
    })
  expect((await of(1)).data.id).toBe(lastRun().id)
  await expect(of(2)).rejects.toMatchObject({ status: 404 })
})

test('a run of another repository is not found', async () => {
  await dispatch({ request: 'r' })
  const run = lastRun()
  const other = await hub.createRepository({ owner: 'acme', name: `other-${number}` })
  const stranger = await installationClient(hub, other)
  const refused = stranger.actions.getWorkflowRun({ ...other.coordinates, run_id: run.id })
  await expect(refused).rejects.toMatchObject({ status: 404 })
})

test('a completed run cannot be cancelled', async () => {
  await dispatch({ request: 'r' })
  const run = lastRun()
  run.status = 'completed'
  const refused = client.actions.cancelWorkflowRun({ ...repo.coordinates, run_id: run.id })
  await expect(refused).rejects.toMatchObject({ status: 409 })
})

test("GitHub's description has nothing against these answers", () => {
  const { wrong, inspected } = wrongAnswers(hub)
  expect(wrong).toEqual([])
  expect(inspected.responses).toBeGreaterThan(25)
})
