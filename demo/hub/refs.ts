import { changedFiles, entryAt } from './git/index.ts'
import type { PullRequest, Repository, User } from './model.ts'
import { pushPayload } from './payloads.ts'
import { announcePull } from './pull-events.ts'
import type { Stage } from './stage.ts'

export interface RefMove {
  ref: string
  /** The id seen before; `undefined` when the reference is new. */
  from: string | undefined
  /** The new id; `undefined` deletes. */
  to: string | undefined
  actor: User
}

/**
 * The only place where branches and tags move: git moves the reference, pull requests follow, and
 * the App hears `push`, `pull_request.synchronize` and `pull_request.closed`.
 *
 * @returns false when the reference was no longer at `from`
 */
export async function moveRef(
  stage: Stage,
  repository: Repository,
  { ref, from, to, actor }: RefMove,
): Promise<boolean> {
  const { git } = repository
  const forced = Boolean(from && to && !(await git.isAncestor(from, to)))
  if (!(await git.moveRef(ref, from, to))) return false
  repository.pushedAt = stage.world.now()
  const payload = await pushPayload(stage, repository, { ref, from, to, forced }, actor)
  stage.webhooks.event(repository, 'push', payload)
  const branch = ref.replace('refs/heads/', '')
  if (branch === ref) return true
  for (const pull of stage.world.pulls()) {
    if (pull.state !== 'open') continue
    if (pull.head.repository === repository && pull.head.ref === branch) {
      await headMoved(stage, pull, to, actor)
    }
    if (pull.repository === repository && pull.base.ref === branch && to) {
      await baseMoved(stage, pull, to, actor)
    }
  }
  return true
}

/** Keeps `refs/pull/<number>/head` at the pull request's head. */
export async function keepPullRef(pull: PullRequest): Promise<void> {
  const { git } = pull.repository
  const ref = `refs/pull/${pull.number}/head`
  const before = await git.refTarget(ref)
  if (before?.id !== pull.head.sha) await git.moveRef(ref, before?.id, pull.head.sha)
}

export async function closePull(
  stage: Stage,
  pull: PullRequest,
  actor: User,
  merged?: { commit: string },
): Promise<void> {
  const at = stage.world.now()
  pull.state = 'closed'
  pull.closedAt = at
  pull.updatedAt = at
  if (merged) {
    pull.merged = { by: actor, at }
    pull.mergeCommit = merged.commit
  }
  await announcePull(stage, pull, 'closed', actor)
}

/** Workflow files that the way from one commit to another brings, and that no branch has like that. */
export async function newWorkflows(
  { git, rules }: Repository,
  from: string,
  to: string,
): Promise<string[]> {
  const files = await changedFiles(git, from, to)
  const workflows = files.filter(({ path, previousPath = '' }) =>
    [path, previousPath].some((each) => each.startsWith('.github/workflows/')),
  )
  const branches = rules.workflows ? [] : await git.refs('refs/heads/')
  const trees = await Promise.all(branches.map(async ({ id }) => (await git.commit(id))?.tree))
  const known = async ({ path, id }: (typeof workflows)[number]) => {
    const entries = await Promise.all(trees.map((tree) => tree && entryAt(git, tree, path)))
    return entries.some((entry) => entry && entry.id === id)
  }
  const news = await Promise.all(workflows.map(async (file) => !(await known(file))))
  return workflows.filter((_, index) => news[index]).map(({ path }) => path)
}

async function headMoved(
  stage: Stage,
  pull: PullRequest,
  to: string | undefined,
  actor: User,
): Promise<void> {
  if (!to) return closePull(stage, pull, actor)
  const before = pull.head.sha
  pull.head.sha = to
  pull.updatedAt = stage.world.now()
  const base = await pull.repository.git.refTarget(`refs/heads/${pull.base.ref}`)
  if (base) pull.base.sha = base.id
  await keepPullRef(pull)
  await announcePull(stage, pull, 'synchronize', actor, { before, after: to })
}

/** A base that came to hold a pull request's head has merged it. */
async function baseMoved(stage: Stage, pull: PullRequest, to: string, actor: User): Promise<void> {
  if (await pull.repository.git.isAncestor(pull.head.sha, to)) {
    await closePull(stage, pull, actor, { commit: to })
  }
}
