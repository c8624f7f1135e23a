/**
 * Keeps a data folder to one process: the embedded database has no lock of its own, and two
 * processes in one folder destroy it.
 */
import { CodicilError } from '../../spec-tools/index.ts'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Another process uses the data folder. */
export class FolderInUse extends CodicilError<'folder-in-use'> {
  override readonly name = 'FolderInUse'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'folder-in-use', what, ...options })
  }
}

/** Takes the folder, which is made where it is missing; the result gives it back. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'codicil.lock')
  const mine = await holder(process.pid)
  if (!(await created(file, mine))) {
    const other = await readFile(file, 'utf8').catch(() => '')
    const pid = Number.parseInt(other, 10)
    if (pid > 0 && (await holder(pid)) === other) {
      throw new FolderInUse(
        `The data folder ${folder} is used by process ${pid}. Stop that one, or set CODICIL_DATA ` +
          `to another folder, or DATABASE_URL to a PostgreSQL that several copies may share.`,
      )
    }
    // Left behind by a process that was killed.
    await rm(file, { force: true })
    if (!(await created(file, mine))) {
      throw new FolderInUse(`The data folder ${folder} was taken by another process just now.`)
    }
  }
  return () => rm(file, { force: true })
}

async function created(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * The process that has this id now: its id and, where the system tells, the tick it was started at,
 * because ids are given out again (in a container the app always has the same one). Empty if none.
 */
async function holder(pid: number): Promise<string> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return ''
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the program's name in parentheses and may hold blanks; the start is the 22nd.
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${pid} ${started}`
}
