import { changeTree, entryAt, type TreeChange } from './git/index.ts'
import type {
  Access,
  CheckRun,
  Installation,
  PullRequest,
  Repository,
  Review,
  Role,
  User,
  WorkflowRun,
  RepositoryRules,
} from './model.ts'
import {
  addLabel,
  mergePull,
  openPull,
  removeLabel,
  updatePull,
  type MergeMethod,
} from './pulls.ts'
import { addReview } from './pull-events.ts'
import { moveRef } from './refs.ts'
import { noreply } from './represent/git.ts'
import { pressAction, rerequestCheck } from './routes/checks.ts'
import { resolveCommit } from './routes/commits.ts'
import { addComment } from './routes/issues.ts'
import type { Stage } from './stage.ts'
import { rerun } from './workflows/dispatch.ts'

/** What a file may be given as: text, bytes, a link, a script, or `null` to delete it. */
export type FileContent = string | Uint8Array | { link: string } | { executable: string } | null
export type Files = Record<string, FileContent>

/** One repository, as a person or a test works with it. */
export class HubRepository {
  readonly record: Repository
  readonly #stage: Stage

  constructor(stage: Stage, record: Repository) {
    this.#stage = stage
    this.record = record
  }

  get fullName(): string {
    return `${this.record.owner.login}/${this.record.name}`
  }

  get coordinates(): { owner: string; repo: string } {
    return { owner: this.record.owner.login, repo: this.record.name }
  }

  get cloneUrl(): string {
    return `${this.#stage.links.web}/${this.fullName}.git`
  }

  setPermission(login: string, role: Role): void {
    this.record.roles.set(this.#stage.world.user(login).login.toLowerCase(), role)
  }

  /** Installs the App here, or widens the owner's installation to this repository. */
  install(permissions?: Record<string, Access>): Installation {
    const { world } = this.#stage
    const { owner, id } = this.record
    const known = [...world.installations.values()].find((each) => each.account === owner)
    const installation = known ?? {
      id: world.nextId(),
      account: owner,
      permissions: permissions ?? world.app.permissions,
      repositories: new Set<number>(),
      suspendedAt: undefined,
      createdAt: world.now(),
    }
    installation.repositories.add(id)
    world.installations.set(installation.id, installation)
    return installation
  }

  uninstall(): void {
    for (const installation of this.#stage.world.installations.values()) {
      installation.repositories.delete(this.record.id)
    }
  }

  /** GitHub redirects from the old name; ids stay. */
  rename(name: string): void {
    this.record.formerNames.add(this.fullName.toLowerCase())
    this.record.name = name
  }

  /** Deletes the repository; open pull requests from it keep their commits. */
  async delete(): Promise<void> {
    await this.#stage.world.deleteRepository(this.record)
  }

  /** The commit at the tip of a branch. */
  async tip(branch = this.record.defaultBranch): Promise<string | undefined> {
    return (await this.record.git.refTarget(`refs/heads/${branch}`))?.id
  }

  /** A file's bytes at a branch, tag or commit; `undefined` where there is none. */
  async file(path: string, at = this.record.defaultBranch): Promise<Buffer | undefined> {
    const commit = await resolveCommit(this.record, at)
    const entry = commit && (await entryAt(this.record.git, commit.tree, path))
    return entry && (await this.record.git.read(entry.id))?.content
  }

  /** Commits to a branch, which begins at the default branch when it is new. @returns the commit */
  async commitFiles(
    branch: string,
    files: Files,
    { author = this.record.owner.login, message = 'Change files', force = false } = {},
  ): Promise<string> {
    const { git, defaultBranch } = this.record
    const { world } = this.#stage
    return world.serialise(this.record, async () => {
      const ref = `refs/heads/${branch}`
      const before = await git.refTarget(ref)
      const start = before ?? (await git.refTarget(`refs/heads/${defaultBranch}`))
      const parent = start && (await git.commit(start.id))
      const changes = new Map<string, TreeChange>()
      for (const [path, content] of Object.entries(files)) {
        changes.set(path, await this.#change(content))
      }
      const tree = await changeTree(git, parent?.tree, changes)
      const actor = world.user(author)
      const who = { name: author, email: noreply(actor), date: world.now() }
      const parents = force ? (parent?.parents ?? []) : parent ? [parent.id] : []
      const commit = await git.writeCommit({
        tree,
        parents,
        author: who,
        committer: who,
        message,
      })
      await moveRef(this.#stage, this.record, { ref, from: before?.id, to: commit, actor })
      return commit
    })
  }

  /** What a person pushes: the same as `commitFiles`, in that person's name. */
  push(branch: string, files: Files, author: string): Promise<string> {
    return this.commitFiles(branch, files, { author, message: 'Push' })
  }

  /** Replaces a branch's last commit, as `git push --force` after `git commit --amend`. */
  forcePush(branch: string, files: Files, author: string): Promise<string> {
    return this.commitFiles(branch, files, { author, message: 'Amend', force: true })
  }

  async deleteBranch(branch: string, author = this.record.owner.login): Promise<void> {
    const ref = `refs/heads/${branch}`
    const from = await this.tip(branch)
    const actor = this.#stage.world.user(author)
    await this.#stage.world.serialise(this.record, () =>
      moveRef(this.#stage, this.record, { ref, from, to: undefined, actor }),
    )
  }

  /** A copy under another owner, sharing all objects, as GitHub's forks do. */
  async fork(owner: string): Promise<HubRepository> {
    const { world } = this.#stage
    const fork = await world.createRepository({
      owner,
      name: this.record.name,
      private: this.record.private,
      defaultBranch: this.record.defaultBranch,
      parent: this.record,
      ownerType: 'User',
    })
    for (const { ref, id } of await this.record.git.refs('refs/heads/')) {
      await fork.git.moveRef(ref, undefined, id)
    }
    return new HubRepository(this.#stage, fork)
  }

  openPullRequest(pull: {
    from: string
    into?: string
    title: string
    body?: string
    author?: string
    draft?: boolean
    /** The fork that holds the branch. */
    fork?: HubRepository
  }): Promise<PullRequest> {
    const { from, into = this.record.defaultBranch, title, body = null, draft = false } = pull
    const author = this.#stage.world.user(pull.author ?? this.record.owner.login)
    return this.#stage.world.serialise(this.record, () =>
      openPull(this.#stage, this.record, {
        title,
        body,
        draft,
        base: into,
        head: from,
        from: pull.fork?.record ?? this.record,
        author,
        maintainerCanModify: true,
      }),
    )
  }

  pull(number: number): PullRequest {
    const pull = this.record.pulls.get(number)
    if (!pull) throw new Error(`${this.fullName} has no pull request #${number}.`)
    return pull
  }

  addLabel(pull: PullRequest, label: string, sender: string): Promise<boolean> {
    return this.#as(sender, (user) => addLabel(this.#stage, pull, label, user))
  }

  removeLabel(pull: PullRequest, label: string, sender: string): Promise<boolean> {
    return this.#as(sender, (user) => removeLabel(this.#stage, pull, label, user))
  }

  comment(pull: PullRequest, body: string, author: string) {
    const user = this.#stage.world.user(author)
    return addComment(this.#stage, pull, { body, author: user, viaApp: false })
  }

  /** The comments of a pull request, oldest first. */
  comments(pull: PullRequest) {
    return [...this.record.comments.values()].filter(({ number }) => number === pull.number)
  }

  closePullRequest(pull: PullRequest, sender: string): Promise<void> {
    return this.#as(sender, (user) => updatePull(this.#stage, pull, { state: 'closed' }, user))
  }

  reopenPullRequest(pull: PullRequest, sender: string): Promise<void> {
    return this.#as(sender, (user) => updatePull(this.#stage, pull, { state: 'open' }, user))
  }

  mergePullRequest(
    pull: PullRequest,
    sender: string,
    method: MergeMethod = 'merge',
  ): Promise<string> {
    return this.#as(sender, (user) => mergePull(this.#stage, pull, user, method))
  }

  /** A review of the head by somebody who is not the author. */
  review(
    pull: PullRequest,
    state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED',
    author: string,
  ): Promise<Review> {
    return this.#as(author, (user) => addReview(this.#stage, pull, state, user))
  }

  /** What the owner forbids from now on. */
  forbid(rules: RepositoryRules): void {
    this.record.rules = rules
  }

  /** `Re-run` on a check. */
  rerequestCheck(check: CheckRun, sender: string): void {
    rerequestCheck(this.#stage, this.record, check, this.#stage.world.user(sender))
  }

  /** A button that the App has put on a check. */
  pressAction(check: CheckRun, identifier: string, sender: string): void {
    const user = this.#stage.world.user(sender)
    pressAction(this.#stage, this.record, { check, identifier }, user)
  }

  /** `Re-run all jobs`, or `Re-run failed jobs`, on the page of a run. */
  rerun(run: WorkflowRun, sender: string, { failedOnly = false } = {}): void {
    rerun(this.#stage, run, { failedOnly, by: this.#stage.world.user(sender) })
  }

  #as<Result>(login: string, act: (user: User) => Promise<Result>): Promise<Result> {
    const user = this.#stage.world.user(login, login.endsWith('[bot]') ? 'Bot' : 'User')
    return this.#stage.world.serialise(this.record, () => act(user))
  }

  async #change(content: FileContent): Promise<TreeChange> {
    const { git } = this.record
    if (content === null) return undefined
    if (typeof content === 'string' || content instanceof Uint8Array) {
      return { mode: '100644', id: await git.writeBlob(content) }
    }
    return 'link' in content
      ? { mode: '120000', id: await git.writeBlob(content.link) }
      : { mode: '100755', id: await git.writeBlob(content.executable) }
  }
}
