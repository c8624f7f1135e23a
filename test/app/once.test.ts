/** `mode: amend` beside the App: the same story told twice, on two stand-ins that give the same ids. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import type { PullRequest, WorkflowRun } from '../../demo/hub/model.ts'
import { pullPayload } from '../../demo/hub/payloads.ts'
import { amendJob } from './job.ts'
import { label, Loop, Story, type RunEnd } from './loop.ts'

/** One clock, one name of the App and one port, so that nothing differs but who does the work. */
const at = new Date('2026-03-02T00:00:00Z')
const same = { now: () => at, app: { slug: 'github-actions' } }

/** What people see. */
async function seen(story: Story, pull: PullRequest) {
  const [amendment, ...others] = story.amendments()
  const { git, checks } = story.record
  const commit = amendment && (await git.commit(amendment.head.sha))
  return {
    // The App signs the parts of its comment; a job has no secret of its own, and sums them only.
    comments: story.comments(pull.number).map((text) => text.replaceAll(/ sum=\w+/g, '')),
    checks: [...checks.values()].map((check) => ({ ...check, id: 0, suiteId: 0 })),
    others,
    amendment: amendment && {
      title: amendment.title,
      body: amendment.body,
      branch: amendment.head.ref,
      draft: amendment.draft,
      // Git's name of every byte of every file.
      tree: commit?.tree,
      message: commit?.message,
      parents: commit?.parents,
    },
  }
}

/** Goes on with ids from here, so that both stand-ins give the same. */
function goOnFrom({ world }: Hub, id: number): void {
  while (world.nextId() < id);
}

const ends: [string, RunEnd][] = [
  ['that measured', {}],
  ['that left no bundle', { artifact: null, conclusion: 'failure' }],
  ['whose bundle is of another commit', { claims: { sha: '0'.repeat(40) } }],
]

/** Who does the work: after the label, and after the end of the job that measures. */
interface Teller {
  hub: Hub
  labelled(story: Story, pull: PullRequest): Promise<void>
  ended(story: Story, run: WorkflowRun): Promise<void>
  pushed(story: Story, pull: PullRequest): Promise<void>
}

type Told = Record<'begun' | 'done' | 'stale', Awaited<ReturnType<typeof seen>>> & {
  again: { comments: string[] }
}

async function tellAll({ hub, labelled, ended, pushed }: Teller): Promise<Told[]> {
  const told: Told[] = []
  for (const [index, [, end]] of ends.entries()) {
    const first = (index + 1) * 100_000
    goOnFrom(hub, first)
    const story = await Story.begin(hub, {}, `ships-${index}`)
    const pull = await story.pullRequest()
    goOnFrom(hub, first + 20_000)
    await story.repository.addLabel(pull, label, 'alice')
    await labelled(story, pull)
    const begun = await seen(story, pull)
    const run = story.runs().at(-1)
    if (!run) throw new Error(`No run was started: ${begun.comments.join()}`)
    goOnFrom(hub, first + 30_000)
    await story.end(run, { ...end, webhook: false })
    await ended(story, run)
    const done = await seen(story, pull)
    await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await pushed(story, pull)
    const stale = await seen(story, pull)
    goOnFrom(hub, first + 40_000)
    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await labelled(story, pull)
    const again = await seen(story, pull)
    // Whoever does the work, GitHub numbers the second run by what was made before.
    const runs = RegExp(`\\b${story.runs().at(-1)?.id}\\b`, 'g')
    const comments = again.comments.map((text) => text.replaceAll(runs, '…'))
    told.push({ begun, done, stale, again: { comments } })
  }
  return told
}

async function byApp(): Promise<{ told: Told[]; port: number }> {
  const loop = await Loop.start({}, same)
  const { hub } = loop
  try {
    const told = await tellAll({
      hub,
      labelled: () => loop.idle(),
      async ended(story, run) {
        await story.announce(run)
        await loop.idle()
      },
      pushed: () => loop.idle(),
    })
    return { told, port: Number(new URL(hub.url).port) }
  } finally {
    await loop.stop()
  }
}

async function byAction(port: number): Promise<Told[]> {
  const hub = await startHub({ ...same, port })
  const amend = async (story: Story, event: string, payload: unknown, run: WorkflowRun) => {
    const end = await amendJob({ hub, repository: story.record }, event, payload, run)
    expect(end).toMatchObject({ code: 0 })
  }
  try {
    return await tellAll({
      hub,
      async labelled(story, pull) {
        const named = { label: hub.world.label(story.record, label) }
        const alice = hub.world.user('alice')
        const payload = await pullPayload(hub.stage, pull, 'labeled', alice, named)
        await amend(story, 'pull_request_target', payload, triggered(story))
      },
      async ended(story, run) {
        const { conclusion } = run
        stillAmending(run)
        await amend(story, 'workflow_dispatch', { inputs: run.inputs }, run)
        Object.assign(run, { status: 'completed', conclusion })
        Object.assign(run.jobs.at(-1) ?? {}, { status: 'completed', conclusion: 'success' })
      },
      async pushed(story, pull) {
        const alice = hub.world.user('alice')
        const payload = await pullPayload(hub.stage, pull, 'synchronize', alice)
        await amend(story, 'pull_request_target', payload, triggered(story))
      },
    })
  } finally {
    await hub.stop()
  }
}

/** The run of the event; the stand-in has none without such a workflow, and asks for no more of it. */
function triggered({ record }: Story): WorkflowRun {
  return { id: 1, repository: record } as WorkflowRun
}

/** The run goes on with the job that amends, after the one that measured. */
function stillAmending(run: WorkflowRun): void {
  const [measured] = run.jobs
  if (!measured) throw new Error('Nothing was measured.')
  run.jobs.push({ ...measured, name: 'amend', status: 'in_progress', conclusion: null })
  run.status = 'in_progress'
  run.conclusion = null
}

let app: Told[]
let action: Told[]
beforeAll(async () => {
  const first = await byApp()
  app = first.told
  action = await byAction(first.port)
}, 240_000)

describe.each(ends.map(([name], index) => [name, index] as const))(
  'after a run %s',
  (name, index) => {
    it('the Action says byte for byte what the App says', () => {
      const { begun, done } = app[index] ?? {}
      expect(begun).toMatchObject({ comments: [expect.any(String)], checks: [{}] })
      expect(done?.checks).toMatchObject([{ status: 'completed' }])
      expect(Boolean(done?.amendment)).toBe(name === 'that measured')
      expect(app[index]?.stale.comments).toEqual([expect.stringContaining('Stale')])
      expect(app[index]?.again.comments).toEqual([expect.stringContaining('Earlier requests')])
      expect(action[index]).toEqual(app[index])
    })
  },
)

describe('a job in mode amend', () => {
  let hub: Hub
  beforeAll(async () => {
    hub = await startHub(same)
  })
  afterAll(() => hub.stop())

  it.each([
    [
      'pull_request',
      { pull_request: { number: 1, head: { sha: '0'.repeat(40) } } },
      /pull_request tells/,
    ],
    [
      'workflow_dispatch',
      {
        inputs: {
          request: 'ev-000000000000000000000000',
          'pull-request': '1',
          sha: '0'.repeat(40),
        },
      },
      /do not belong together/,
    ],
    ['workflow_run', { workflow_run: { display_title: 'codicil' } }, /do not belong together/],
  ])(
    'fails at the event %s that tells of no request, and says why',
    async (event, payload, why) => {
      const story = await Story.begin(hub)
      const before = hub.requests.length
      const end = await amendJob(
        { hub, repository: story.record },
        event,
        payload,
        triggered(story),
      )
      expect(end).toMatchObject({ code: 1, log: expect.stringMatching(why) })
      expect(hub.requests.length).toBe(before)
    },
  )
})
