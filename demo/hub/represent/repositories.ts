import type { Repository } from '../model.ts'
import type { Links } from './links.ts'
import { nodeId, simpleUser, timestamp } from './users.ts'

/** The links of a repository: field -> what follows the repository's own URL. */
const links = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
} as const

export function repositoryApi(at: Links, repository: Repository): string {
  return `${at.api}/repos/${repository.owner.login}/${repository.name}`
}

export function repositoryWeb(at: Links, repository: Repository): string {
  return `${at.web}/${repository.owner.login}/${repository.name}`
}

/** The short form that a workflow run carries, in the API and in webhooks. */
export function minimalRepository(at: Links, repository: Repository) {
  const api = repositoryApi(at, repository)
  const urls = Object.fromEntries(
    Object.entries(links).map(([field, suffix]) => [field, api + suffix]),
  ) as Record<keyof typeof links, string>
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: `${repository.owner.login}/${repository.name}`,
    private: repository.private,
    owner: simpleUser(at, repository.owner),
    html_url: repositoryWeb(at, repository),
    description: repository.description,
    fork: repository.parent !== undefined,
    url: api,
    ...urls,
  }
}

export function repositoryRecord(at: Links, repository: Repository) {
  const web = repositoryWeb(at, repository)
  const open = [...repository.pulls.values()].filter((pull) => pull.state === 'open').length
  return {
    ...minimalRepository(at, repository),
    created_at: timestamp(repository.createdAt),
    updated_at: timestamp(repository.updatedAt),
    pushed_at: timestamp(repository.pushedAt),
    git_url: `${web.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@${new URL(web).host}:${repository.owner.login}/${repository.name}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: open,
    license: null,
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    allow_forking: true,
  }
}

export function fullRepository(at: Links, repository: Repository) {
  const { parent } = repository
  return {
    ...repositoryRecord(at, repository),
    custom_properties: {},
    subscribers_count: 0,
    network_count: 0,
    ...(repository.owner.type === 'Organization' && {
      organization: simpleUser(at, repository.owner),
    }),
    ...(parent && { parent: repositoryRecord(at, parent), source: repositoryRecord(at, parent) }),
  }
}

/** A webhook's `repository`. */
export function hookRepository(at: Links, repository: Repository) {
  return { ...repositoryRecord(at, repository), custom_properties: {} }
}
