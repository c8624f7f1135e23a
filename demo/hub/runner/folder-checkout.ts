import { constants } from 'node:fs'
import { cp, lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/**
 * What a checkout of a repository gives, for one that a local folder stands for: the files that git
 * tracks or would track. Nothing that was installed or built beside them comes along.
 */
export async function checkOutFolder(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true })
  const options = { verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE }
  const files = await unignoredFiles(source)
  if (!files) {
    const skipped = new Set(['.git', 'node_modules'].map((name) => join(source, name)))
    await cp(source, target, { ...options, recursive: true, filter: (path) => !skipped.has(path) })
    return
  }
  for (const file of files) {
    const from = join(source, file)
    // A file that was deleted but not yet committed is still listed.
    if (!(await lstat(from).catch(() => undefined))?.isDirectory()) {
      await mkdir(dirname(join(target, file)), { recursive: true })
      await cp(from, join(target, file), options).catch(ignoreMissing)
    }
  }
}

/** Nothing where the folder is no git repository of its own. */
async function unignoredFiles(folder: string): Promise<string[] | undefined> {
  const { stdout, exitCode } = await execa(
    'git',
    ['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { reject: false },
  )
  const files = stdout.split('\0').filter(Boolean)
  return exitCode === 0 && files.length > 0 ? files : undefined
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: string }).code !== 'ENOENT') throw error
}
