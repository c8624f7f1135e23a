import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '../../app/github/steps.ts'
import { label, Loop, settingsText, specPath, type LoopStory } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

/** Labels a new pull request and waits for what comes of it. */
async function labelled(story: LoopStory, by = 'alice', name = label, branch = 'topic') {
  const pull = await story.pullRequest(branch)
  await story.repository.addLabel(pull, name, by)
  await loop.idle()
  return pull
}

/** What a label has led to. */
const outcome = (story: LoopStory, number: number) => ({
  runs: story.runs().length,
  comments: story.comments(number),
})
const refusal = (text: RegExp) => ({ runs: 0, comments: [expect.stringMatching(text)] })

describe('the gate', () => {
  it('lets a person with write access start one run, with the request in its name', async () => {
    const story = await loop.repository()
    const pull = await labelled(story)
    const [run, ...others] = story.runs()
    expect(others).toEqual([])
    const request = await story.request(pull.number, pull.head.sha)
    expect(run?.displayTitle).toContain(request?.id)
    expect(run?.inputs).toEqual({
      request: request?.id,
      'pull-request': String(pull.number),
      sha: pull.head.sha,
      base: await story.repository.tip(),
      runner: '["self-hosted","gpu"]',
    })
    expect(request).toMatchObject({ state: 'dispatched', sender: 'alice', run: { id: run?.id } })
  })

  it('says that evidence is being collected, in one comment and one check', async () => {
    const story = await loop.repository()
    const pull = await labelled(story)
    expect(story.comments(pull.number)).toEqual([
      expect.stringContaining('**Evidence is being collected** for'),
    ])
    expect(story.checks(pull.head.sha)).toMatchObject([
      { name: 'Codicil evidence', status: 'in_progress', conclusion: null },
    ])
  })

  it.each(['write', 'maintain', 'admin'] as const)('lets %s access pass', async (role) => {
    const story = await loop.repository()
    story.repository.setPermission('bob', role)
    await labelled(story, 'bob')
    expect(story.runs()).toHaveLength(1)
  })

  it.each(['triage', 'read'] as const)('refuses %s access and says who may', async (role) => {
    const story = await loop.repository()
    story.repository.setPermission('bob', role)
    const pull = await labelled(story, 'bob')
    expect(outcome(story, pull.number)).toEqual(
      refusal(/bob may not.*write, maintain or admin access/s),
    )
    expect(story.checks(pull.head.sha)).toEqual([])
  })

  it('refuses a bot', async () => {
    const story = await loop.repository()
    const pull = await labelled(story, 'helper[bot]')
    expect(outcome(story, pull.number)).toEqual(refusal(/is a bot/))
  })

  it('lets who may give the label after one who may not', async () => {
    const story = await loop.repository()
    story.repository.setPermission('bob', 'triage')
    const pull = await labelled(story, 'bob')
    await story.repository.removeLabel(pull, label, 'bob')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/being collected.*asked for by alice/s),
    ])
  })

  it('ignores other labels without a word', async () => {
    const story = await loop.repository()
    const pull = await labelled(story, 'alice', 'documentation')
    expect(story.runs()).toEqual([])
    expect(story.comments(pull.number)).toEqual([])
  })

  it('starts nothing new for the same label on the same commit', async () => {
    const story = await loop.repository()
    const pull = await labelled(story)
    // Before it has begun, taking the label off would call it off, if that is seen.
    for (const run of story.runs()) run.status = 'in_progress'
    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
    expect(story.comments(pull.number)).toEqual([
      expect.stringContaining('alice asked again: this commit is being measured already.'),
    ])
    expect(story.checks(pull.head.sha)).toHaveLength(1)
  })

  it('answers the label on a commit that was measured with what can be done', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    const again = async (who: string) => {
      await story.repository.removeLabel(pull, label, who)
      await story.repository.addLabel(pull, label, who)
      await loop.idle()
    }
    story.repository.setPermission('tom', 'triage')
    const before = story.comments(pull.number)
    await again('tom')
    expect(story.comments(pull.number)).toEqual(before)
    await again('alice')
    expect(story.runs()).toHaveLength(1)
    expect(story.amendments()).toHaveLength(1)
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(
        /alice asked again: this commit was measured.*push a commit .* and give the label to that/s,
      ),
    ])
  })

  it('starts nothing for an old signed delivery that is sent again under a new id', async () => {
    const story = await loop.repository()
    const pull = await labelled(story)
    const old = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await story.repository.removeLabel(pull, label, 'alice')
    await loop.idle()
    loop.hub.webhooks.send('pull_request', old?.payload ?? {})
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
    expect(story.comments(pull.number)).toHaveLength(1)
  })

  it('asks for the label again where the head has moved since it was given', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    const { webhooks } = loop.hub
    webhooks.connect(undefined)
    await story.repository.addLabel(pull, label, 'alice')
    await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await loop.hub.settled()
    webhooks.connect(loop.app.webhookUrl)
    const late = webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    webhooks.redeliver(late?.guid ?? '')
    await loop.idle()
    expect(outcome(story, pull.number)).toEqual(refusal(/has changed since evidence was asked for/))
  })

  it('refuses a commit that is not the head of the pull request, wherever it comes from', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    const fork = await story.repository.fork('mallory')
    const foreign = await fork.commitFiles('evil', { 'a.txt': 'evil\n' }, { author: 'mallory' })
    await story.repository.addLabel(pull, label, 'mallory')
    await loop.idle()
    const delivery = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    const alice = loop.hub.world.user('alice')
    loop.hub.webhooks.send('pull_request', {
      ...delivery?.payload,
      sender: { ...(delivery?.payload['sender'] as object), id: alice.id, login: 'alice' },
      pull_request: {
        ...(delivery?.payload['pull_request'] as object),
        head: { sha: foreign },
      },
    })
    await loop.idle()
    expect(story.runs()).toEqual([])
    expect(await story.request(pull.number, foreign)).toMatchObject({
      state: 'refused',
      problem: { code: 'head-moved' },
    })
  })

  it('refuses a closed pull request', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    await story.repository.closePullRequest(pull, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(outcome(story, pull.number)).toEqual(refusal(/this one is closed/))
  })

  it('refuses a pull request whose repository is gone', async () => {
    const story = await loop.repository()
    const fork = await story.repository.fork('bob')
    await fork.commitFiles('topic', { 'a.txt': 'b\n' }, { author: 'bob' })
    const pull = await story.repository.openPullRequest({
      from: 'topic',
      fork,
      title: 'From a fork',
      author: 'bob',
    })
    await fork.delete()
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(outcome(story, pull.number)).toEqual(refusal(/comes from is gone/))
  })

  it.each([
    ['takes a pull request from a fork', settingsText, 1],
    ['refuses one where the settings forbid forks', `${settingsText}forks: false\n`, 0],
  ])('%s', async (_, settings, runs) => {
    const story = await loop.repository({ '.github/codicil.yml': settings })
    const fork = await story.repository.fork('carol')
    const sha = await fork.commitFiles('topic', { 'a.txt': 'c\n' }, { author: 'carol' })
    const pull = await story.repository.openPullRequest({
      from: 'topic',
      fork,
      title: 'From a fork',
      author: 'carol',
    })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs().map(({ inputs }) => inputs.sha)).toEqual(runs === 1 ? [sha] : [])
    expect(story.checks(sha)).toHaveLength(runs)
    const [comment] = story.comments(pull.number)
    expect(comment?.includes('comes from a fork')).toBe(runs === 0)
  })

  it('ignores the amendments of our App', async () => {
    const story = await loop.repository()
    const { amendment } = await story.drafted()
    await story.repository.addLabel(amendment, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
    expect(story.comments(amendment.number)).toEqual([])
  })

  it('says what is wrong with the settings, line by line', async () => {
    const story = await loop.repository({ '.github/codicil.yml': 'specs: []\nlabels: x\n' })
    const pull = await labelled(story)
    expect(outcome(story, pull.number)).toEqual(refusal(/cannot be used.*codicil\.yml:2:1/s))
  })

  it('says that there are no settings', async () => {
    const story = await loop.repository({ '.github/codicil.yml': null })
    const pull = await labelled(story)
    expect(outcome(story, pull.number)).toEqual(refusal(/There is no .*codicil\.yml/))
  })

  it('does not follow a link to other settings', async () => {
    const story = await loop.repository({ '.github/codicil.yml': null })
    await story.repository.commitFiles('main', {
      'other.yml': settingsText,
      '.github/codicil.yml': { link: '../other.yml' },
    })
    const pull = await labelled(story)
    expect(outcome(story, pull.number)).toEqual(refusal(/symbolic link/))
  })

  it("counts the default branch's settings and flags that the pull request changes them", async () => {
    const story = await loop.repository()
    const changed = settingsText.replace('[self-hosted, gpu]', '[somewhere-else]')
    const pull = await story.pullRequest('topic', { '.github/codicil.yml': changed })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toMatchObject([{ inputs: { runner: '["self-hosted","gpu"]' } }])
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/changes the settings; those of the default branch were used/),
    ])
  })

  it('uses the label that the settings name', async () => {
    const story = await loop.repository({
      '.github/codicil.yml': `${settingsText}label: measure this\n`,
    })
    const pull = await labelled(story)
    expect(story.comments(pull.number)).toEqual([])
    await story.repository.addLabel(pull, 'measure this', 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
  })

  it('says that the workflow is missing, and goes on when it is there', async () => {
    const path = '.github/workflows/codicil.yml'
    const story = await loop.repository({ [path]: null })
    const pull = await labelled(story)
    expect(outcome(story, pull.number)).toEqual(refusal(/did not start codicil\.yml/))
    const whole = await loop.repository()
    const workflow = await whole.repository.file(path)
    await story.repository.commitFiles('main', { [path]: String(workflow) })
    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
  })

  it('asks GitHub for tokens of that repository only, each with the permissions of its step', async () => {
    const story = await loop.repository()
    await labelled(story)
    const asked = loop.hub.requests.filter(
      ({ operation, body }) =>
        operation === 'apps/create-installation-access-token' &&
        JSON.stringify(body).includes(String(story.record.id)),
    )
    const { read, run, say } = permissions
    const tokens = [read, run, say].map((one) => ({
      repository_ids: [story.record.id],
      permissions: one,
    }))
    expect(asked).toHaveLength(tokens.length)
    expect(asked.map(({ body }) => body)).toEqual(expect.arrayContaining(tokens))
  })

  it('gets no token where installation and repository do not belong together', async () => {
    const story = await loop.repository()
    const stranger = await loop.hub.createRepository({ owner: 'elsewhere', name: 'ships' })
    const pull = await story.pullRequest()
    await story.repository.addLabel(pull, 'not ours', 'alice')
    await loop.idle()
    const delivery = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    const before = loop.hub.requests.length
    loop.hub.webhooks.send('pull_request', {
      ...delivery?.payload,
      repository: { ...(delivery?.payload['repository'] as object), id: stranger.record.id },
    })
    await loop.idle()
    const calls = loop.hub.requests.slice(before)
    expect(calls.map(({ operation, response }) => [operation, response.status])).toEqual([
      ['apps/create-installation-access-token', 422],
    ])
  })

  it('leaves the spec alone until there is evidence', async () => {
    const story = await loop.repository()
    const before = await story.repository.file(specPath)
    await labelled(story)
    expect(await story.repository.file(specPath)).toEqual(before)
    expect(story.amendments()).toEqual([])
  })
})
