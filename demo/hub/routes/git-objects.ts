import type { Call, Routes } from '../call.ts'
import { actorOf, inRepository } from '../call.ts'
import {
  changeTree,
  entryAt,
  flattenTree,
  isObjectId,
  type GitIdentity,
  type TreeChange,
} from '../git/index.ts'
import type { Repository } from '../model.ts'
import { guardContent } from '../rules.ts'
import { created, notFound, ok, Refusal } from '../reply.ts'
import { gitCommit, noreply } from '../represent/git.ts'
import { repositoryApi } from '../represent/repositories.ts'
import { nodeId } from '../represent/users.ts'

/** The Git Data API's objects: blobs, trees and commits. */
export const objectRoutes: Routes = {
  'git/create-blob': inRepository(['contents:write'], async (call, repository) => {
    const { content, encoding = 'utf-8' } = call.body as { content: string; encoding?: string }
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8')
    guardContent(repository, bytes)
    const sha = await repository.git.writeBlob(bytes)
    return created({ sha, url: `${repositoryApi(call.stage.links, repository)}/git/blobs/${sha}` })
  }),

  'git/get-blob': inRepository(['contents:read'], async (call, repository) => {
    const object = await objectNamed(repository, call.params.file_sha)
    if (object?.type !== 'blob') throw notFound()
    if (call.accept.includes('raw')) {
      return {
        status: 200,
        body: object.content,
        headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
      }
    }
    return ok({
      sha: object.id,
      node_id: nodeId('Blob', object.id),
      size: object.content.length,
      url: `${repositoryApi(call.stage.links, repository)}/git/blobs/${object.id}`,
      content: wrapBase64(object.content),
      encoding: 'base64',
    })
  }),

  'git/create-tree': inRepository(['contents:write'], async (call, repository) => {
    const { git } = repository
    const { base_tree: base } = call.body as { base_tree?: string }
    const baseTree = base === undefined ? undefined : await treeOf(repository, base)
    if (base !== undefined && !baseTree) {
      throw new Refusal(404, 'Not Found')
    }
    const changes = new Map<string, TreeChange>()
    for (const entry of call.body.tree as TreeRequest[]) {
      changes.set(checkedPath(entry.path), await changeOf(repository, entry))
    }
    for (const [path, change] of changes) {
      if (!change && !(baseTree && (await entryAt(git, baseTree, path)))) {
        throw new Refusal(422, 'GitRPC::BadObjectState')
      }
    }
    const sha = await changeTree(git, baseTree, changes)
    return created(await treeRecord(call, repository, sha, false))
  }),

  'git/get-tree': inRepository(['contents:read'], async (call, repository) => {
    const name = call.params.tree_sha ?? ''
    const sha = await treeOf(repository, name)
    if (!sha) throw notFound()
    return ok(await treeRecord(call, repository, sha, call.url.searchParams.has('recursive')))
  }),

  'git/create-commit': inRepository(['contents:write'], async (call, repository) => {
    const { git } = repository
    const { message, tree, parents = [] } = call.body as unknown as CommitRequest
    if (!(await treeExists(repository, tree))) {
      throw new Refusal(422, 'Tree SHA does not exist')
    }
    for (const parent of parents) {
      if (!(await commitExists(repository, parent))) {
        throw new Refusal(422, `Parent SHA does not exist or is not a commit object`)
      }
    }
    const { author, committer } = identities(call)
    const id = await git.writeCommit({ tree, parents, author, committer, message })
    if (signs(call)) repository.signed.add(id)
    const commit = await git.commit(id)
    return created(commit && gitCommit(call.stage.links, repository, commit))
  }),

  'git/get-commit': inRepository(['contents:read'], async (call, repository) => {
    const { commit_sha: sha } = call.params
    const commit = isObjectId(sha) ? await repository.git.commit(sha) : undefined
    if (!commit) throw notFound()
    return ok(gitCommit(call.stage.links, repository, commit))
  }),
}

/** Base64 in lines of 60 characters, as GitHub sends it. */
export function wrapBase64(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n')
}

interface TreeRequest {
  path: string
  mode: string
  type?: string
  sha?: string | null
  content?: string
}

interface CommitRequest {
  message: string
  tree: string
  parents?: string[]
  author?: IdentityRequest
  committer?: IdentityRequest
}

interface IdentityRequest {
  name: string
  email: string
  date?: string
}

function checkedPath(path: string): string {
  const parts = path.split('/')
  if (parts.some((part) => ['', '.', '..'].includes(part) || part.toLowerCase() === '.git')) {
    throw new Refusal(422, 'tree.path contains a malformed path component')
  }
  return path
}

async function changeOf(repository: Repository, entry: TreeRequest): Promise<TreeChange> {
  const { mode, sha, content } = entry
  if (sha === null) return undefined
  if (content !== undefined && sha === undefined) {
    guardContent(repository, content)
    return { mode, id: await repository.git.writeBlob(content) }
  }
  const object = await objectNamed(repository, sha)
  if (!object && mode !== '160000') {
    throw new Refusal(422, `tree.sha ${sha} is not a valid ${entry.type ?? 'blob'}`)
  }
  return { mode, id: sha ?? '' }
}

async function treeRecord(call: Call, repository: Repository, sha: string, recursive: boolean) {
  const { git } = repository
  const api = `${repositoryApi(call.stage.links, repository)}/git`
  const entries = await flattenTree(git, sha, { recursive })
  const sizes = new Map<string, number>()
  for (const entry of entries) {
    if (entry.type === 'blob') sizes.set(entry.id, (await git.read(entry.id))?.content.length ?? 0)
  }
  return {
    sha,
    url: `${api}/trees/${sha}`,
    tree: entries.map(({ path, mode, type, id }) => ({
      path,
      mode,
      type,
      sha: id,
      ...(type === 'blob' && { size: sizes.get(id) ?? 0 }),
      ...(type !== 'commit' && { url: `${api}/${type}s/${id}` }),
    })),
    truncated: false,
  }
}

/** The tree behind a tree's id, a commit's id or a branch's name. */
async function treeOf(repository: Repository, name: string): Promise<string | undefined> {
  const object = isObjectId(name)
    ? await repository.git.read(name)
    : await repository.git.read(`refs/heads/${name}`)
  if (object?.type === 'tree') return object.id
  return object?.type === 'commit' ? (await repository.git.commit(object.id))?.tree : undefined
}

/** The object of a full id; nothing for anything else. */
export function objectNamed(repository: Repository, sha: unknown) {
  return isObjectId(sha) ? repository.git.read(sha) : Promise.resolve(undefined)
}

async function treeExists(repository: Repository, sha: string): Promise<boolean> {
  return (await objectNamed(repository, sha))?.type === 'tree'
}

async function commitExists(repository: Repository, sha: string): Promise<boolean> {
  return (await objectNamed(repository, sha))?.type === 'commit'
}

/** Author and committer: as given, else the caller, committed by GitHub. */
function identities(call: Call): { author: GitIdentity; committer: GitIdentity } {
  const now = call.stage.world.now()
  const given = call.body as unknown as CommitRequest
  const actor = actorOf(call)
  const parse = (who: IdentityRequest): GitIdentity => ({
    name: who.name,
    email: who.email,
    date: who.date === undefined ? now : new Date(who.date),
  })
  const author = given.author
    ? parse(given.author)
    : { name: actor.login, email: noreply(actor), date: now }
  if (given.committer) return { author, committer: parse(given.committer) }
  const github = { name: 'GitHub', email: 'noreply@github.com', date: now }
  return { author, committer: signs(call) ? github : author }
}

/** GitHub signs what an App commits without naming an author or a committer. */
function signs({ identity, body }: Call): boolean {
  const isApp = identity.kind === 'installation' || identity.kind === 'job'
  return isApp && body.author === undefined && body.committer === undefined
}
