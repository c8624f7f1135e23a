/**
 * Evidence becomes an amendment: judged, drafted on the spec as it stands on the base, committed in
 * one commit, proposed in one pull request. Run again it finds what it made; run after the base has
 * moved it drafts again, on the same branch.
 *
 * Order of the writes: blobs, tree and commit, which nobody sees; the branch, with which it counts;
 * the pull request. Comment and check are the report's.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Ahead } from '../../spec-tools/index.ts'
import type { Core } from '../core/index.ts'
import type { StoredBundle } from '../core/tasks.ts'
import type { Repository } from '../github/client.ts'
import { readBase } from '../github/base-read.ts'
import { branchHead } from '../github/file.ts'
import { WriteRefused } from '../github/refused.ts'
import { findProposal, getPullRequest, propose } from '../github/pull-request.ts'
import { InvalidInput } from '../errors.ts'
import { withPicture } from '../picture.ts'
import { writeBranch } from './amendment-branch.ts'
import type { Event } from '../states.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest, Manner } from './request.ts'
import type { Render } from './amendment-branch.ts'

/** @param aheadOn What drafts before this one take on a base. */
export async function amend(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  aheadOn: (ref: string) => Ahead[],
): Promise<void> {
  const { store, log } = context
  const { id } = request
  try {
    if (await isSettled(context, repository, request, aheadOn)) return
    await draft(context, repository, request, aheadOn)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    log.info({ request: id, code: error.code }, 'No amendment could be drafted')
    const problem = {
      code: error.code,
      message:
        error instanceof WriteRefused
          ? 'The amendment was drafted, and GitHub did not let it be written.'
          : 'The evidence was read, and the specification could not be amended with it.',
      details: error.message.split('\n'),
      undrafted: true,
    }
    await store.transition(id, 'draft-rejected', { problem })
  }
}

async function draft(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  aheadOn: (ref: string) => Ahead[],
): Promise<void> {
  const { core, store, log, limits } = context
  const { id } = request
  const { pullRequest: number, spec } = request
  const known = request.amendment?.base.ref ?? request.settings?.base
  const at = known ?? (await getPullRequest(repository, number)).base.ref
  const { pull, head } = await readBase(repository, { number, branch: at, path: spec?.path ?? '' })
  const ref = request.amendment?.base.ref ?? approvedBase(request, pull.base.ref)
  const zip = await store.bundle(id)
  if (!zip && request.amendment) {
    throw new InvalidInput('evidence-gone', 'The evidence is not kept any more; ask for it again.')
  }
  if (!zip) throw new Error(`The bundle of ${id} is not stored, though it was ingested.`)
  const evidence = { zip, limits: limits.unzip }
  const nothing = request.amendment ? null : await core.run('unmeasured', evidence)
  if (nothing) {
    const { what, report } = nothing
    const problem = { code: 'nothing-measured', message: what, details: [], report }
    await store.transition(id, 'nothing-measured', { problem })
    log.info({ request: id }, 'Nothing was measured')
    return
  }
  const render = renderer(core, evidence, request, ref)
  const rebase = request.wanted?.rebase ?? false
  const target = { ref, manner: mannerFor(request, aheadOn(ref)), rebase, head }
  const written = await writeBranch(context, repository, request, target, render)
  const done = typeof written === 'object' && 'manner' in written ? written.manner : {}
  await keepWanted(store, request, done)
  if (written === 'unchanged') return
  if ('conflicts' in written) {
    const { amendment } = request
    const { conflicts } = written
    if (amendment) await store.update(id, { amendment: { ...amendment, conflicts } })
    return
  }
  const { amendment, base, commit, branch, fresh, manner } = written
  const { title, body, comment, folder, check } = amendment
  const { draft: kept = true, secondPerson = false } = request.settings ?? {}
  const asDraft = (kept && !pull.merged) || (secondPerson && amendment.rewrites)
  const proposed = await propose(repository, {
    branch,
    base: ref,
    title,
    body: withPicture(body, { commit, folder }, repository.url),
    draft: asDraft,
    fresh,
  })
  const drafted = {
    pullRequest: proposed.number,
    title,
    commit,
    base: { ref, ...base },
    comment,
    folder,
    check,
    conflicts: [],
    rewrites: amendment.rewrites,
    takes: { section: amendment.section.number || null, version: amendment.version?.to ?? null },
    manner,
  }
  await store.transition(id, eventOf[proposed.state], { problem: null, amendment: drafted })
  log.info({ request: id, amendment: proposed.number, title }, 'An amendment was drafted')
}

/**
 * The branch that the label was given for: the author of a pull request can have it merged elsewhere
 * at any time, and who gave the label has not seen it there.
 */
function approvedBase({ settings }: EvidenceRequest, now: string): string {
  if (settings?.base === undefined || settings.base === now) return now
  throw new InvalidInput(
    'base-moved',
    `Evidence was asked for while this pull request was for the branch ${settings.base}; now it is ` +
      `for ${now}. Look at what it changes there, then take the label off and give it again.`,
  )
}

const eventOf = {
  open: 'amendment-drafted',
  closed: 'amendment-closed',
  merged: 'amendment-merged',
} as const satisfies Record<string, Event>

/** A draft that was merged or closed by people, or whose base stands where it was. */
async function isSettled(
  { store }: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  aheadOn: (ref: string) => Ahead[],
): Promise<boolean> {
  const { id, state, branch, amendment, problem, wanted } = request
  if (!branch || !amendment) return false
  const proposal = await findProposal(repository, branch)
  if (proposal && proposal.state !== 'open') {
    if (state !== 'declined' || proposal.state === 'merged') {
      // A push of a merge may be heard before the merge, and what it brought in the way of a draft.
      await store.transition(id, eventOf[proposal.state], { problem: null })
    }
    return true
  }
  // Opened again by a person.
  if (proposal && state === 'declined') await store.transition(id, 'amendment-drafted', {})
  const { ref, commit } = amendment.base
  if (problem || wanted?.rebase) return false
  if (!isDeepStrictEqual(amendment.manner ?? {}, mannerFor(request, aheadOn(ref)))) return false
  return proposal !== null && (await branchHead(repository, ref)) === commit
}

function mannerFor({ wanted }: EvidenceRequest, ahead: Ahead[]): Manner {
  const { bump, title } = wanted ?? {}
  return {
    ...(ahead.length > 0 && { ahead }),
    ...(bump && { bump }),
    ...(title !== undefined && { title }),
  }
}

/** Has what was done not done again; what somebody wanted meanwhile stays. */
async function keepWanted(
  store: JobContext['store'],
  { id, wanted: before }: EvidenceRequest,
  { bump, title }: Manner,
): Promise<void> {
  const { rebase, ...now } = (await store.find(id))?.wanted ?? {}
  const again = rebase && !before?.rebase
  const wanted = {
    ...(bump && { bump }),
    ...(title !== undefined && { title }),
    ...now,
    ...(again && { rebase }),
  }
  if (!isDeepStrictEqual(wanted, before ?? {})) await store.note(id, { wanted })
}

/**
 * What turns the spec at one commit of the base, in a manner, into the amendment: a function of
 * nothing else.
 */
function renderer(
  core: Core,
  evidence: StoredBundle,
  request: EvidenceRequest,
  ref: string,
): Render {
  // A rendering on an earlier base is to be titled as the present one.
  let subjects: string[] = []
  return ({ text, commit, ...spec }, manner) =>
    core.run('draft', {
      ...evidence,
      spec: request.spec?.id ?? null,
      text,
      subjects: (subjects = spec.subjects ?? subjects),
      origin: {
        pullRequest: request.pullRequest,
        requestedBy: request.sender,
        base: { ref, commit },
        verification: request.verification,
        judges: request.settings?.judges,
        ...manner,
      },
    })
}
