/**
 * The published caller workflow and the built Action, where GitHub answers as it does: it gives no
 * self-hosted runner to a foreign workflow, loses answers while its lists lag, ends a job over its time
 * limit by SIGINT, takes a log for a secret, keeps what is completed closed, cuts lists at 300.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { callerWorkflow, Stage } from '../../demo/stage.ts'
import type { PullRequest, WorkflowRun } from '../../demo/hub/model.ts'
import { label, specPath, Story } from '../app/loop.ts'

/** The commit of Codicil that the example names. */
const sha = '0'.repeat(40)

let stage: Stage
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-github-'))
  stage = await Stage.start({ trustedAction: `codicil/codicil@${sha}` })
}, 120_000)
afterAll(async () => {
  await stage.stop()
  await rm(folder, { recursive: true })
})

const settings = `specs:
  - { id: ships, path: ${specPath} }
diagnostics:
  latency: { run: "echo 'latency: 12.5 ms'", needs: cpu }
  patient: { run: bash patient.sh, needs: cpu }
runner: { labels: [self-hosted, gpu] }
isolation: none
`

/** A repository with the caller workflow, and a pull request whose second diagnostic waits for a file. */
async function begin(workflow: string, go: string) {
  const story = await Story.begin(stage.hub, {
    '.github/codicil.yml': settings,
    '.github/workflows/codicil.yml': workflow,
  })
  const script = `trap '' TERM; echo waiting; until [ -e ${join(folder, go)} ]; do sleep 0.05; done; echo 'count: 7'\n`
  const pull = await story.pullRequest('topic', { 'patient.sh': script })
  return { story, pull }
}

async function giveLabel({ repository }: Story, pull: PullRequest): Promise<void> {
  await repository.removeLabel(pull, label, 'alice')
  await repository.addLabel(pull, label, 'alice')
}

/** Until the second diagnostic of a story's newest run has begun. */
function waiting(story: Story): Promise<WorkflowRun> {
  return vi.waitFor(() => {
    const run = story.runs().at(-1)
    if (!run?.jobs[0]?.log.includes('  waiting\n')) throw new Error('It has not begun.')
    return run
  }, 20_000)
}

describe('one request after another of a repository', () => {
  let story: Story
  let pull: PullRequest
  beforeAll(async () => {
    ;({ story, pull } = await begin(await callerWorkflow(), 'go'))
  })

  it('a job over its time limit is cancelled, has uploaded, and push protection is said', async () => {
    const { hub, runner } = stage
    story.repository.forbid({ secret: /latency: 12\.5 ms/ })
    hub.world.filterLag = 3_600_000
    const path = new RegExp(`^/repos/${story.repository.fullName}/`)
    const match = { operation: 'actions/create-workflow-dispatch', path }
    hub.faults.add({ match, when: 'after', status: 'reset' })
    await giveLabel(story, pull)
    const run = await waiting(story)
    runner.expire(run)
    await stage.settle()
    expect(story.runs()).toEqual([run])
    expect(run).toMatchObject({ conclusion: 'cancelled', referencedWorkflows: [] })
    expect(run.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['diagnose', 'cancelled'],
      ['seal', 'skipped'],
    ])
    expect(run.jobs[0]?.log).toContain('SIGINT: stopping, and keeping what was measured.')
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/was refused by push protection/),
    ])
    expect(story.checks(pull.head.sha)).toMatchObject([{ status: 'completed' }])
  })

  it('the label again, the secret being allowed, is measured in a new run with a new check', async () => {
    story.repository.forbid({})
    await writeFile(join(folder, 'go'), '')
    await giveLabel(story, pull)
    await stage.settle()
    const run = story.runs().at(-1)
    expect(run?.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['diagnose', 'success'],
      ['seal / seal', 'success'],
    ])
    expect(story.runs()).toHaveLength(2)
    expect(story.checks(pull.head.sha)).toMatchObject([
      { status: 'completed' },
      { status: 'completed', conclusion: 'success' },
    ])
    expect(story.amendments()).toHaveLength(1)
    expect(story.comments(pull.number)).toEqual([expect.stringContaining('12.5')])
  })

  it('all jobs run again replace what was left, and only failed ones keep it; nothing is doubled', async () => {
    const run = story.runs().at(-1) as WorkflowRun
    const names = () =>
      [...story.record.artifacts.values()].filter((each) => each.run === run).map(({ id }) => id)
    const first = names()
    for (const failedOnly of [true, false]) {
      story.repository.rerun(run, 'alice', { failedOnly })
      await stage.settle()
      expect(run.conclusion).toBe('success')
    }
    expect(names()).toHaveLength(first.length)
    expect(names()).not.toEqual(first)
    expect(story.amendments()).toHaveLength(1)
    expect(story.comments(pull.number)).toHaveLength(1)
  })

  it('a base that moves brings an amendment of more files than a comparison lists up to it', async () => {
    const [amendment] = story.amendments()
    const { ref = '' } = amendment?.head ?? {}
    const many = Array.from({ length: 310 }, (_, n) => [`notes/${n}.md`, `${n}\n`])
    await story.repository.commitFiles(ref, Object.fromEntries(many) as Record<string, string>)
    const changed = `${String(await story.repository.file(specPath))}\nMore.\n`
    await story.repository.commitFiles('main', { [specPath]: changed })
    await stage.settle()
    expect(String(await story.repository.file(specPath, ref))).toContain('More.')
    expect(String(await story.repository.file('notes/309.md', ref))).toBe('309\n')
  })

  it('a squash of the amendment is known as its merge', async () => {
    const [amendment] = story.amendments()
    if (!amendment) throw new Error('There is no amendment.')
    amendment.draft = false
    await story.repository.mergePullRequest(amendment, 'alice', 'squash')
    await stage.settle()
    expect(await stage.request(story.repository, pull)).toMatchObject({ state: 'merged' })
    expect(String(await story.repository.file(specPath))).toContain('## 3. ')
  })
})

describe('the reusable workflow of another organisation', () => {
  it('gets no self-hosted runner, and the comment has the words of GitHub', async () => {
    const inputs = ['request', 'pull-request', 'sha', 'base', 'runner']
    const given = inputs.map((name) => `      ${name}: \${{ inputs.${name} }}\n`).join('')
    const [head = ''] = (await callerWorkflow()).split('\njobs:\n')
    const uses = `codicil/codicil/.github/workflows/gpu-evidence.yml@${sha}`
    const { story, pull } = await begin(
      `${head}\njobs:\n  evidence:\n    uses: ${uses}\n    with:\n${given}`,
      'go',
    )
    await giveLabel(story, pull)
    await stage.settle()
    expect(story.amendments()).toEqual([])
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/cannot be queued onto self-hosted runners across organizations/),
    ])
  })
})

describe('a workflow with an Action of another commit than the one that counts', () => {
  it('has measured in vain, and the comment says what ran and what should', async () => {
    const { story, pull } = await begin(
      (await callerWorkflow()).replaceAll(sha, '1'.repeat(40)),
      'go',
    )
    await giveLabel(story, pull)
    await stage.settle()
    expect(story.runs()).toMatchObject([{ conclusion: 'success' }])
    expect(story.amendments()).toEqual([])
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(
        /job diagnose runs `codicil\/codicil@1{40}` and not `codicil\/codicil@0{40}`/,
      ),
    ])
  })
})
