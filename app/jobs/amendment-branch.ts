/**
 * Puts an amendment on its branch. The branch is named at birth and found again by that name and by
 * the request's id in its commits; a later rendering goes on top of the earlier one, with the base
 * as its second parent, so that the branch only ever moves forward.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Amendment, Conflict } from '../../spec-tools/index.ts'
import {
  createBranch,
  forwardBranch,
  headCommit,
  makeCommit,
  makeTree,
  mannerOf,
  requestOf,
  withTrailers,
  type TreeFile,
} from '../github/commit.ts'
import type { Repository } from '../github/client.ts'
import { readBase, readBeforeWrite, type BaseHead } from '../github/base-read.ts'
import type { Commit } from '../github/objects.ts'
import { fileOf, inTheWay, readFile, type File } from '../github/file.ts'
import { InvalidInput, RetryLater } from '../errors.ts'
import type { JobContext } from './context.ts'
import { carryEdits } from './edits.ts'
import type { EvidenceRequest, Manner } from './request.ts'

export interface SpecAtCommit extends File {
  text: string
  commit: string
}

/** The spec at the head of the base, with what is known of it. */
interface SpecAtHead extends SpecAtCommit, Pick<BaseHead, 'tree' | 'subjects'> {}

export interface Written {
  amendment: Amendment
  /** Commit of the base, and Git object name of the spec there. */
  base: { commit: string; blob: string }
  commit: string
  branch: string
  /** The branch was made just now. */
  fresh: boolean
  manner: Manner
}

/**
 * `conflicts`: people and the new base changed the same words, so the branch is left alone until
 * somebody decides. `unchanged`: nothing has to be drafted again.
 */
export type LeftAlone = { conflicts: Conflict[] } | 'unchanged'

/** How often the base may move while an amendment is being written, before the job waits. */
const patience = 4

export interface Target {
  /** Branch that the amendment is for. */
  ref: string
  manner: Manner
  /** A person wants it on the base as it stands, though the document there has not changed. */
  rebase: boolean
  /** The head of that branch, as it was read just now. */
  head: BaseHead | null
}

/** Drafts on the base as it stands; what people changed on the branch is carried over. */
export async function writeBranch(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  target: Target,
  render: Render,
): Promise<Written | LeftAlone> {
  const of = { number: request.pullRequest, branch: target.ref, path: request.spec?.path ?? '' }
  let { head } = target
  for (let turn = 0; turn < patience; turn++) {
    if (turn > 0) ({ head } = await readBase(repository, of))
    const outcome = await writeOnce(context, repository, request, { ...target, head }, render)
    if (outcome !== 'base-moved') return outcome
  }
  throw new RetryLater(
    10,
    `The branch ${target.ref} keeps moving while ${request.id} is being written.`,
  )
}

async function writeOnce(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  { ref, manner: wanted, rebase, head }: Target,
  render: Render,
): Promise<Written | LeftAlone | 'base-moved'> {
  const read = (commit: string) => specAt(context, repository, request, commit)
  if (head === null) throw new InvalidInput('no-base', `There is no branch ${ref} any more.`)
  const spec = await specAtHead(context, repository, request, head)
  const recorded = await recordedTip(repository, request)
  const ours = recorded !== null && requestOf(recorded.commit) === request.id
  // A name that was recorded, and then taken by somebody else before the branch was made, is given up.
  const tip = ours || request.amendment ? recorded : null
  let files: TreeFile[] | null = null
  // Where nothing is recorded any more, what people wanted is taken from the branch.
  const { bump, title } = ours && !request.amendment ? mannerOf(recorded.commit) : {}
  const manner = {
    ...(bump && { bump }),
    ...(title !== undefined && { title }),
    ...wanted,
  }
  const amendment = await render(spec, manner)
  if (tip) {
    // The last parent of a commit of ours is the base that it was drafted on.
    const base = ours ? tip.commit.parents.at(-1)?.sha : request.amendment?.base.commit
    const then = await read(base ?? spec.commit)
    const before = ours ? mannerOf(tip.commit) : (request.amendment?.manner ?? {})
    const opened = await render(then, before)
    const stands = then.blob === spec.blob && !(rebase && then.commit !== spec.commit)
    if (stands && isDeepStrictEqual(before, manner)) {
      return ours
        ? written(opened, then, {
            commit: tip.commit.sha,
            branch: tip.branch,
            fresh: false,
            manner,
          })
        : 'unchanged'
    }
    const { text: edited } = await read(tip.commit.sha)
    const branch = { opened, base: then.commit, tip: tip.commit.sha, edited }
    const carried = await carryEdits(
      context.core,
      repository,
      request.spec?.path ?? '',
      branch,
      amendment,
    )
    if (carried.conflicts.length > 0) return { conflicts: carried.conflicts }
    files = carried.files
  }
  const message = withTrailers(amendment.commitMessage, request.id, manner)
  const made = { files: files ?? amendment.files, message }
  if (await hasMoved(repository, request, ref, spec, amendment)) return 'base-moved'
  const commit = await commitOf(repository, request, made, spec, tip?.commit ?? null)
  const branch = tip
    ? (await forwardBranch(repository, tip.branch, commit)) && tip.branch
    : await newBranch(context, repository, request, amendment.branch, commit)
  return branch
    ? written(amendment, spec, { commit, branch, fresh: tip === null, manner })
    : 'base-moved'
}

function written(
  amendment: Amendment,
  { commit, blob }: SpecAtCommit,
  made: Pick<Written, 'commit' | 'branch' | 'fresh' | 'manner'>,
): Written {
  return { amendment, base: { commit, blob }, ...made }
}

async function specAt(
  { limits }: JobContext,
  repository: Repository,
  { spec }: EvidenceRequest,
  commit: string,
): Promise<SpecAtCommit> {
  const path = spec?.path ?? ''
  return asText(await readFile(repository, commit, path, limits.specBytes), path, commit)
}

async function specAtHead(
  { limits }: JobContext,
  repository: Repository,
  { spec }: EvidenceRequest,
  { commit, tree, entry, subjects }: BaseHead,
): Promise<SpecAtHead> {
  const path = spec?.path ?? ''
  const file = await fileOf(repository, { commit, path }, entry, limits.specBytes)
  return { ...asText(file, path, commit), tree, subjects }
}

function asText(file: File | null, path: string, commit: string): SpecAtCommit {
  if (!file) throw new InvalidInput('no-spec', `There is no ${path} at ${commit}.`)
  try {
    // Text that gives the same bytes again: a byte order mark is kept.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.bytes)
    return { ...file, text, commit }
  } catch (cause) {
    throw new InvalidInput('not-utf8', `${path} is not valid UTF-8; save it as UTF-8.`, { cause })
  }
}

/** The tip of the branch that was recorded for the request, once there is such a branch. */
async function recordedTip(
  repository: Repository,
  { branch }: EvidenceRequest,
): Promise<{ branch: string; commit: Commit } | null> {
  const commit = branch ? await headCommit(repository, branch) : null
  return branch && commit ? { branch, commit } : null
}

/**
 * Looks at the base right before it is written to: whether the document there is another one by now,
 * and whether there is room for what the draft brings.
 */
async function hasMoved(
  repository: Repository,
  { spec: of }: EvidenceRequest,
  branch: string,
  spec: SpecAtHead,
  { files }: Amendment,
): Promise<boolean> {
  const path = of?.path ?? ''
  const fresh = files.map((file) => file.path).filter((one) => one !== path)
  const on = { branch, commit: spec.commit, path }
  const { head, blob, at } = await readBeforeWrite(repository, on, foldersOf(fresh))
  const blocked = await blockedBy(repository, spec.commit, fresh, at)
  if (blocked !== null) {
    throw new InvalidInput(
      'evidence-exists',
      `${blocked} is on the base already, and evidence is written over nothing. Let the settings give ` +
        'each investigation a folder of its own by {slug} and {date}, or take another name.',
    )
  }
  return head !== null && head !== spec.commit && blob !== spec.blob
}

/** The folders of files, and those around them. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const names = path.split('/').slice(0, -1)
    return names.map((_, depth) => names.slice(0, depth + 1).join('/'))
  })
  return [...new Set(folders)]
}

/** What stands in the way of new files; where the folders do not say so their entries are read. */
async function blockedBy(
  repository: Repository,
  commit: string,
  fresh: readonly string[],
  at: ReadonlyMap<string, string | null>,
): Promise<string | null> {
  const other = [...at].find(([, type]) => type !== null && type !== 'tree')
  if (other) return other[0]
  const beside = fresh.filter((path) => {
    const folder = path.split('/').slice(0, -1).join('/')
    return folder === '' || at.get(folder) === 'tree'
  })
  return beside.length === 0 ? null : inTheWay(repository, commit, beside)
}

async function commitOf(
  repository: Repository,
  request: EvidenceRequest,
  { files, message }: { files: readonly TreeFile[]; message: string },
  spec: SpecAtHead,
  earlier: Commit | null,
): Promise<string> {
  const withMode = files.map((file) =>
    file.path === request.spec?.path ? { ...file, mode: spec.mode } : file,
  )
  const tree = await makeTree(repository, spec.tree, withMode)
  return makeCommit(repository, {
    message,
    tree,
    parents: earlier ? [earlier.sha, spec.commit] : [spec.commit],
  })
}

/**
 * Makes the branch under the amendment's name, or under one with a piece of the request's id where
 * another request or a person has the name already. The name is recorded before the branch is made, so that it is found again
 * whatever number a later rendering takes.
 */
async function newBranch(
  { store }: JobContext,
  repository: Repository,
  { id }: EvidenceRequest,
  wanted: string,
  commit: string,
): Promise<string | null> {
  for (const branch of [wanted, `${wanted}-${id.slice(3, 11)}`]) {
    await store.note(id, { branch })
    if (await createBranch(repository, branch, commit)) return branch
    const there = await headCommit(repository, branch)
    // Made by this very call, whose answer was late.
    if (there?.sha === commit) return branch
    if (there && requestOf(there) === id) {
      // Made by this very request, and nobody lived to record it.
      throw new RetryLater(1, `The branch ${branch} of ${id} was found again.`)
    }
  }
  return null
}

/** Subjects are known of the head of the base, which is rendered on first. */
export type Render = (
  spec: SpecAtCommit & { subjects?: string[] },
  manner: Manner,
) => Promise<Amendment>
