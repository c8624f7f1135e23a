/** The real octokit against the stand-in, for tests. */
import { createSign } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import { checkContract } from '../../contract/check.ts'
import type { Hub, HubRepository } from '../../../demo/hub/index.ts'

/** An App's JSON Web Token, signed here with node:crypto. */
export function appToken(
  { app }: Pick<Hub, 'app'>,
  claims: Record<string, unknown> = {},
  privateKey = app.privateKey,
): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = { iat: now - 30, exp: now + 540, iss: String(app.id), ...claims }
  const content = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}`
  return `${content}.${createSign('sha256').update(content).sign(privateKey, 'base64url')}`
}

export function octokit(hub: Hub, token?: string): Octokit {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  return new Octokit({ baseUrl: hub.url, log: quiet, ...(token && { auth: token }) })
}

/** A client with an installation token for a repository. */
export async function installationClient(
  hub: Hub,
  repository: HubRepository,
  permissions?: Record<string, 'read' | 'write'>,
): Promise<Octokit> {
  const app = octokit(hub, appToken(hub))
  const { data: installation } = await app.apps.getRepoInstallation(repository.coordinates)
  const { data } = await app.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: [repository.record.name],
    ...(permissions && { permissions }),
  })
  return octokit(hub, data.token)
}

/** What GitHub's description has against the stand-in's answers, and how many it judged. */
export function wrongAnswers({ requests }: Hub) {
  const { violations, inspected } = checkContract(requests)
  return { wrong: violations.filter(({ side }) => side === 'response'), inspected }
}
