import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { checkOutFolder } from './folder-checkout.ts'
import type { JobLog } from './log.ts'
import { runProcess } from './process.ts'
import type { Patience } from './state.ts'

export interface CheckoutPlace {
  /** The stand-in's pages: where repositories are cloned from. */
  server: string
  workspace: string
  /** The repository and commit of the run, for a checkout that names neither. */
  repository: string
  sha: string
  token: string
  /** The local folder that stands for a repository that the stand-in does not hold. */
  folderOf: (repository: string, ref: string) => string | undefined
  env: Record<string, string>
  log: JobLog
  signal: AbortSignal
  patience: Patience
}

/**
 * `actions/checkout` with real git: repository, ref, path, token, fetch-depth, sparse-checkout and
 * persist-credentials mean what they mean there.
 *
 * @returns the step's outputs
 */
export async function checkout(
  inputs: Record<string, string>,
  place: CheckoutPlace,
): Promise<Record<string, string>> {
  const repository = inputs.repository || place.repository
  const folder = join(place.workspace, inputs.path ?? '')
  if (relative(place.workspace, folder).startsWith('..')) {
    throw new Error(`Repository path '${folder}' is not under '${place.workspace}'`)
  }
  const own = repository === place.repository
  const ref = inputs.ref || (own ? place.sha : 'HEAD')
  const local = place.folderOf(repository, ref)
  if (local !== undefined) {
    place.log.print(`Copying ${repository} at ${ref}`)
    await empty(folder)
    await checkOutFolder(local, folder)
    return { ref, commit: ref }
  }
  const url = `${place.server}/${repository}`
  const git = gitIn(folder, place)
  await empty(folder)
  await git('init', '--quiet')
  await git('remote', 'add', 'origin', url)
  await git('config', '--local', 'gc.auto', '0')
  const header = `http.${place.server}/.extraheader`
  const token = inputs.token || place.token
  if (token) {
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
    place.log.mask(basic)
    await git('config', '--local', header, `AUTHORIZATION: basic ${basic}`)
  }
  const depth = Number(inputs['fetch-depth'] ?? '1')
  const fetched = await fetchRef(git, ref, depth > 0 ? [`--depth=${depth}`] : [])
  await sparse(git, inputs)
  await git('-c', 'advice.detachedHead=false', 'checkout', '--force', '--quiet', ...fetched)
  if (token && inputs['persist-credentials'] === 'false') {
    await git('config', '--local', '--unset-all', header)
  }
  return { ref, commit: await git('rev-parse', 'HEAD') }
}

type Git = (...args: string[]) => Promise<string>

/** Fetches a commit, a full reference, a branch or a tag. @returns what to check out */
async function fetchRef(git: Git, ref: string, options: string[]): Promise<string[]> {
  const fetch = (refspec: string) =>
    git('fetch', '--quiet', '--no-tags', '--prune', ...options, 'origin', refspec)
  if (/^[0-9a-f]{40}$/.test(ref) || ref === 'HEAD' || ref.startsWith('refs/')) {
    await fetch(ref)
    return ['--detach', 'FETCH_HEAD']
  }
  const listed = await git('ls-remote', '--heads', '--tags', 'origin', ref)
  if (listed.includes(`\trefs/heads/${ref}\n`) || listed.endsWith(`\trefs/heads/${ref}`)) {
    await fetch(`+refs/heads/${ref}:refs/remotes/origin/${ref}`)
    return ['-B', ref, `refs/remotes/origin/${ref}`]
  }
  await fetch(`+refs/tags/${ref}:refs/tags/${ref}`)
  return ['--detach', `refs/tags/${ref}`]
}

async function sparse(git: Git, inputs: Record<string, string>): Promise<void> {
  const patterns = (inputs['sparse-checkout'] ?? '').split('\n').map((line) => line.trim())
  const wanted = patterns.filter(Boolean)
  if (wanted.length === 0) return
  const cone = inputs['sparse-checkout-cone-mode'] !== 'false'
  await git('sparse-checkout', 'set', cone ? '--cone' : '--no-cone', ...wanted)
}

function gitIn(folder: string, { env, log, signal, patience }: CheckoutPlace): Git {
  return async (...args) => {
    log.print(`[command]git ${args.join(' ')}`)
    const lines: string[] = []
    const collecting = {
      output: (line: string) => {
        lines.push(line)
        log.print(line)
        return undefined
      },
      print: (line: string) => log.print(line),
    } as JobLog
    const gitEnv = { ...env, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }
    const code = await runProcess({
      file: 'git',
      args,
      cwd: folder,
      env: gitEnv,
      log: collecting,
      signal,
      patience,
    })
    if (code !== 0) throw new Error(`The process 'git' failed with exit code ${code}`)
    return lines.join('\n').trim()
  }
}

async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}
