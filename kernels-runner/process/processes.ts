/** Finding and ending processes that a diagnostic started, also those that left its group. */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** The variable by which a process is recognised as started by one diagnostic. */
export const markName = 'CODICIL_MARK'

/** Rounds of looking; each finds what the ones before were too early for. */
const rounds = 20

/** Sends a signal to a whole process group; one that is gone already is fine. */
export function killGroup(leader: number, signal: NodeJS.Signals): void {
  kill(-leader, signal)
}

/**
 * Sends a signal to all that a process has started and that is not gone, but not to itself: a sandbox
 * that got SIGTERM would end what is in it without a word.
 */
export async function signalDescendants(ancestor: number, signal: NodeJS.Signals): Promise<void> {
  const children = await childrenOfEach()
  const found = new Set([ancestor])
  // What is added while a set is walked through is walked through too.
  for (const pid of found) {
    for (const child of children.get(pid) ?? []) found.add(child)
  }
  found.delete(ancestor)
  for (const pid of found) kill(pid, signal)
}

/** Of all processes on this machine, by the ids of their parents. */
async function childrenOfEach(): Promise<Map<number, number[]>> {
  const children = new Map<number, number[]>()
  await Promise.all(
    (await processes()).map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The name in brackets may hold anything, brackets included.
      const parent = Number(/.*\) \S (\d+)/s.exec(stat)?.[1] ?? 0)
      children.set(parent, [...(children.get(parent) ?? []), pid])
    }),
  )
  return children
}

async function processes(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => [])
  return names.map(Number).filter((pid) => pid > 1)
}

/**
 * Kills every process whose environment carries the mark, until none is found.
 *
 * Hazard: a process that replaced its environment and left its group is not found. A cgroup has no
 * such gap, nor has isolation by bubblewrap, since its process namespace dies with it.
 */
export async function killMarked(mark: string): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const found = await marked(mark)
    if (found.length === 0) return
    for (const pid of found) kill(pid, 'SIGKILL')
    await sleep(5)
  }
}

async function marked(mark: string): Promise<number[]> {
  const entry = Buffer.from(`${markName}=${mark}\0`)
  const pids = (await processes()).filter((pid) => pid !== process.pid)
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Processes of other users are unreadable, and some end while they are looked at.
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined)
      return environment?.includes(entry) ? [pid] : []
    }),
  )
  return found.flat()
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}
