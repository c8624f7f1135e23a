import type { Identity } from './credentials.ts'
import { holds, permissionOf, roleOf } from './credentials.ts'
import type { Repository, User } from './model.ts'
import { notFound, Refusal, type Reply } from './reply.ts'
import type { Stage } from './stage.ts'

/** One request to an operation of the API. */
export interface Call {
  stage: Stage
  identity: Identity
  method: string
  params: Record<string, string>
  url: URL
  body: Record<string, unknown>
  /** The raw JSON body, for operations that take an array. */
  json: unknown
  accept: string
}

export type Handler = (call: Call) => Promise<Reply> | Reply
export type Routes = Record<string, Handler>

type RepositoryHandler = (call: Call, repository: Repository) => Promise<Reply> | Reply

/**
 * An operation on the repository that the path names, for those who hold one of the permissions.
 * Writes to one repository run one after another. A repository that the caller cannot see is 404.
 *
 * @param permissions such as `contents:write`; any of them is enough
 */
export function inRepository(permissions: string[], handle: RepositoryHandler): Handler {
  return (call) => {
    const repository = namedRepository(call)
    const moved = repository ?? renamedRepository(call)
    if (!repository && moved && sees(call.identity, moved)) return redirectTo(call, moved)
    if (!repository || !sees(call.identity, repository)) throw notFound()
    requirePermission(call.identity, repository, permissions)
    const writes = permissions.some((each) => each.endsWith(':write'))
    if (writes && repository.archived) {
      throw new Refusal(403, 'Repository was archived so is read-only.')
    }
    return writes
      ? call.stage.world.serialise(repository, async () => handle(call, repository))
      : handle(call, repository)
  }
}

export function sees(identity: Identity, repository: Repository): boolean {
  if (identity.kind === 'installation' || identity.kind === 'job') {
    return identity.repositories.has(repository.id)
  }
  if (identity.kind === 'user') return roleOf(repository, identity.user) !== 'none'
  return !repository.private
}

/** The account in whose name the caller acts. */
export function actorOf({ identity, stage }: Pick<Call, 'identity' | 'stage'>): User {
  if (identity.kind === 'user') return identity.user
  if (identity.kind === 'job') return stage.world.user('github-actions[bot]', 'Bot')
  return stage.world.app.bot
}

function namedRepository({ params, stage }: Call): Repository | undefined {
  const { repository_id: id, owner = '', repo = '' } = params
  return id === undefined
    ? stage.world.repository(owner, repo)
    : stage.world.repositories.get(Number(id))
}

function renamedRepository({ params, stage }: Call): Repository | undefined {
  const { owner = '', repo = '' } = params
  return stage.world.renamedRepository(owner, repo)
}

/** The same resource by the repository's id, which outlives its names. */
function redirectTo({ url, method, stage }: Call, { id }: Repository): Reply {
  const rest = url.pathname.split('/').slice(4).join('/')
  const location = `${stage.links.api}/repositories/${id}${rest && `/${rest}`}${url.search}`
  return {
    status: method === 'GET' ? 301 : 307,
    body: {
      message: 'Moved Permanently',
      url: location,
      documentation_url: 'https://docs.github.com/rest',
    },
    headers: { location },
  }
}

function requirePermission(
  identity: Identity,
  repository: Repository,
  permissions: string[],
): void {
  const reads = permissions.some((each) => each.endsWith(':read'))
  if (identity.kind === 'user') {
    const permission = permissionOf(roleOf(repository, identity.user))
    if (reads || permission === 'write' || permission === 'admin') return
    throw new Refusal(403, 'Must have push access to repository.')
  }
  if (identity.kind === 'anonymous') {
    if (reads) return
    throw new Refusal(401, 'Requires authentication')
  }
  if (!holds(identity, permissions)) {
    throw new Refusal(403, 'Resource not accessible by integration')
  }
}
