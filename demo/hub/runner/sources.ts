import { mkdir, readFile, symlink, writeFile, chmod, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { entryAt, flattenTree } from '../git/index.ts'
import type { Repository } from '../model.ts'
import { resolveCommit } from '../routes/commits.ts'
import { parseWorkflow, type WorkflowFile } from '../workflows/workflow.ts'
import type { World } from '../world.ts'

/** `owner/repo/path@ref`, as `uses:` names an action or a reusable workflow. */
export interface Reference {
  owner: string
  repo: string
  path: string
  ref: string
}

/** An `action.yml`, as far as the runner acts on it. */
export interface ActionFile {
  name: string
  inputs?: Record<string, { default?: unknown; required?: boolean }>
  runs: { using: string; main?: string; pre?: string; post?: string; 'post-if'?: string }
}

export interface LoadedAction {
  folder: string
  file: ActionFile
}

/** Which workflow file a job is of. */
export interface WorkflowOrigin {
  /** As a run's `referenced_workflows` names it: `owner/repo/path@ref`. */
  reference: { path: string; sha: string; ref?: string }
  /** Where the workflow's own `./` references lead. */
  home: { repository: Repository; commit: string } | undefined
}

export interface LoadedWorkflow extends WorkflowOrigin {
  file: WorkflowFile
}

/**
 * Finds actions and reusable workflows: first in local folders that stand for repositories
 * (`owner/repo@ref` or `owner/repo` -> folder), then in the repositories of the stand-in.
 */
export class Sources {
  readonly #folders: Readonly<Record<string, string>>
  readonly #world: World
  readonly #asker: Repository

  /** @param asker the repository whose run asks */
  constructor(folders: Readonly<Record<string, string>>, world: World, asker: Repository) {
    this.#folders = folders
    this.#world = world
    this.#asker = asker
  }

  async workflow(reference: Reference): Promise<LoadedWorkflow> {
    const { owner, repo, path, ref } = reference
    const named = `${owner}/${repo}/${path}@${ref}`
    const full = isSha(ref) ? {} : { ref: `refs/heads/${ref}` }
    const folder = this.folder(reference)
    if (folder !== undefined) {
      const text = await readFile(join(folder, path), 'utf8')
      const sha = isSha(ref) ? ref : createHash('sha1').update(text).digest('hex')
      return {
        file: parseWorkflow(text),
        reference: { path: named, sha, ...full },
        home: undefined,
      }
    }
    const { repository, commit } = await this.#hosted(reference)
    const file = await this.readHosted(repository, commit, path)
    return {
      file: parseWorkflow(file),
      reference: { path: named, sha: commit, ...full },
      home: { repository, commit },
    }
  }

  /** The text of a file of a repository of the stand-in. */
  async readHosted(repository: Repository, commit: string, path: string): Promise<string> {
    const tree = (await repository.git.commit(commit))?.tree ?? ''
    const entry = await entryAt(repository.git, tree, path)
    const blob = entry && (await repository.git.read(entry.id))
    if (!blob)
      throw new Error(`${path} is not in ${repository.owner.login}/${repository.name}@${commit}.`)
    return blob.content.toString()
  }

  /** @param actionsFolder where actions of the stand-in's own repositories are laid out */
  async action(reference: Reference, actionsFolder: string): Promise<LoadedAction> {
    const { owner, repo, path, ref } = reference
    const folder = this.folder(reference) ?? officialFolder(reference)
    if (folder !== undefined) return loadAction(join(folder, path))
    const { repository, commit } = await this.#hosted(reference)
    const target = join(actionsFolder, owner, repo, ref)
    await layOut(repository, commit, target)
    return loadAction(join(target, path))
  }

  /** The local folder that stands for a repository at that reference. */
  folder({ owner, repo, ref }: Omit<Reference, 'path'>): string | undefined {
    return this.#folders[`${owner}/${repo}@${ref}`] ?? this.#folders[`${owner}/${repo}`]
  }

  async #hosted({ owner, repo, path, ref }: Reference) {
    const repository = this.#world.repository(owner, repo)
    // What is private can be shared with other repositories of its owner, and with nobody else.
    const shut = repository?.private && repository.owner !== this.#asker.owner
    const commit = repository && !shut && (await resolveCommit(repository, ref))
    if (!repository || !commit) {
      throw new Error(
        `Unable to resolve ${owner}/${repo}${path && `/${path}`}@${ref}: the stand-in holds no such repository and ref, and the runner was given no folder for it.`,
      )
    }
    return { repository, commit: commit.id }
  }
}

export function parseReference(uses: string): Reference {
  const [, owner, repo, path = '', ref] = /^([^/@]+)\/([^/@]+)(?:\/([^@]+))?@(.+)$/.exec(uses) ?? []
  if (!owner || !repo || !ref) {
    throw new Error(`'uses: ${uses}' should be owner/repo@ref or owner/repo/path@ref.`)
  }
  return { owner, repo, path, ref }
}

export async function loadAction(folder: string): Promise<LoadedAction> {
  for (const name of ['action.yml', 'action.yaml']) {
    const path = join(folder, name)
    if (await stat(path).catch(() => undefined)) {
      return { folder, file: parse(await readFile(path, 'utf8')) as ActionFile }
    }
  }
  throw new Error(`Can't find 'action.yml' or 'action.yaml' under '${folder}'.`)
}

/** GitHub's own actions that this runner brings with it; `actions/checkout` is built in. */
function officialFolder({ owner, repo }: Reference): string | undefined {
  const known = owner === 'actions' && ['upload-artifact', 'download-artifact'].includes(repo)
  return known ? join(import.meta.dirname, 'official', repo) : undefined
}

/** Writes a commit's files into a folder. */
async function layOut(repository: Repository, commit: string, folder: string): Promise<void> {
  const { git } = repository
  const tree = (await git.commit(commit))?.tree ?? ''
  for (const entry of await flattenTree(git, tree)) {
    if (entry.type !== 'blob') continue
    const content = (await git.read(entry.id))?.content ?? Buffer.alloc(0)
    const path = join(folder, entry.path)
    await mkdir(dirname(path), { recursive: true })
    if (entry.mode === '120000') await symlink(content.toString(), path)
    else await writeFile(path, content)
    if (entry.mode === '100755') await chmod(path, 0o755)
  }
}

function isSha(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref)
}
