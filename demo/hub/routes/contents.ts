import { posix } from 'node:path'
import type { Call, Routes } from '../call.ts'
import { inRepository } from '../call.ts'
import { entryAt, flattenTree, type FlatEntry } from '../git/index.ts'
import type { Repository } from '../model.ts'
import { notFound, ok, Refusal, type Reply } from '../reply.ts'
import { repositoryApi, repositoryWeb } from '../represent/repositories.ts'
import { resolveCommit } from './commits.ts'
import { wrapBase64 } from './git-objects.ts'

/** Up to here `content` holds the file; up to `largest` only the raw media type does. */
const inlineLimit = 1024 * 1024
const largest = 100 * 1024 * 1024

interface Place {
  repository: Repository
  commit: string
  tree: string
  ref: string
}

/** Files and folders by path. */
export const contentRoutes: Routes = {
  'repos/get-content': inRepository(['contents:read'], async (call, repository) => {
    const asked = call.url.searchParams.get('ref')
    const commit = await resolveCommit(repository, asked ?? repository.defaultBranch)
    if (!commit) throw new Refusal(404, `No commit found for the ref ${asked}`)
    const ref = asked ?? repository.defaultBranch
    const place = { repository, commit: commit.id, tree: commit.tree, ref }
    const path = (call.params.path ?? '').replace(/\/$/, '')
    const entry = await entryAt(repository.git, commit.tree, path)
    if (!entry) throw notFound()
    const type = entry.mode === '040000' ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob'
    return show(call, place, { ...entry, path, type })
  }),
}

async function show(call: Call, place: Place, entry: FlatEntry): Promise<Reply> {
  const { git } = place.repository
  if (entry.type === 'tree') {
    const entries = await flattenTree(git, entry.id, { recursive: false })
    const prefix = entry.path ? `${entry.path}/` : ''
    const listed = []
    for (const each of entries) {
      const blob = each.type === 'blob' ? await git.read(each.id) : undefined
      const path = prefix + each.path
      listed.push({
        type: typeName(each),
        size: blob && !isLink(each) ? blob.content.length : 0,
        ...common(call, place, { ...each, path }),
      })
    }
    return ok(listed)
  }
  if (entry.type === 'commit') {
    const submodule = `${repositoryWeb(call.stage.links, place.repository)}.git`
    const facts = { type: 'submodule', submodule_git_url: submodule, size: 0 }
    return ok({ ...facts, ...common(call, place, entry) })
  }
  const content = (await git.read(entry.id))?.content ?? Buffer.alloc(0)
  if (!isLink(entry)) return showFile(call, place, entry, content)
  const target = content.toString()
  const linked = await followed(place, entry.path, target)
  if (linked) return showFile(call, place, entry, linked.content, linked.id)
  return ok({ type: 'symlink', target, size: target.length, ...common(call, place, entry) })
}

/** A link to a file of the repository is answered with the file's content, as GitHub does. */
async function followed(place: Place, path: string, target: string) {
  const { git } = place.repository
  const resolved = posix.normalize(posix.join(posix.dirname(path), target))
  const outside = target.startsWith('/') || resolved.startsWith('..')
  const entry = outside ? undefined : await entryAt(git, place.tree, resolved)
  return entry && entry.mode.startsWith('100') ? git.read(entry.id) : undefined
}

function showFile(
  call: Call,
  place: Place,
  entry: FlatEntry,
  content: Buffer,
  id = entry.id,
): Reply {
  if (content.length > largest) {
    throw new Refusal(403, 'This API returns blobs up to 100 MB in size.', {
      errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
    })
  }
  if (call.accept.includes('raw')) {
    return {
      status: 200,
      body: content,
      headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
    }
  }
  const inline = content.length <= inlineLimit
  return ok({
    type: 'file',
    encoding: inline ? 'base64' : 'none',
    size: content.length,
    content: inline ? wrapBase64(content) : '',
    ...common(call, place, { ...entry, id }),
  })
}

function common(call: Call, { repository, ref, commit }: Place, entry: FlatEntry) {
  const { links } = call.stage
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const self = `${repositoryApi(links, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryApi(links, repository)}/git/${entry.type}s/${entry.id}`
  const web = repositoryWeb(links, repository)
  const html = `${web}/blob/${ref}/${path}`
  const download = entry.type === 'blob' ? `${web}/raw/${commit}/${path}` : null
  return {
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.id,
    url: self,
    git_url: git,
    html_url: html,
    download_url: download,
    _links: { self, git, html },
  }
}

function typeName(entry: FlatEntry): string {
  if (isLink(entry)) return 'symlink'
  if (entry.type === 'tree') return 'dir'
  return entry.type === 'commit' ? 'submodule' : 'file'
}

function isLink({ mode }: FlatEntry): boolean {
  return mode === '120000'
}
