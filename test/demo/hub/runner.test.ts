import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installationClient, wrongAnswers } from './client.ts'
import {
  startHub,
  type Hub,
  type HubRepository,
  type WorkflowRun,
} from '../../../demo/hub/index.ts'
import { startRunner, type StandInRunner } from '../../../demo/hub/runner.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/hub')
let hub: Hub
let runner: StandInRunner
let number = 0

beforeAll(async () => {
  hub = await startHub()
  runner = startRunner(hub, {
    labels: ['self-hosted', 'gpu', 'linux'],
    patience: { interrupted: 300, terminated: 300 },
    sources: {
      'codicil/codicil': join(fixtures, 'reusable'),
      'codicil/measure': join(fixtures, 'action'),
    },
  })
})
afterAll(async () => {
  await runner.stop()
  await hub.stop()
})

interface Started {
  repo: HubRepository
  client: Octokit
  run: WorkflowRun
}

/** Dispatches a workflow in a repository of its own. */
async function start(
  workflow: string,
  files: Record<string, string> = {},
  inputs: Record<string, string> = {},
  owner = 'codicil',
): Promise<Started> {
  number += 1
  const repo = await hub.createRepository({
    owner,
    name: `ships-${number}`,
    files: { 'told.txt': 'main\n', '.github/workflows/codicil.yml': workflow, ...files },
  })
  const client = await installationClient(hub, repo)
  const dispatch = { ...repo.coordinates, workflow_id: 'codicil.yml', ref: 'main', inputs }
  await client.actions.createWorkflowDispatch(dispatch)
  return { repo, client, run: [...repo.record.runs.values()].at(-1) as WorkflowRun }
}

/** A workflow of one job with these steps, written as YAML flow or block. */
function steps(yaml: string, job = ''): string {
  const indented = yaml.trim().replaceAll('\n', '\n      ')
  return `on: workflow_dispatch\njobs:\n  one:\n    runs-on: ubuntu-latest\n    ${job}\n    steps:\n      ${indented}\n`
}

async function runSteps(yaml: string, job?: string): Promise<Started & { log: string }> {
  const started = await start(steps(yaml, job))
  await runner.idle()
  return { ...started, log: started.run.jobs.map((each) => each.log).join('') }
}

let evidence: Started

beforeAll(async () => {
  const caller = readFileSync(join(fixtures, 'caller.yml'), 'utf8')
  const inputs = { sha: 'refs/pull/1/head', request: 'r-1' }
  const waiting = await start(caller, {}, { ...inputs, sha: 'main' })
  await runner.idle()
  await waiting.repo.commitFiles('topic', { 'told.txt': 'topic\n' }, { author: 'alice' })
  await waiting.repo.openPullRequest({ from: 'topic', title: 'Topic', author: 'alice' })
  const dispatch = { ...waiting.repo.coordinates, workflow_id: 'codicil.yml', ref: 'main', inputs }
  await waiting.client.actions.createWorkflowDispatch(dispatch)
  await runner.idle()
  evidence = { ...waiting, run: [...waiting.repo.record.runs.values()].at(-1) as WorkflowRun }
})

test('a reusable workflow runs, and the run says which', async () => {
  const { client, repo, run } = evidence
  const { data } = await client.actions.getWorkflowRun({ ...repo.coordinates, run_id: run.id })
  expect(data).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    display_title: 'Evidence r-1',
    referenced_workflows: [
      { path: 'codicil/codicil/.github/workflows/measure.yml@v1', ref: 'refs/heads/v1' },
    ],
  })
})

test('a called workflow of another organisation gets no self-hosted runner', async () => {
  const caller = readFileSync(join(fixtures, 'caller.yml'), 'utf8')
  const { run } = await start(caller, {}, { sha: 'main', request: 'r-1' }, 'acme')
  await runner.idle()
  expect(run.conclusion).toBe('failure')
  expect(run.jobs[0]?.log).toMatch(/cannot be queued onto self-hosted runners across organizations/)
})

test('its jobs are named after caller and job, with the labels they asked for', async () => {
  const { client, repo, run } = evidence
  const { data } = await client.actions.listJobsForWorkflowRun({
    ...repo.coordinates,
    run_id: run.id,
  })
  expect(data.jobs.map(({ name, labels, conclusion }) => [name, labels, conclusion])).toEqual([
    ['evidence / diagnose', ['self-hosted', 'gpu'], 'success'],
    ['evidence / seal', ['ubuntu-latest'], 'success'],
  ])
})

test('the checkout is the pull request’s head, and no credentials are kept', () => {
  const [diagnose, seal] = evidence.run.jobs
  expect(diagnose?.log).toContain('no credentials kept')
  expect(seal?.log).toContain('sealed topic r-1 extra')
})

test('a called workflow can check out its own repository, which a folder stands for', () => {
  const [diagnose] = evidence.run.jobs
  const [{ sha } = { sha: '' }] = evidence.run.referencedWorkflows
  expect(diagnose?.log).toContain(`Copying codicil/codicil at ${sha}`)
})

test('the action uploads with the official client, and posts run after it', () => {
  const artifacts = [...evidence.repo.record.artifacts.values()]
  expect(artifacts.map(({ name, finalized }) => [name, finalized])).toContainEqual([
    'evidence-r-1',
    true,
  ])
  const [diagnose] = evidence.run.jobs
  expect(diagnose?.log).toMatch(/tidied .*measured\.txt/)
  expect(diagnose?.summary).toContain('## Measured')
  expect(diagnose?.steps.at(-2)?.name).toBe('Post codicil/measure@v1')
})

test('secrets are masked and annotations kept', () => {
  const [diagnose] = evidence.run.jobs
  expect(diagnose?.log).toContain('the password is ***')
  expect(diagnose?.annotations).toContainEqual({
    level: 'warning',
    message: 'one\ntwo',
    properties: { file: 'told.txt', line: '1' },
  })
})

test('the App hears that a run was requested, is in progress and completed', () => {
  const heard = hub.webhooks.deliveries
    .filter(({ event, payload }) => {
      const { id } = (payload.workflow_run ?? {}) as { id?: number }
      return event === 'workflow_run' && id === evidence.run.id
    })
    .map(({ action }) => action)
  expect(heard).toEqual(['requested', 'in_progress', 'completed'])
})

test('after a failed step only those that ask for it run, and the run failed', async () => {
  const { run } = await runSteps(`
- run: exit 3
- run: echo not
- { if: failure(), run: echo cleaning }
- { if: always(), run: echo closing }`)
  expect(run.conclusion).toBe('failure')
  expect(run.jobs[0]?.steps.slice(1, -1).map(({ conclusion }) => conclusion)).toEqual([
    'failure',
    'skipped',
    'success',
    'success',
  ])
  expect(run.jobs[0]?.annotations).toMatchObject([
    { message: 'Process completed with exit code 3.' },
  ])
})

test('continue-on-error forgives a step; its outcome still tells', async () => {
  const { run, log } = await runSteps(`
- { id: risky, run: exit 1, continue-on-error: true }
- run: echo "it was \${{ steps.risky.outcome }}, taken as \${{ steps.risky.conclusion }}"`)
  expect(run.conclusion).toBe('success')
  expect(log).toContain('it was failure, taken as success')
})

test('a step that runs out of time fails', async () => {
  const { run, log } = await runSteps('- { run: sleep 30, timeout-minutes: 0.005 }')
  expect(run.conclusion).toBe('failure')
  expect(log).toContain('The step has timed out.')
})

test('a cancelled run ends as cancelled, and runs what always runs', async () => {
  const workflow = steps('- run: sleep 30\n- { if: always(), run: echo closing }')
  const { client, repo, run } = await start(workflow)
  while (run.jobs[0]?.steps.length !== 2) await new Promise((resolve) => setTimeout(resolve, 20))
  await client.actions.cancelWorkflowRun({ ...repo.coordinates, run_id: run.id })
  await runner.idle()
  expect(run.conclusion).toBe('cancelled')
  expect(run.jobs[0]?.steps.map(({ conclusion }) => conclusion)).toContain('cancelled')
})

test('a job for another machine waits until the run is cancelled', async () => {
  const waits = steps('- run: echo never').replace('ubuntu-latest', '[self-hosted, tpu]')
  const { client, repo, run } = await start(waits)
  while (run.jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(run.status).toBe('queued')
  expect(run.jobs[0]).toMatchObject({ status: 'queued', labels: ['self-hosted', 'tpu'] })
  await client.actions.cancelWorkflowRun({ ...repo.coordinates, run_id: run.id })
  await runner.idle()
  expect(run).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
})

test('of one concurrency group one run works and one waits; a newer one replaces that', async () => {
  const workflow = `concurrency: one-at-a-time\n${steps('- run: sleep 1')}`
  const { client, repo } = await start(workflow)
  const again = { ...repo.coordinates, workflow_id: 'codicil.yml', ref: 'main' }
  await client.actions.createWorkflowDispatch(again)
  await client.actions.createWorkflowDispatch(again)
  await runner.idle()
  const runs = [...repo.record.runs.values()]
  expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'cancelled', 'success'])
  expect(runs[1]?.jobs).toEqual([])
})

test.each([
  ['an action that is nowhere', '- uses: nobody/nothing@v1', '', 'Unable to resolve'],
  ['a matrix', '- run: echo', 'strategy: { matrix: { a: [1, 2] } }', "'strategy'"],
  ['a container', '- run: echo', 'container: debian', "'container'"],
])('%s fails and says so', async (_, yaml, job, message) => {
  const { run, log } = await runSteps(yaml, job)
  expect(run.conclusion).toBe('failure')
  expect(log).toContain(message)
})

test('an action of a private repository is had within its organisation alone, without a checkout', async () => {
  const name = 'private-codicil'
  const files = {
    'action.yml': 'name: a\nruns: { using: node24, main: main.js }\n',
    'main.js': 'console.log("measured by a private copy")\n',
    '.github/workflows/measure.yml':
      'on: workflow_call\njobs:\n  measure:\n    runs-on: [self-hosted, gpu]\n    steps: [{ uses: $/ }]\n',
  }
  await hub.createRepository({ owner: 'acme', name, files, private: true, install: false })
  const caller = `on: workflow_dispatch
jobs: { one: { uses: acme/${name}/.github/workflows/measure.yml@main } }
`
  const own = await start(caller, {}, {}, 'acme')
  const checkout = `- { uses: actions/checkout@v5, with: { repository: acme/${name}, path: c } }`
  const copied = await start(steps(checkout), {}, {}, 'acme')
  const foreign = await start(steps(`- uses: acme/${name}@main`), {}, {}, 'umbrella')
  await runner.idle()
  expect(own.run).toMatchObject({ conclusion: 'success' })
  expect(own.run.jobs[0]?.log).toContain('measured by a private copy')
  expect(copied.run).toMatchObject({ conclusion: 'failure' })
  expect(copied.run.jobs[0]?.log).toMatch(/could not read Username|Authentication failed|not found/)
  expect(foreign.run.jobs[0]?.log).toContain(`Unable to resolve acme/${name}@main`)
})

test('a called workflow cannot have more permissions than its caller', async () => {
  const called =
    'on: workflow_call\npermissions: { contents: write }\njobs: { a: { runs-on: x, steps: [] } }\n'
  const caller = `on: workflow_dispatch
permissions: { contents: read }
jobs: { call: { uses: ./.github/workflows/called.yml } }
`
  const { run } = await start(caller, { '.github/workflows/called.yml': called })
  await runner.idle()
  expect(run.conclusion).toBe('failure')
  expect(run.jobs.at(-1)?.log).toContain("only allowed 'contents: read'")
})

test('a job’s token may do what the workflow says, and dies with the job', async () => {
  const script = `fetch(process.env.GITHUB_API_URL + '/repos/' + process.env.GITHUB_REPOSITORY + process.argv[1], {
    method: process.argv[2], body: process.argv[3], headers: { authorization: 'token ' + process.env.TOKEN },
  }).then((r) => console.log(process.argv[2], r.status))`
  const call = (...args: string[]) =>
    `"$NODE" -e "$SCRIPT" ${args.map((arg) => `'${arg}'`).join(' ')}`
  const workflow = `on: workflow_dispatch
permissions: { contents: read }
jobs:
  one:
    runs-on: ubuntu-latest
    env: { TOKEN: '\${{ github.token }}', NODE: '${process.execPath}' }
    steps:
      - env:
          SCRIPT: ${JSON.stringify(script)}
        run: |
          ${call('/contents/told.txt', 'GET')}
          ${call('/git/blobs', 'POST', '{"content":"x"}')}
`
  const { run } = await start(workflow)
  await runner.idle()
  expect(run.jobs[0]?.log).toContain('GET 200')
  expect(run.jobs[0]?.log).toContain('POST 403')
  expect(run.jobs[0]?.log).not.toContain('ghs_')
})

test("GitHub's own artifact actions pass a folder from one job to the next", async () => {
  const workflow = `on: workflow_dispatch
jobs:
  make:
    runs-on: ubuntu-latest
    steps:
      - run: mkdir -p out/in && echo figures > out/in/a.txt
      - { uses: actions/upload-artifact@v5, with: { name: figures, path: out, if-no-files-found: error } }
  take:
    needs: make
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/download-artifact@v5, with: { name: figures, path: got } }
      - run: cat got/in/a.txt
`
  const { run } = await start(workflow)
  await runner.idle()
  expect(run.jobs[1]?.log).toContain('\nfigures\n')
  expect(run.conclusion).toBe('success')
})

test('a sparse checkout of a branch has what was asked for', async () => {
  const yaml = `
- { uses: actions/checkout@v5, with: { ref: main, sparse-checkout: docs, fetch-depth: 0 } }
- run: ls; git config --get-regexp extraheader | cut -c1-24; git log --format=%s`
  const started = await start(steps(yaml), { 'docs/a.md': 'a\n', 'src/b.c': 'b\n' })
  await runner.idle()
  const log = started.run.jobs[0]?.log ?? ''
  expect(log).toContain('\ndocs\n')
  expect(log).not.toContain('\nsrc\n')
  expect(log).toContain('http.http')
})

test("GitHub's description has nothing against these answers", () => {
  const { wrong, inspected } = wrongAnswers(hub)
  expect(wrong).toEqual([])
  expect(inspected.responses).toBeGreaterThan(20)
})
