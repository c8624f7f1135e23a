import type { App, Installation, Permissions, Repository, User } from '../model.ts'
import type { Links } from './links.ts'

export function simpleUser(links: Links, user: User) {
  const api = `${links.api}/users/${encodeURIComponent(user.login)}`
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: `${links.web}/avatars/${user.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${links.web}/${encodeURIComponent(user.login)}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    site_admin: false,
  }
}

/** The `organization` of a webhook payload. */
export function organization(links: Links, user: User) {
  const api = `${links.api}/orgs/${encodeURIComponent(user.login)}`
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('Organization', user.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${links.web}/avatars/${user.id}`,
    description: null,
  }
}

export function integration(links: Links, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: simpleUser(links, app.owner),
    name: app.name,
    description: null,
    external_url: `${links.web}/apps/${app.slug}`,
    html_url: `${links.web}/apps/${app.slug}`,
    created_at: timestamp(app.createdAt),
    updated_at: timestamp(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  }
}

export function installationRecord(links: Links, app: App, installation: Installation) {
  return {
    id: installation.id,
    account: simpleUser(links, installation.account),
    repository_selection: 'selected',
    access_tokens_url: `${links.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${links.api}/installation/repositories`,
    html_url: `${links.web}/organizations/${installation.account.login}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions as Permissions,
    events: app.events,
    created_at: timestamp(installation.createdAt),
    updated_at: timestamp(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt ? simpleUser(links, installation.account) : null,
    suspended_at: installation.suspendedAt ? timestamp(installation.suspendedAt) : null,
  }
}

/** What a person is to a repository, as GitHub writes it beside their words. */
export function association(repository: Repository, user: User): string {
  if (repository.owner === user) return 'OWNER'
  const role = repository.roles.get(user.login.toLowerCase())
  return role === undefined || role === 'none' ? 'NONE' : 'MEMBER'
}

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url')
}

/** GitHub writes whole seconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
