import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, Installation, Label, PullRequest, Repository, User } from './model.ts'
import { GitRepository } from './git/index.ts'

/**
 * Everything that exists on the stand-in. Ids come from one counter, so no id of one kind is ever
 * a valid id of another, and the same calls give the same ids.
 */
export class World {
  readonly now: () => Date
  readonly users = new Map<string, User>()
  readonly repositories = new Map<number, Repository>()
  readonly installations = new Map<number, Installation>()
  /** Milliseconds for which a filtered list of runs does not show a new run. */
  filterLag = 0
  /** The release that a GitHub Enterprise Server says it is; null for github.com. */
  enterpriseVersion: string | null = null
  /** Set before anything is served. */
  app!: App
  #lastId = 1000
  #folder: string | undefined
  #writes = new Map<number, Promise<unknown>>()

  constructor(now: () => Date) {
    this.now = now
  }

  nextId(): number {
    return ++this.#lastId
  }

  /** A UUID that is new and the same in every run that makes the same calls. */
  nextGuid(kind: string): string {
    const hex = createHash('sha256').update(`${kind} ${this.nextId()}`).digest('hex')
    return [8, 4, 4, 4, 12]
      .map((length, index, all) => {
        const start = all.slice(0, index).reduce((sum, each) => sum + each, 0)
        return hex.slice(start, start + length)
      })
      .join('-')
  }

  /** The account of that name, made when it is first spoken of. */
  user(login: string, type: User['type'] = 'User'): User {
    const key = login.toLowerCase()
    const known = this.users.get(key)
    if (known) return known
    const user = { id: this.nextId(), login, type }
    this.users.set(key, user)
    return user
  }

  async createRepository(options: {
    owner: string
    name: string
    private: boolean
    defaultBranch: string
    parent?: Repository | undefined
    ownerType?: User['type']
  }): Promise<Repository> {
    const { owner, name, parent, defaultBranch } = options
    if (this.repository(owner, name)) throw new Error(`${owner}/${name} exists already.`)
    const id = this.nextId()
    this.#folder ??= await mkdtemp(join(tmpdir(), 'codicil-hub-'))
    const git = await GitRepository.create(
      join(this.#folder, `${id}.git`),
      defaultBranch,
      parent?.git,
    )
    const at = this.now()
    const repository: Repository = {
      id,
      owner: this.user(owner, options.ownerType ?? 'Organization'),
      name,
      formerNames: new Set(),
      private: options.private,
      archived: false,
      rules: {},
      description: null,
      defaultBranch,
      parent,
      git,
      createdAt: at,
      updatedAt: at,
      pushedAt: at,
      roles: new Map(),
      labels: new Map(),
      pulls: new Map(),
      comments: new Map(),
      checks: new Map(),
      workflows: new Map(),
      runs: new Map(),
      artifacts: new Map(),
      signed: parent?.signed ?? new Set(),
      lastNumber: 0,
    }
    this.repositories.set(id, repository)
    return repository
  }

  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase()
    return [...this.repositories.values()].find(
      (each) => `${each.owner.login}/${each.name}`.toLowerCase() === wanted,
    )
  }

  /** The repository that had that name once and has another now. */
  renamedRepository(owner: string, name: string): Repository | undefined {
    const former = `${owner}/${name}`.toLowerCase()
    return [...this.repositories.values()].find((each) => each.formerNames.has(former))
  }

  /** Forgets a repository; pull requests that came from it lose their head. */
  async deleteRepository(repository: Repository): Promise<void> {
    this.repositories.delete(repository.id)
    for (const pull of this.pulls()) {
      if (pull.head.repository === repository) pull.head.repository = undefined
    }
    for (const installation of this.installations.values()) {
      installation.repositories.delete(repository.id)
    }
    await repository.git.close()
  }

  *pulls(): Generator<PullRequest> {
    for (const repository of this.repositories.values()) yield* repository.pulls.values()
  }

  installationOf(repository: Repository): Installation | undefined {
    return [...this.installations.values()].find((each) => each.repositories.has(repository.id))
  }

  /** The repository's label of that name, made with GitHub's default colour when it is new. */
  label(repository: Repository, name: string): Label {
    const key = name.toLowerCase()
    const known = repository.labels.get(key)
    if (known) return known
    const label = { id: this.nextId(), name, color: 'ededed', description: '' }
    repository.labels.set(key, label)
    return label
  }

  /** Runs the writes to one repository one after another, as GitHub's database does. */
  async serialise<Result>(repository: Repository, write: () => Promise<Result>): Promise<Result> {
    const before = this.#writes.get(repository.id) ?? Promise.resolve()
    const after = before.then(write, write)
    this.#writes.set(repository.id, after)
    return after
  }

  async close(): Promise<void> {
    for (const repository of this.repositories.values()) await repository.git.close()
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true })
  }
}
