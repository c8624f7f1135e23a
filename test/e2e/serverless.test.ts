/**
 * The whole loop without a server: the example workflow as it is, carried out by the stand-in's
 * runner, with the built Action in both of its modes, real HTTP and real git.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub, type HubRepository } from '../../demo/hub/index.ts'
import type { PullRequest } from '../../demo/hub/model.ts'
import { startRunner, type StandInRunner } from '../../demo/hub/runner.ts'
import { checkContract } from '../contract/check.ts'
import { dist } from '../kernels-runner/dist.ts'
import { createRepository, lattice, openPullRequest } from './repository.ts'

const root = join(dist, '..')
const label = 'needs-gpu-evidence'
let hub: Hub
let runner: StandInRunner
let folder: string
let repository: HubRepository
let pull: PullRequest
const example = await readFile(join(root, '.github/codicil-serverless.example.yml'), 'utf8')

/** In mode amend a Node that starts no process, loads no native code and opens no worker. */
const confinedNode = `#!${process.execPath} --no-warnings
const amends = process.env.INPUT_MODE === 'amend'
const flags = ['--permission', '--allow-fs-read=*', '--allow-fs-write=${tmpdir()}/*']
const { execPath, argv, env } = process
process.execve(execPath, [execPath, ...(amends ? flags : []), ...argv.slice(2)], env)
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-serverless-'))
  const node = join(folder, 'node')
  await writeFile(node, confinedNode)
  await chmod(node, 0o755)
  hub = await startHub({ app: { slug: 'github-actions' } })
  runner = startRunner(hub, { sources: { 'codicil/codicil': root }, node })
  repository = await createRepository({ hub }, lattice, example)
  pull = await openPullRequest(repository, lattice)
  // What the pull request says of the workflow counts for nothing.
  const hostile = example.replaceAll(/^ {6}- name: .*$/gm, '      - run: echo HOSTILE')
  await repository.commitFiles('topic', { '.github/workflows/codicil.yml': hostile })
  await repository.addLabel(pull, label, 'ada')
  await runner.idle()
}, 240_000)
afterAll(async () => {
  await runner.stop()
  await hub.stop()
  await rm(folder, { recursive: true })
})

const runs = () => [...repository.record.runs.values()]
const amendments = () =>
  [...repository.record.pulls.values()].filter(({ author }) => author === hub.world.app.bot)
const everything = () => ({
  pulls: repository.record.pulls.size,
  comments: repository.record.comments.size,
  checks: repository.record.checks.size,
  measured: runs().filter(({ event }) => event === 'workflow_dispatch').length,
})

describe('a label in a repository without the App', () => {
  it('starts one run, whose evidence becomes one amendment, comment and check', () => {
    expect(everything()).toEqual({ pulls: 2, comments: 1, checks: 1, measured: 1 })
    const jobs = runs().flatMap(({ event, jobs: ofRun }) =>
      ofRun
        .filter(({ conclusion }) => conclusion !== 'skipped')
        .map(({ name, conclusion }) => [event, name, conclusion]),
    )
    expect(jobs).toEqual([
      ['pull_request_target', 'amend', 'success'],
      ['workflow_dispatch', 'diagnose', 'success'],
      ['workflow_dispatch', 'amend', 'success'],
    ])
    const [amendment] = amendments()
    expect(amendment).toMatchObject({
      draft: true,
      head: { ref: 'docs/spec-8-tiling-claims-mixed' },
    })
    expect(amendment?.title).toMatch(/^docs\(lattice-num\): §8 — .* — v1\.4\.0 → v1\.5\.0$/)
    const [comment] = repository.comments(pull)
    expect(comment?.body).toContain(`/pull/${amendment?.number}`)
    const [check] = repository.record.checks.values()
    expect(check).toMatchObject({ headSha: pull.head.sha, status: 'completed' })
  })

  it('runs no workflow of the pull request, and gives its code no token that writes', () => {
    const logs = runs().flatMap(({ jobs }) => jobs.map(({ log }) => log))
    expect(logs.join('\n')).not.toContain('HOSTILE')
    const writers = hub.requests.filter(
      ({ method, identity }) => method !== 'GET' && identity.startsWith('job of run'),
    )
    expect(writers.length).toBeGreaterThan(5)
  })

  it('does nothing more when it is given again', async () => {
    const before = everything()
    await repository.removeLabel(pull, label, 'ada')
    await repository.addLabel(pull, label, 'ada')
    await runner.idle()
    expect(everything()).toEqual(before)
  }, 120_000)

  it('goes stale with a push, and the amendment leaves draft when the pull request is merged', async () => {
    const measured = pull.head.sha
    await repository.push('topic', { '.github/workflows/codicil.yml': example }, 'ada')
    await runner.idle()
    expect(repository.comments(pull)).toMatchObject([{ body: expect.stringContaining('Stale') }])
    expect(amendments()).toMatchObject([{ draft: true }])
    await repository.mergePullRequest(pull, 'ada')
    await runner.idle()
    expect(amendments()).toMatchObject([{ draft: false, state: 'open' }])
    expect(everything()).toEqual({ pulls: 2, comments: 1, checks: 1, measured: 1 })
    expect([...repository.record.checks.values()]).toMatchObject([{ headSha: measured }])
  }, 180_000)

  it('makes only calls that GitHub describes', () => {
    const { violations, inspected } = checkContract(hub.requests)
    expect(violations).toEqual([])
    expect(inspected.requests).toBeGreaterThan(40)
  })
})
