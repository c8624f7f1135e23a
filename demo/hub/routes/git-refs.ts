import type { Call, Routes } from '../call.ts'
import { actorOf, inRepository } from '../call.ts'
import { holds } from '../credentials.ts'
import { isValidRefName } from '../git/index.ts'
import type { Repository } from '../model.ts'
import { moveRef, newWorkflows } from '../refs.ts'
import { guardRef } from '../rules.ts'
import { created, noContent, notFound, ok, Refusal } from '../reply.ts'
import { refRecord } from '../represent/git.ts'
import { objectNamed } from './git-objects.ts'

/** The Git Data API's references: branches and tags. */
export const refRoutes: Routes = {
  'git/get-ref': inRepository(['contents:read'], async (call, repository) => {
    const ref = `refs/${call.params.ref}`
    const target = await repository.git.refTarget(ref)
    if (!target) throw notFound()
    return ok(refRecord(call.stage.links, repository, { ...target, ref }))
  }),

  'git/list-matching-refs': inRepository(['contents:read'], async (call, repository) => {
    const found = await repository.git.refs(`refs/${call.params.ref}`)
    return ok(found.map((ref) => refRecord(call.stage.links, repository, ref)))
  }),

  'git/create-ref': inRepository(['contents:write'], async (call, repository) => {
    const { ref, sha } = call.body as { ref: string; sha: string }
    if (!isValidRefName(ref) || !/^refs\/(heads|tags|notes)\//.test(ref)) {
      throw new Refusal(
        422,
        `Reference name must start with 'refs/', have at least three parts, and be valid: ${ref}`,
      )
    }
    const target = await objectNamed(repository, sha)
    if (!target) throw new Refusal(422, 'Object does not exist')
    if (ref.startsWith('refs/heads/') && target.type !== 'commit') {
      throw new Refusal(422, 'Reference update failed')
    }
    await guardWorkflows(call, repository, undefined, sha)
    await guardRef(call, repository, { ref, from: undefined, to: sha })
    if (await repository.git.refTarget(ref)) throw new Refusal(422, 'Reference already exists')
    const actor = actorOf(call)
    if (!(await moveRef(call.stage, repository, { ref, from: undefined, to: sha, actor }))) {
      throw new Refusal(422, 'Reference update failed')
    }
    return created(refRecord(call.stage.links, repository, { ...target, ref }))
  }),

  'git/update-ref': inRepository(['contents:write'], async (call, repository) => {
    const ref = `refs/${call.params.ref}`
    const { sha, force = false } = call.body as { sha: string; force?: boolean }
    const before = await repository.git.refTarget(ref)
    if (!before) throw new Refusal(422, 'Reference does not exist')
    const target = await objectNamed(repository, sha)
    if (!target) throw new Refusal(422, 'Object does not exist')
    if (!force && !(await repository.git.isAncestor(before.id, sha))) {
      throw new Refusal(422, 'Update is not a fast forward')
    }
    await guardWorkflows(call, repository, before.id, sha)
    await guardRef(call, repository, { ref, from: before.id, to: sha })
    const moved =
      before.id === sha ||
      (await moveRef(call.stage, repository, {
        ref,
        from: before.id,
        to: sha,
        actor: actorOf(call),
      }))
    if (!moved) throw new Refusal(422, 'Reference update failed')
    return ok(refRecord(call.stage.links, repository, { ...target, ref }))
  }),

  'git/delete-ref': inRepository(['contents:write'], async (call, repository) => {
    const ref = `refs/${call.params.ref}`
    const before = await repository.git.refTarget(ref)
    if (!before) throw new Refusal(422, 'Reference does not exist')
    if (ref === `refs/heads/${repository.defaultBranch}`) {
      throw new Refusal(422, 'Cannot delete the default branch')
    }
    const actor = actorOf(call)
    await moveRef(call.stage, repository, { ref, from: before.id, to: undefined, actor })
    return noContent()
  }),
}

/**
 * An App without `workflows: write` may not bring a branch to workflow files that no other branch
 * has; where the rules say so, to any others than its own.
 */
async function guardWorkflows(
  { identity }: Call,
  repository: Repository,
  before: string | undefined,
  after: string,
): Promise<void> {
  if (identity.kind === 'user' || holds(identity, ['workflows:write'])) return
  const { git } = repository
  const tip = before ?? (await git.refTarget(`refs/heads/${repository.defaultBranch}`))?.id
  const from = tip && (await git.mergeBase(tip, after))
  const [path] = from ? await newWorkflows(repository, from, after) : []
  if (path !== undefined) {
    throw new Refusal(
      403,
      `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`,
    )
  }
}
