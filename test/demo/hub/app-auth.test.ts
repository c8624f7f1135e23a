import { generateKeyPairSync } from 'node:crypto'
import { ProbotOctokit } from 'probot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appToken, installationClient, octokit, wrongAnswers } from './client.ts'
import { startHub, type Hub, type HubRepository } from '../../../demo/hub/index.ts'

let hub: Hub
let ships: HubRepository
let other: HubRepository
let lateness = 0

beforeAll(async () => {
  hub = await startHub({ tokenClock: () => Date.now() + lateness })
  ships = await hub.createRepository({ owner: 'acme', name: 'ships' })
  other = await hub.createRepository({ owner: 'acme', name: 'boats' })
})
afterAll(() => hub.stop())

test("Probot's own octokit authenticates as the App and as its installation", async () => {
  const { id, privateKey } = hub.app
  const app = new ProbotOctokit({ baseUrl: hub.url, auth: { appId: id, privateKey } })
  expect((await app.rest.apps.getAuthenticated()).data?.slug).toBe('codicil')
  const { data: installation } = await app.rest.apps.getRepoInstallation(ships.coordinates)
  const auth = { appId: id, privateKey, installationId: installation.id }
  const installed = new ProbotOctokit({ baseUrl: hub.url, auth })
  expect((await installed.rest.repos.get(ships.coordinates)).data.full_name).toBe('acme/ships')
})

test('an App token signed with another key is refused', async () => {
  const stranger = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const client = octokit(hub, appToken(hub, {}, stranger.privateKey))
  await expect(client.apps.getAuthenticated()).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('A JSON web token could not be decoded'),
  })
})

test.each([
  ['that has expired', { exp: 1_000_000 }, "'exp'"],
  ['that lives longer than ten minutes', { exp: 99_999_999_999 }, 'too far in the future'],
  ['from the future', { iat: 99_999_999_999 }, "'iat'"],
  ['of another App', { iss: '1' }, 'Integration must be present'],
])('an App token %s is refused', async (_, claims, message) => {
  const client = octokit(hub, appToken(hub, claims))
  const refused = client.apps.getAuthenticated()
  await expect(refused).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining(message),
  })
})

test('an unknown token is 401', async () => {
  const refused = octokit(hub, 'ghs_nobody').repos.get(ships.coordinates)
  await expect(refused).rejects.toMatchObject({ status: 401 })
})

test('an installation token expires after an hour', async () => {
  const client = await installationClient(hub, ships)
  lateness = 3_600_001
  const refused = client.repos.get(ships.coordinates)
  await expect(refused).rejects.toMatchObject({ status: 401 })
  lateness = 0
})

test('an installation token is stateless: some 520 characters with two dots', async () => {
  const app = octokit(hub, appToken(hub))
  const { data: installation } = await app.apps.getRepoInstallation(ships.coordinates)
  const { data } = await app.apps.createInstallationAccessToken({
    installation_id: installation.id,
  })
  expect(data.token).toMatch(/^ghs_\d+_[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(data.token.length).toBeGreaterThan(450)
  const { data: seen } = await octokit(hub, data.token).repos.get(ships.coordinates)
  expect(seen.full_name).toBe('acme/ships')
})

test('a repository that the token does not cover is not found', async () => {
  const client = await installationClient(hub, ships)
  const refused = client.repos.get(other.coordinates)
  await expect(refused).rejects.toMatchObject({ status: 404 })
})

test('a permission that the token lacks is 403', async () => {
  const client = await installationClient(hub, ships, { contents: 'read' })
  const at = ships.coordinates
  const refused = client.git.createBlob({ ...at, content: 'x' })
  await expect(refused).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration'),
  })
})

test('a token cannot have more than its installation', async () => {
  const refused = installationClient(hub, ships, { administration: 'write' })
  await expect(refused).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('The permissions requested are not granted'),
  })
})

test('a token cannot cover a repository where the App is not installed', async () => {
  const lone = await hub.createRepository({ owner: 'acme', name: 'lone', install: false })
  const app = octokit(hub, appToken(hub))
  await expect(app.apps.getRepoInstallation(lone.coordinates)).rejects.toMatchObject({
    status: 404,
  })
  const { data: installation } = await app.apps.getRepoInstallation(ships.coordinates)
  const refused = app.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: ['lone'],
  })
  await expect(refused).rejects.toMatchObject({ status: 422 })
})

test('a suspended installation gets no token', async () => {
  const idle = await hub.createRepository({ owner: 'sleepers', name: 'idle' })
  const installation = [...hub.world.installations.values()].find(
    ({ account }) => account.login === 'sleepers',
  )
  if (installation) installation.suspendedAt = new Date()
  await expect(installationClient(hub, idle)).rejects.toMatchObject({ status: 403 })
})

test.each([
  ['admin', 'admin'],
  ['maintain', 'write'],
  ['write', 'write'],
  ['triage', 'read'],
  ['read', 'read'],
  ['none', 'none'],
] as const)('the role %s is told with the permission %s', async (role, permission) => {
  ships.setPermission('alice', role)
  const client = await installationClient(hub, ships)
  const { data } = await client.repos.getCollaboratorPermissionLevel({
    ...ships.coordinates,
    username: 'alice',
  })
  expect(data).toMatchObject({ permission, role_name: role })
})

test.each(['codicil[bot]', 'nobody-knows-me'])('%s has no permission to look up', async (name) => {
  const client = await installationClient(hub, ships)
  const refused = client.repos.getCollaboratorPermissionLevel({
    ...ships.coordinates,
    username: name,
  })
  await expect(refused).rejects.toMatchObject({ status: 404 })
})

test('a renamed repository is reached by its id, and by its old name', async () => {
  const old = await hub.createRepository({ owner: 'acme', name: 'barge' })
  const at = { ...old.coordinates }
  const client = await installationClient(hub, old)
  old.rename('ferry')
  const byOldName = await client.repos.getContent({ ...at, path: 'README.md' })
  expect(byOldName.data).toMatchObject({ path: 'README.md' })
  const byId = await client.request('GET /repositories/{id}', { id: old.record.id })
  expect(byId.data).toMatchObject({ full_name: 'acme/ferry' })
})

test("GitHub's description has nothing against these answers", () => {
  const { wrong, inspected } = wrongAnswers(hub)
  expect(wrong).toEqual([])
  expect(inspected.responses).toBeGreaterThan(20)
})
