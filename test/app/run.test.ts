import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Loop, settingsText } from './loop.ts'
import { zipOf } from './zip.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

describe('a run that ended', () => {
  it('well leaves a verified bundle, and an amendment', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run)
    await loop.idle()
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({
      state: 'drafted',
      verification: {
        repositoryId: story.record.id,
        workflow: '.github/workflows/codicil.yml',
        event: 'workflow_dispatch',
        branch: 'main',
        actor: 'codicil[bot]',
        runId: run.id,
        attempt: 1,
        artifact: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    })
    expect(story.amendments()).toHaveLength(1)
  })

  it.each([
    [
      'cancelled',
      { conclusion: 'cancelled', artifact: null },
      /The run was cancelled, or its job ran over its time limit.*job diagnose: cancelled/s,
    ],
    ['without an artifact', { conclusion: 'failure', artifact: null }, /left no artifact/],
    [
      'with an artifact of another name',
      { name: 'logs', conclusion: 'failure' },
      /left no artifact/,
    ],
  ] as const)('%s gives a reply and a check, and no amendment', async (_, end, reply) => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, end)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(reply)])
    expect(story.checks(pull.head.sha)).toMatchObject([
      { status: 'completed', conclusion: 'neutral', output: { title: 'The run left no evidence' } },
    ])
    expect(story.amendments()).toEqual([])
  })

  it('with a failure is still read, if it left a bundle', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    await story.end(run, { conclusion: 'failure' })
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
  })

  it('without evidence counts when it is run again', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    await story.end(run, { conclusion: 'cancelled', artifact: null })
    await loop.idle()
    run.attempt = 2
    run.pastJobs.push([])
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
  })

  it('before its id was recorded is adopted by the name that only our App can give', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const request = await story.request(pull.number, pull.head.sha)
    const id = request?.id ?? ''
    await loop.put(id, { state: 'intended', run: null, dispatchedAt: null })
    await story.end(run)
    await loop.idle()
    expect(await loop.app.store.find(id)).toMatchObject({ state: 'drafted', run: { id: run.id } })
  })

  it('whose delivery was lost is found by looking for it', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { webhook: false })
    await loop.idle()
    expect(story.amendments()).toEqual([])
    await story.lookAtRun(pull)
    expect(story.amendments()).toHaveLength(1)
  })

  it.each([
    ['by a person', 'actor', { login: 'mallory', type: 'User', id: 1 }],
    ['on another branch', 'ref', 'refs/heads/main-evil'],
    ['by a push', 'event', 'push'],
    [
      'of another workflow',
      'workflow',
      { id: 1, path: '.github/workflows/codicil.yaml', name: 'Codicil', createdAt: new Date() },
    ],
  ])('that was started %s is ignored', async (_, field, value) => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const before = story.comments(pull.number)
    Object.assign(run, { [field]: value })
    await story.end(run, { webhook: false })
    await story.lookAtRun(pull)
    expect(story.amendments()).toEqual([])
    expect(story.comments(pull.number)).toEqual(before)
  })

  it('of a workflow of somebody else costs no call', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    await loop.idle()
    const before = loop.hub.requests.length
    const foreign = { ...run, id: 424_242, inputs: {} }
    story.record.runs.set(foreign.id, foreign)
    await story.announce(foreign)
    await loop.idle()
    expect(loop.hub.requests.slice(before)).toEqual([])
  })
})

describe('the artifact of a run', () => {
  it('is fetched without sending our token to the host where it lies', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
    expect(loop.hub.blobs.leakedTokens).toEqual([])
  })

  it('that is gone is reported', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    loop.hub.faults.add({
      match: { operation: 'actions/download-artifact' },
      when: 'before',
      status: 410,
    })
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/is gone/)])
  })

  it('is not followed to a third host', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    loop.hub.faults.add({
      match: { path: /^\/actions-results\// },
      when: 'before',
      status: 302,
      headers: { location: `${loop.hub.url}/elsewhere` },
    })
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/not followed/)])
    expect(loop.hub.requests.some(({ path }) => path === '/elsewhere')).toBe(false)
  })

  it('with another digest than the one it was uploaded with is refused', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { digest: `sha256:${'0'.repeat(64)}` })
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/arrived as/)])
    expect(story.amendments()).toEqual([])
  })

  it.each([
    ['not a zip', async () => Buffer.from('<html>'), /cannot be read as a zip/],
    ['a zip without a bundle', () => zipOf({ 'a.txt': Buffer.from('a') }), /not used/],
  ])('that is %s is refused visibly', async (_, archive, reply) => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { artifact: await archive() })
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(reply)])
    expect(story.amendments()).toEqual([])
  })

  it.each([
    ['another request', { request: 'ev-000000000000000000000000' }],
    ['another commit', { sha: '0'.repeat(40) }],
    ['another pull request', { pullRequest: 4242 }],
    ['another repository', { repository: { id: 1, name: 'evil/ships' } }],
    ['another run', { run: { id: 1, attempt: 1 } }],
    ['another attempt', { run: { id: -1, attempt: 7 } }],
    ['other settings', { settings: `${settingsText}# changed\n` }],
  ])('that claims %s is refused visibly', async (_, claims) => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const claimedRun = 'run' in claims && claims.run?.id === -1 ? { id: run.id, attempt: 7 } : null
    await story.end(run, { claims: { ...claims, ...(claimedRun && { run: claimedRun }) } })
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/The evidence was not used.*the bundle says/s),
    ])
    expect(story.checks(pull.head.sha)).toMatchObject([{ conclusion: 'neutral' }])
    expect(story.amendments()).toEqual([])
  })
})
