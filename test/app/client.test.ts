import { pino } from 'pino'
import { Probot } from 'probot'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OpenRepository } from '../../app/github/client.ts'
import { octokitClass, repositoryOpener } from '../../app/github/installation.ts'
import { RetryLater } from '../../app/errors.ts'
import { startHub, type Hub, type HubRepository } from '../../demo/hub/index.ts'

let hub: Hub
let repository: HubRepository
let installationId: number
beforeAll(async () => {
  hub = await startHub()
  repository = await hub.createRepository({ owner: 'acme', name: 'ships' })
  installationId = repository.install().id
})
afterAll(() => hub.stop())
afterEach(() => hub.faults.clear())

async function door(
  pacing: 'github' | 'none' = 'none',
  now = () => new Date(),
): Promise<OpenRepository> {
  const probot = new Probot({
    appId: hub.app.id,
    privateKey: hub.app.privateKey,
    secret: hub.app.webhookSecret,
    log: pino({ level: 'silent' }),
    Octokit: octokitClass({ apiUrl: hub.url, pacing }),
  })
  return repositoryOpener(await probot.auth(), now)
}

const open = async (pacing: 'github' | 'none' = 'none') =>
  (await door(pacing))(installationId, repository.record.id)

const calls = (operation: string) =>
  hub.requests.filter((request) => request.operation === operation).length

const settings = { owner: 'acme', repo: 'ships' }

describe('the door to the API', () => {
  it('makes a token for the repository alone, once for many openings', async () => {
    const before = calls('apps/create-installation-access-token')
    const enter = await door()
    await enter(installationId, repository.record.id)
    await enter(installationId, repository.record.id)
    expect(calls('apps/create-installation-access-token') - before).toBe(1)
  })

  it('makes another token before the first one expires', async () => {
    const before = calls('apps/create-installation-access-token')
    let time = Date.now()
    const enter = await door('none', () => new Date(time))
    await enter(installationId, repository.record.id)
    time += 50 * 60_000
    const { octokit } = await enter(installationId, repository.record.id)
    await octokit.rest.git.getRef({ ...settings, ref: 'heads/main' })
    expect(calls('apps/create-installation-access-token') - before).toBe(2)
  })

  it('makes another token when the first one was revoked', async () => {
    const enter = await door()
    await enter(installationId, repository.record.id)
    hub.stage.credentials.revokeInstallation(repository.install())
    const { octokit } = await enter(installationId, repository.record.id)
    const { data } = await octokit.rest.git.getRef({ ...settings, ref: 'heads/main' })
    expect(data.object.sha).toBe(await repository.tip())
  })

  it('follows a repository that was renamed', async () => {
    repository.rename('vessels')
    const opened = await open()
    repository.rename('ships')
    expect(opened).toMatchObject({ owner: 'acme', repo: 'vessels', id: repository.record.id })
  })

  it('is closed where the App is not installed', async () => {
    const other = await hub.createRepository({ owner: 'else', name: 'where', install: false })
    const enter = await door()
    await expect(enter(installationId, other.record.id)).rejects.toMatchObject({
      code: 'not-installed',
    })
  })

  it('repeats a read that failed', async () => {
    const { octokit } = await open()
    hub.faults.add({ match: { operation: 'git/get-ref' }, when: 'before', status: 502 })
    const { data } = await octokit.rest.git.getRef({ ...settings, ref: 'heads/main' })
    expect(data.object.sha).toBe(await repository.tip())
  })

  it('does not repeat a write that failed, because it may have taken effect', async () => {
    const { octokit } = await open()
    const before = calls('git/create-ref')
    const sha = (await repository.tip()) ?? ''
    hub.faults.add({ match: { operation: 'git/create-ref' }, when: 'after', status: 502 })
    await expect(
      octokit.rest.git.createRef({ ...settings, ref: 'refs/heads/once', sha }),
    ).rejects.toMatchObject({ status: 502 })
    expect(calls('git/create-ref') - before).toBe(1)
  })

  it('sits out a short limit', async () => {
    const { octokit } = await open('github')
    hub.faults.add({
      match: { operation: 'git/get-ref' },
      when: 'before',
      status: 403,
      headers: { 'retry-after': '1' },
    })
    const { data } = await octokit.rest.git.getRef({ ...settings, ref: 'heads/main' })
    expect(data.object.sha).toBe(await repository.tip())
  })

  it.each([
    ['as long as it says', 403, { 'retry-after': '120' }, 120],
    ['a minute where it says nothing', 429, {}, 60],
    [
      'until it is lifted',
      403,
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1767225700',
        date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      },
      101,
    ],
  ])('hands a long limit back to the queue, %s', async (_, status, headers, seconds) => {
    const { octokit } = await open('github')
    const body = { message: 'You have exceeded a limit' }
    const match = { operation: 'git/get-ref' }
    hub.faults.add({ match, when: 'before', status, headers, body, times: 9 })
    const error = await octokit.rest.git
      .getRef({ ...settings, ref: 'heads/main' })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RetryLater)
    expect(error).toMatchObject({ seconds })
  })

  it('takes a refusal for what it is', async () => {
    const { octokit } = await open('github')
    const body = { message: 'Resource not accessible by integration' }
    hub.faults.add({ match: { operation: 'git/get-ref' }, when: 'before', status: 403, body })
    await expect(octokit.rest.git.getRef({ ...settings, ref: 'heads/main' })).rejects.toMatchObject(
      { status: 403 },
    )
  })

  it('never speaks to another host than the one configured', async () => {
    // The test's network is closed but for this machine: a call elsewhere would have failed.
    const { octokit } = await open()
    expect(octokit.request.endpoint.DEFAULTS.baseUrl).toBe(hub.url)
  })
})
