import type { Call, Routes } from '../call.ts'
import { inRepository } from '../call.ts'
import { permissionOf, roleOf } from '../credentials.ts'
import type { Access, Installation, Permissions } from '../model.ts'
import type { Delivery } from '../webhooks.ts'
import { created, notFound, ok, page, Refusal } from '../reply.ts'
import { repositoryRecord } from '../represent/repositories.ts'
import { installationRecord, integration, simpleUser, timestamp } from '../represent/users.ts'

/** The App itself, its installations and their tokens. */
export const appRoutes: Routes = {
  'apps/get-authenticated': (call) => {
    requireApp(call)
    const { app } = call.stage.world
    return ok({
      ...integration(call.stage.links, app),
      installations_count: call.stage.world.installations.size,
    })
  },

  'apps/list-installations': (call) => {
    requireApp(call)
    return page(call.url, [...call.stage.world.installations.values()].map(record(call)))
  },

  'apps/get-installation': (call) => {
    requireApp(call)
    return ok(record(call)(namedInstallation(call)))
  },

  'apps/get-repo-installation': (call) => {
    requireApp(call)
    const { owner = '', repo = '' } = call.params
    const repository = call.stage.world.repository(owner, repo)
    const installation = repository && call.stage.world.installationOf(repository)
    if (!installation) throw notFound()
    return ok(record(call)(installation))
  },

  'apps/create-installation-access-token': (call) => {
    requireApp(call)
    const { world, links, credentials } = call.stage
    const installation = namedInstallation(call)
    if (installation.suspendedAt) throw new Refusal(403, 'This installation has been suspended')
    const permissions = grantedPermissions(installation, call.body.permissions)
    const ids = grantedRepositories(call, installation)
    const { token, expiresAt } = credentials.installationToken(installation, permissions, ids)
    const narrowed = call.body.repositories !== undefined || call.body.repository_ids !== undefined
    return created({
      token,
      expires_at: timestamp(expiresAt),
      permissions,
      repository_selection: 'selected',
      ...(narrowed && {
        repositories: [...ids].flatMap((id) => {
          const repository = world.repositories.get(id)
          return repository ? [repositoryRecord(links, repository)] : []
        }),
      }),
    })
  },

  'apps/list-webhook-deliveries': (call) => {
    requireApp(call)
    const { deliveries } = call.stage.webhooks
    return page(call.url, deliveries.toReversed().map(deliveryItem))
  },

  'apps/get-webhook-delivery': (call) => {
    requireApp(call)
    const id = Number(call.params.delivery_id)
    const delivery = call.stage.webhooks.deliveries.find((each) => each.id === id)
    if (!delivery) throw notFound()
    const { headers, payload, response } = delivery
    return ok({
      ...deliveryItem(delivery),
      url: call.stage.webhooks.url ?? '',
      request: { headers, payload },
      response: { headers: null, payload: response && 'body' in response ? response.body : null },
    })
  },

  'apps/list-repos-accessible-to-installation': (call) => {
    const { identity, stage } = call
    if (identity.kind !== 'installation') {
      throw new Refusal(403, 'You must authenticate with an installation access token.')
    }
    const repositories = [...identity.repositories].flatMap((id) => {
      const repository = stage.world.repositories.get(id)
      return repository ? [repositoryRecord(stage.links, repository)] : []
    })
    return page(call.url, repositories, (cut) => ({
      total_count: repositories.length,
      repositories: cut,
    }))
  },

  'meta/get': ({ stage }) => {
    const { enterpriseVersion } = stage.world
    return ok({
      verifiable_password_authentication: enterpriseVersion !== null,
      ...(enterpriseVersion !== null && { installed_version: enterpriseVersion }),
    })
  },

  'rate-limit/get': () => {
    const reset = Math.ceil(Date.now() / 1000) + 3600
    const rate = { limit: 5000, used: 0, remaining: 5000, reset }
    return ok({ resources: { core: rate, search: rate }, rate })
  },

  'users/get-by-username': ({ stage, params }) => {
    const user = stage.world.users.get((params.username ?? '').toLowerCase())
    if (!user) throw notFound()
    const at = timestamp(stage.world.app.createdAt)
    return ok({
      ...simpleUser(stage.links, user),
      name: user.login,
      company: null,
      blog: '',
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: at,
      updated_at: at,
    })
  },

  'repos/get-collaborator-permission-level': inRepository(['metadata:read'], (call, repository) => {
    const { world, links } = call.stage
    const { username = '' } = call.params
    const user = world.users.get(username.toLowerCase())
    if (user?.type !== 'User') throw new Refusal(404, `${username} is not a user`)
    const role = roleOf(repository, user)
    const permission = permissionOf(role)
    return ok({
      permission,
      role_name: role,
      user: {
        ...simpleUser(links, user),
        permissions: {
          admin: role === 'admin',
          maintain: ['admin', 'maintain'].includes(role),
          push: ['admin', 'write'].includes(permission),
          triage: ['admin', 'maintain', 'write', 'triage'].includes(role),
          pull: role !== 'none',
        },
        role_name: role,
      },
    })
  }),
}

function deliveryItem({ id, guid, at, redelivery, event, action, payload, response }: Delivery) {
  const answered = response !== undefined && 'status' in response
  return {
    id,
    guid,
    delivered_at: at.toISOString(),
    redelivery,
    duration: 0.01,
    status: answered
      ? response.status < 300
        ? 'OK'
        : 'Invalid HTTP Response'
      : 'failed to connect to host',
    status_code: answered ? response.status : 502,
    event,
    action: action ?? null,
    installation_id: (payload['installation'] as { id?: number } | undefined)?.id ?? null,
    repository_id: (payload['repository'] as { id?: number } | undefined)?.id ?? null,
    throttled_at: null,
  }
}

function requireApp({ identity }: Call): void {
  if (identity.kind !== 'app') {
    throw new Refusal(401, 'A JSON web token could not be decoded')
  }
}

function record({ stage }: Call) {
  return (installation: Installation) =>
    installationRecord(stage.links, stage.world.app, installation)
}

function namedInstallation({ stage, params }: Call): Installation {
  const installation = stage.world.installations.get(Number(params.installation_id))
  if (!installation) throw notFound()
  return installation
}

/** The permissions asked for, none beyond the installation's own. */
function grantedPermissions(installation: Installation, asked: unknown): Permissions {
  if (typeof asked !== 'object' || asked === null) return installation.permissions
  for (const [name, access] of Object.entries(asked as Record<string, Access>)) {
    const most = installation.permissions[name]
    if (most === undefined || (access === 'write' && most === 'read')) {
      throw new Refusal(422, 'The permissions requested are not granted to this installation.')
    }
  }
  return { metadata: 'read', ...(asked as Permissions) }
}

function grantedRepositories({ stage, body }: Call, installation: Installation): Set<number> {
  const { repositories: names, repository_ids: ids } = body
  if (!Array.isArray(names) && !Array.isArray(ids)) return new Set(installation.repositories)
  const named = ((names ?? []) as string[]).map(
    (name) => stage.world.repository(installation.account.login, name)?.id,
  )
  const wanted = [...named, ...((ids ?? []) as number[])]
  if (wanted.some((id) => id === undefined || !installation.repositories.has(id))) {
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  }
  return new Set(wanted as number[])
}
