/**
 * A cgroup (version 2) for one diagnostic: what it may take is counted over all its processes, and
 * all of them are ended at once, whatever they did to their environment, session or parents.
 */
import { randomBytes } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type Controller = 'memory' | 'pids' | 'cpu'

/** Where groups can be made, and what they can limit there. */
export interface Nursery {
  folder: string
  controllers: ReadonlySet<Controller>
}

/**
 * The nearest place at or above this process's own group where groups can be made, preferably one
 * whose groups can limit memory and processes; null where there is none, as for most users but root.
 */
export async function findNursery(): Promise<Nursery | null> {
  let best: Nursery | null = null
  for (const folder of await candidates()) {
    const nursery = await tryOut(folder)
    if (nursery === null) continue
    if (nursery.controllers.has('memory') && nursery.controllers.has('pids')) return nursery
    best ??= nursery
  }
  return best
}

/** Milliseconds between looks at whether a group is empty, and how many. */
const settling = { pause: 2, looks: 1000 }

export class Cgroup {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** @param files What is written into the group's files, such as `pids.max`. */
  static async make(
    nursery: Nursery,
    files: Readonly<Record<string, string | number>>,
  ): Promise<Cgroup> {
    const group = new Cgroup(join(nursery.folder, `codicil-${randomBytes(8).toString('hex')}`))
    await mkdir(group.folder)
    for (const [name, value] of Object.entries(files)) {
      const file = join(group.folder, name)
      // Some files are there only if the kernel was built or started with what they steer.
      if (existsSync(file)) await writeFile(file, String(value))
    }
    return group
  }

  /** A figure by its name in a file of lines `name value`; 0 where the kernel does not count it. */
  async figure(file: string, name: string): Promise<number> {
    const text = await readFile(join(this.folder, file), 'utf8').catch(() => '')
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  }

  /** Ends every process in it, and comes back when the last is gone. */
  async kill(): Promise<void> {
    for (let look = 0; look < settling.looks; look++) {
      const members = await readFile(join(this.folder, 'cgroup.procs'), 'utf8').catch(() => '')
      const populated = await this.figure('cgroup.events', 'populated')
      if (members === '' && populated === 0) return
      // Kernels before 5.14 have no cgroup.kill.
      await writeFile(join(this.folder, 'cgroup.kill'), '1').catch(() => killEach(members))
      await sleep(settling.pause)
    }
  }

  async remove(): Promise<void> {
    await this.kill()
    await rmdir(this.folder).catch(() => undefined)
  }
}

function killEach(members: string): void {
  for (const pid of members.split('\n').map(Number)) {
    if (pid > 1) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It is gone already.
      }
    }
  }
}

/** This process's own group, then those above it. */
async function candidates(): Promise<string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  const own = await readFile('/proc/self/cgroup', 'utf8').catch(() => '')
  const root = /^\d+ \d+ \S+ \S+ (\/\S*) .* - cgroup2 /m.exec(mounts)?.[1]
  const path = /^0::(\/.*)$/m.exec(own)?.[1]
  if (root === undefined || path === undefined || path.startsWith('/..')) return []
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((_, depth) => join(root, ...parts.slice(0, parts.length - depth))).concat(root)
}

/** Whether a group made there takes processes of this one's: only making one tells. */
async function tryOut(folder: string): Promise<Nursery | null> {
  // A process moves only between groups of which the one above both may be written.
  const movable = await access(join(folder, 'cgroup.procs'), constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!movable) return null
  const none = { folder, controllers: new Set<Controller>() }
  const trial = await Cgroup.make(none, {}).catch(() => null)
  if (trial === null) return null
  try {
    const listed = await readFile(join(trial.folder, 'cgroup.controllers'), 'utf8')
    const type = await readFile(join(trial.folder, 'cgroup.type'), 'utf8')
    const known: Controller[] = ['memory', 'pids', 'cpu']
    const controllers = known.filter((name) => listed.trim().split(' ').includes(name))
    return type.trim() === 'domain' ? { folder, controllers: new Set(controllers) } : null
  } finally {
    await rmdir(trial.folder)
  }
}
