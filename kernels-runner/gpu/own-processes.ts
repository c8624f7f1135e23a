/** Whether a process that computes on the GPU was started by this run. */
import { readFile, readlink } from 'node:fs/promises'
import { markName } from '../process/processes.ts'

/** The number of the namespace that all others are in, the same on every Linux. */
const outermost = 'pid:[4026531836]'

/**
 * Whether a process belongs to somebody else. Ours are found by descent, also in a sandbox with process
 * numbers of its own, since the driver gives those of the host; and, when they have left their parent,
 * by the mark in their environment.
 *
 * A process that has ended cannot be told any more, and counts as ours. Neither can one be told where
 * the driver's numbers are those of a host around our container: a number is believed only if the
 * process of that number has the name that the driver gives, or if no container is around us.
 */
export async function isForeign(pid: number, name: string | null): Promise<boolean> {
  const own = await nameOf(pid)
  if (own === null) return false
  const believed = name === null ? await isOutermost() : alike(own, name)
  return believed && !(await descends(pid)) && !(await isMarked(pid))
}

/** The parent's number and the name that the kernel knows, at most 15 bytes long. */
async function statOf(pid: number): Promise<{ name: string; parent: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name stands in brackets and may hold any of the characters around it.
  const found = /^\d+ \((.*)\) \S (\d+) /s.exec(text)
  return found ? { name: found[1] ?? '', parent: Number(found[2]) } : null
}

async function nameOf(pid: number): Promise<string[] | null> {
  const stat = await statOf(pid)
  if (stat === null) return null
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const program = command.split('\0')[0]?.split('/').at(-1) ?? ''
  return [stat.name, program].filter((one) => one !== '')
}

/** `python3` and `python3.11`; the kernel's name may be cut. */
function alike(names: readonly string[], name: string): boolean {
  return names.some((own) => own.startsWith(name) || name.startsWith(own))
}

async function descends(pid: number): Promise<boolean> {
  const seen = new Set<number>()
  for (let at = pid; at > 1 && !seen.has(at); at = (await statOf(at))?.parent ?? 0) {
    if (at === process.pid) return true
    seen.add(at)
  }
  return false
}

async function isMarked(pid: number): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`).catch(() => Buffer.alloc(0))
  return `\0${environment.toString('latin1')}`.includes(`\0${markName}=`)
}

async function isOutermost(): Promise<boolean> {
  return (await readlink('/proc/self/ns/pid').catch(() => '')) === outermost
}
