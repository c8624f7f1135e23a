import { createHash, createPublicKey, verify } from 'node:crypto'
import type { Installation, Permissions, Repository, User, WorkflowRun } from './model.ts'
import { Refusal } from './reply.ts'
import type { World } from './world.ts'

/** Who made a call, and what they may do. */
export type Identity =
  | { kind: 'anonymous' }
  | { kind: 'app'; appId: number }
  | {
      kind: 'installation'
      installation: Installation
      permissions: Permissions
      repositories: ReadonlySet<number>
      expiresAt: Date
    }
  | { kind: 'user'; user: User }
  | { kind: 'job'; run: WorkflowRun; permissions: Permissions; repositories: ReadonlySet<number> }

/** An installation's token lives one hour. */
const tokenLife = 3_600_000

/** Allowed difference between the clocks of GitHub and an App, in seconds. */
const clockDrift = 60

/**
 * Makes and recognises tokens. They live in real time, as their holders do: the world's clock may
 * stand still in a test, a token's must not.
 */
export class Credentials {
  readonly #world: World
  readonly #now: () => number
  readonly #tokens = new Map<string, Identity>()
  /** Tokens have numbers of their own, so that no other id depends on how many there were. */
  #issued = 0

  constructor(world: World, now: () => number = Date.now) {
    this.#world = world
    this.#now = now
  }

  /** @throws Refusal 401 for a token that is unknown, expired or forged */
  identify(authorization: string | undefined): Identity {
    if (!authorization) return { kind: 'anonymous' }
    const token = tokenIn(authorization)
    const ours = /^gh[a-z]_/.test(token)
    if (!ours && token.split('.').length === 3) return this.#verifyAppToken(token)
    const identity = this.#tokens.get(token)
    if (!identity || this.#expired(identity)) throw new Refusal(401, 'Bad credentials')
    return identity
  }

  installationToken(
    installation: Installation,
    permissions: Permissions,
    repositories: ReadonlySet<number>,
  ): { token: string; expiresAt: Date } {
    const expiresAt = new Date(this.#now() + tokenLife)
    const token = this.#issue(`ghs_${this.#world.app.id}_${statelessPart(installation.id)}`, {
      kind: 'installation',
      installation,
      permissions,
      repositories,
      expiresAt,
    })
    return { token, expiresAt }
  }

  /** A personal token, for what a person does through the API. */
  userToken(user: User): string {
    return this.#issue('ghp_', { kind: 'user', user })
  }

  /** The `GITHUB_TOKEN` of a job. */
  jobToken(run: WorkflowRun, permissions: Permissions): string {
    const repositories = new Set([run.repository.id])
    const prefix = `ghs_${this.#world.app.id}_${statelessPart(run.id)}`
    return this.#issue(prefix, { kind: 'job', run, permissions, repositories })
  }

  revoke(token: string): void {
    this.#tokens.delete(token)
  }

  /** Revokes whatever was issued to an installation, as removing the App does. */
  revokeInstallation(installation: Installation): void {
    for (const [token, identity] of this.#tokens) {
      if (identity.kind === 'installation' && identity.installation === installation) {
        this.#tokens.delete(token)
      }
    }
  }

  #issue(prefix: string, identity: Identity): string {
    const secret = createHash('sha256').update(`token ${++this.#issued}`).digest('hex')
    const token = prefix + secret.slice(0, 36)
    this.#tokens.set(token, identity)
    return token
  }

  #expired(identity: Identity): boolean {
    return identity.kind === 'installation' && identity.expiresAt.getTime() <= this.#now()
  }

  /** Checks an App's RS256 JSON Web Token: signature, issuer, and the ten minutes it may live. */
  #verifyAppToken(token: string): Identity {
    const { app } = this.#world
    const [header = '', payload = '', signature = ''] = token.split('.')
    const { alg } = decodePart(header)
    const claims = decodePart(payload)
    const signed = Buffer.from(`${header}.${payload}`)
    const key = createPublicKey(app.publicKey)
    if (alg !== 'RS256' || !verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) {
      throw new Refusal(401, 'A JSON web token could not be decoded')
    }
    const now = this.#now() / 1000
    const { iat, exp, iss } = claims
    if (typeof exp !== 'number' || exp <= now) {
      throw new Refusal(
        401,
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      )
    }
    if (exp > now + 600 + clockDrift) {
      throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    }
    if (typeof iat !== 'number' || iat > now + clockDrift) {
      throw new Refusal(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      )
    }
    if (String(iss) !== String(app.id) && iss !== app.clientId) {
      throw new Refusal(401, 'Integration must be present')
    }
    return { kind: 'app', appId: app.id }
  }
}

/**
 * The token of an installation or a job holds a JSON Web Token: about 520 characters with two dots, as
 * those of an App have. Its signature means nothing here; the whole token is what is known.
 */
function statelessPart(id: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: 'https://github.com', sub: String(id), padding: '0'.repeat(250) }
  return `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}.`
}

/** Whether an identity's token carries one of the permissions, written `contents:write`. */
export function holds(identity: Identity, wanted: readonly string[]): boolean {
  if (identity.kind !== 'installation' && identity.kind !== 'job') return false
  return wanted.some((each) => {
    const [name = '', access] = each.split(':')
    const held = identity.permissions[name]
    return held === 'write' || (held === 'read' && access === 'read')
  })
}

/** What a person may do; on a public repository everybody may read. */
export function roleOf(repository: Repository, user: User) {
  if (repository.owner === user) return 'admin'
  return repository.roles.get(user.login.toLowerCase()) ?? (repository.private ? 'none' : 'read')
}

/** A person's role as the `permission` of the older scale. */
export function permissionOf(role: string): 'admin' | 'write' | 'read' | 'none' {
  if (role === 'maintain') return 'write'
  if (role === 'triage') return 'read'
  return role as 'admin' | 'write' | 'read' | 'none'
}

function tokenIn(authorization: string): string {
  const [scheme = '', value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'basic') return value
  return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':')
}

function decodePart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded')
  }
}
