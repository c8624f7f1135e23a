/** What can happen to a pull request, whoever asks: a person, a test or the API. */
import type { GitIdentity } from './git/index.ts'
import type { Label, PullRequest, Repository, User } from './model.ts'
import { announcePull } from './pull-events.ts'
import { closePull, keepPullRef, moveRef } from './refs.ts'
import { invalid, Refusal } from './reply.ts'
import { noreply } from './represent/git.ts'
import type { Stage } from './stage.ts'

export interface PullOpening {
  title: string
  body: string | null
  draft: boolean
  base: string
  head: string
  /** The repository of the head: this one or a fork. */
  from: Repository
  author: User
  maintainerCanModify: boolean
}

/** @throws Refusal 422, worded as GitHub words it */
export async function openPull(
  stage: Stage,
  repository: Repository,
  opening: PullOpening,
): Promise<PullRequest> {
  const { world } = stage
  const { from, author } = opening
  const base = await repository.git.refTarget(`refs/heads/${opening.base}`)
  if (!base) throw invalidField('base')
  const head = await from.git.refTarget(`refs/heads/${opening.head}`)
  if (!head) throw invalidField('head')
  const twin = [...repository.pulls.values()].find(
    (pull) =>
      pull.state === 'open' &&
      pull.head.repository === from &&
      pull.head.ref === opening.head &&
      pull.base.ref === opening.base,
  )
  if (twin) {
    const label = `${from.owner.login}:${opening.head}`
    throw invalid('PullRequest', `A pull request already exists for ${label}.`)
  }
  if ((await repository.git.between(base.id, head.id)).length === 0) {
    const message = `No commits between ${opening.base} and ${opening.head}`
    throw invalid('PullRequest', message)
  }
  checkBody(opening.body)
  const at = world.now()
  const pull: PullRequest = {
    id: world.nextId(),
    number: ++repository.lastNumber,
    repository,
    title: opening.title,
    body: opening.body,
    author,
    draft: opening.draft,
    state: 'open',
    base: { ref: opening.base, sha: base.id },
    head: { ref: opening.head, sha: head.id, repository: from, owner: from.owner },
    labels: [],
    labellings: [],
    reviews: [],
    maintainerCanModify: opening.maintainerCanModify,
    locked: false,
    mergeCommit: null,
    merged: undefined,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
  }
  repository.pulls.set(pull.number, pull)
  await keepPullRef(pull)
  await announcePull(stage, pull, 'opened', author)
  return pull
}

export interface PullUpdate {
  title?: string
  body?: string | null
  state?: 'open' | 'closed'
  base?: string
  maintainer_can_modify?: boolean
}

export async function updatePull(
  stage: Stage,
  pull: PullRequest,
  update: PullUpdate,
  actor: User,
): Promise<void> {
  const { title, body, state, base } = update
  if (base !== undefined) {
    const tip = await pull.repository.git.refTarget(`refs/heads/${base}`)
    if (!tip) throw invalidField('base')
    pull.base = { ref: base, sha: tip.id }
  }
  if (title !== undefined) pull.title = title
  if (body !== undefined) {
    checkBody(body)
    pull.body = body
  }
  pull.updatedAt = stage.world.now()
  if (state === 'closed' && pull.state === 'open') await closePull(stage, pull, actor)
  if (state === 'open' && pull.state === 'closed') await reopen(stage, pull, actor)
}

export type MergeMethod = 'merge' | 'squash' | 'rebase'

/** @returns the commit that the base then points at */
export async function mergePull(
  stage: Stage,
  pull: PullRequest,
  actor: User,
  method: MergeMethod = 'merge',
): Promise<string> {
  const { repository } = pull
  const ref = `refs/heads/${pull.base.ref}`
  const tip = await repository.git.refTarget(ref)
  if (pull.state !== 'open' || pull.draft || !tip) {
    throw new Refusal(405, 'Pull Request is not mergeable')
  }
  const tree = await repository.git.mergedTree(tip.id, pull.head.sha)
  if (!tree) throw new Refusal(405, 'Merge conflict')
  const who = { name: actor.login, email: noreply(actor), date: stage.world.now() }
  const commit = await commitsOf[method](pull, tip.id, tree, who)
  await moveRef(stage, repository, { ref, from: tip.id, to: commit, actor })
  // Git does not show that a base which took the changes by other commits has merged them.
  if (pull.state === 'open') await closePull(stage, pull, actor, { commit })
  return commit
}

type MakeCommits = (
  pull: PullRequest,
  tip: string,
  tree: string,
  who: GitIdentity,
) => Promise<string>

/** What each way of merging puts on top of the base. */
const commitsOf: Record<MergeMethod, MakeCommits> = {
  merge: ({ repository, number, head, title }, tip, tree, who) =>
    repository.git.writeCommit({
      tree,
      parents: [tip, head.sha],
      author: who,
      committer: who,
      message: `Merge pull request #${number} from ${head.owner.login}/${head.ref}\n\n${title}`,
    }),
  squash: ({ repository, number, title }, tip, tree, who) =>
    repository.git.writeCommit({
      tree,
      parents: [tip],
      author: who,
      committer: who,
      message: `${title} (#${number})`,
    }),
  /** Each commit again on top of the base. */
  async rebase({ repository: { git }, head }, tip, _, committer) {
    const commits = await Promise.all(
      (await git.between(tip, head.sha)).map((id) => git.commit(id)),
    )
    if (commits.some((commit) => commit?.parents.length !== 1)) {
      throw new Refusal(405, "This branch can't be rebased")
    }
    let parent = tip
    for (const commit of commits) {
      if (!commit) continue
      const { author, message } = commit
      const tree = await git.rebasedTree(parent, commit.id)
      if (!tree) throw new Refusal(405, "This branch can't be rebased")
      parent = await git.writeCommit({ tree, parents: [parent], author, committer, message })
    }
    return parent
  },
}

/** Takes a pull request out of draft. */
export async function markReady(stage: Stage, pull: PullRequest, actor: User): Promise<void> {
  if (!pull.draft) return
  pull.draft = false
  pull.updatedAt = stage.world.now()
  await announcePull(stage, pull, 'ready_for_review', actor)
}

/** @returns false when the pull request had the label already: then nothing happens */
export async function addLabel(
  stage: Stage,
  pull: PullRequest,
  name: string,
  sender: User,
): Promise<boolean> {
  const label = stage.world.label(pull.repository, name)
  if (pull.labels.includes(label)) return false
  pull.labels.push(label)
  noteLabelling(stage, pull, 'labeled', label, sender)
  await announcePull(stage, pull, 'labeled', sender, { label })
  return true
}

/** @returns false when the pull request did not have the label */
export async function removeLabel(
  stage: Stage,
  pull: PullRequest,
  name: string,
  sender: User,
): Promise<boolean> {
  const label = pull.labels.find((each) => each.name.toLowerCase() === name.toLowerCase())
  if (!label) return false
  pull.labels = pull.labels.filter((each) => each !== label)
  noteLabelling(stage, pull, 'unlabeled', label, sender)
  await announcePull(stage, pull, 'unlabeled', sender, { label })
  return true
}

/**
 * GitHub's dates have whole seconds, and nobody takes a label off and puts it on within one: what
 * follows within a second here is dated a second later.
 */
function noteLabelling(
  { world }: Stage,
  pull: PullRequest,
  event: 'labeled' | 'unlabeled',
  label: Label,
  actor: User,
): void {
  const last = pull.labellings.at(-1)?.at.getTime() ?? 0
  const at = new Date(Math.max(world.now().getTime(), last + 1000))
  pull.updatedAt = at
  pull.labellings.push({ id: world.nextId(), event, actor, label, at })
}

/** The longest body of a pull request or comment: 65,536 characters and 262,144 bytes. */
export function bodyFits(body: string): boolean {
  return [...body].length <= 65_536 && Buffer.byteLength(body) <= 262_144
}

async function reopen(stage: Stage, pull: PullRequest, actor: User): Promise<void> {
  const head = await pull.head.repository?.git.refTarget(`refs/heads/${pull.head.ref}`)
  if (pull.merged || !head) {
    throw invalid(
      'PullRequest',
      'state cannot be changed. The branch is gone or was merged.',
      'state',
    )
  }
  pull.state = 'open'
  pull.closedAt = null
  pull.head.sha = head.id
  await keepPullRef(pull)
  await announcePull(stage, pull, 'reopened', actor)
}

function checkBody(body: string | null): void {
  if (body !== null && !bodyFits(body)) {
    throw invalid('PullRequest', 'body is too long (maximum is 65536 characters)', 'body')
  }
}

function invalidField(field: 'base' | 'head'): Refusal {
  return new Refusal(422, 'Validation Failed', {
    errors: [{ resource: 'PullRequest', field, code: 'invalid' }],
  })
}
