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
  const names = await readdir('/proc').catch(() => [])
  const pids = names.map(Number).filter((pid) => pid > 1 && pid !== process.pid)
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
