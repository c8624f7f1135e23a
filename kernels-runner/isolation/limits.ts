/**
 * What a diagnostic may take of the machine, so that the run survives it and can say what happened.
 *
 * Where groups can be made, the kernel counts all processes of a diagnostic together. Elsewhere it
 * counts each process for itself (`ulimit`), and what it then cannot limit at all is said. Address
 * space is never limited: CUDA reserves more of it than any machine has memory.
 */
import { lstat, readdir, statfs } from 'node:fs/promises'
import { constants, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../../spec-tools/index.ts'
import type { Outcome } from '../process/command.ts'
import { milliseconds } from '../duration.ts'
import { RunRefusal } from '../refusal.ts'
import { Cgroup, findNursery, type Nursery } from './cgroup.ts'
import type { CommandLine } from './isolation.ts'

type Declared = Omit<Settings['limits'], 'after'>

export interface Limits {
  /** How they are held, for the bundle. */
  detail: string
  /** Bytes that one diagnostic may have on the disk. */
  disk: number
  /** @param scratch The folder of one diagnostic. */
  confine(scratch: string): Promise<Confinement>
}

/** How a command ended; see `Outcome`. */
type Ended = Pick<Outcome, 'code' | 'signal'>

/** The limits around one diagnostic. */
export interface Confinement {
  /** The same command, started within the limits. */
  commandLine(line: CommandLine): CommandLine
  /** Asked while it runs, with the bytes printed so far: the limit that it must be stopped for. */
  exceeded(printed: number): Promise<string | undefined>
  /** Ends all its processes; null where they can only be looked for. */
  kill: (() => Promise<void>) | null
  /** The limits that the kernel held it to, once it has ended. */
  met(outcome: Ended): Promise<string[]>
  /** Ends what is left. */
  end(): Promise<void>
}

/** A diagnostic is stopped while there is still room for the bundle. */
const leastFreeDisk = 64 * 1024 * 1024
/** Left to the runner, which must still write the bundle when a diagnostic takes all it may. */
const shareOfMemory = 0.9

/** @throws RunRefusal if the settings ask for a limit that nothing on this machine can hold. */
export async function limitsHere(declared: Declared, nursery?: Nursery | null): Promise<Limits> {
  const found = nursery === undefined ? await findNursery() : nursery
  refuseUnlimited(declared, found)
  const most = {
    memory: declared.memory ? bytes(declared.memory) : Math.floor(memoryHere() * shareOfMemory),
    disk: bytes(declared.disk),
    output: declared.output ? bytes(declared.output) : Infinity,
    seconds: declared.cpuTime ? milliseconds(declared.cpuTime) / 1000 : Infinity,
  }
  return {
    detail: detailOf(found),
    disk: most.disk,
    async confine(scratch) {
      const group = found && (await Cgroup.make(found, groupFiles(declared, most.memory, found)))
      const free = await freeDisk(scratch)
      return {
        commandLine: (line) => started(line, ulimits(declared, most, found), group),
        async exceeded(printed) {
          if (printed > most.output) return `it printed more than its limit of ${declared.output}`
          const now = await freeDisk(scratch)
          if (now < leastFreeDisk) return 'disk full'
          // Counted only once the file system has lost as much: a walk costs what is measured.
          if (free - now > most.disk && (await taken(scratch)) > most.disk) {
            return `it wrote more than its limit of ${declared.disk}`
          }
          const used = group ? (await group.figure('cpu.stat', 'usage_usec')) / 1e6 : 0
          return used > most.seconds
            ? `it used more than its limit of ${declared.cpuTime} of processor time`
            : undefined
        },
        kill: group && (() => group.kill()),
        met: (outcome) => met(outcome, declared, most.memory, group),
        end: async () => group?.remove(),
      }
    },
  }
}

/** What is asked for by name is held or refused; what is only a default is held where it can be. */
function refuseUnlimited({ memory, cpus }: Declared, nursery: Nursery | null): void {
  const wanted = [
    ...(memory !== undefined ? (['memory'] as const) : []),
    ...(cpus !== undefined ? (['cpu'] as const) : []),
  ]
  const missing = wanted.filter((controller) => !nursery?.controllers.has(controller))
  if (missing.length > 0) {
    throw new RunRefusal(
      'no-limit',
      `The settings limit ${missing.map((name) => (name === 'cpu' ? 'cpus' : name)).join(' and ')}, which only a cgroup (version 2) can hold, and this runner may not make one with ${missing.join(' and ')}. Run it as root or with a delegated cgroup, or take the limit out of the settings.`,
    )
  }
}

function detailOf(nursery: Nursery | null): string {
  const counted = nursery ? [...nursery.controllers] : []
  const memory = counted.includes('memory')
    ? ''
    : ' Memory is not limited; when memory is short, the kernel ends a diagnostic first.'
  return nursery
    ? `A cgroup of its own, ended as a whole${counted.length > 0 ? `, with limits of ${counted.join(', ')}` : ''}.${memory}`
    : `Limits are those of each process.${memory}`
}

function groupFiles(
  { processes, cpus }: Declared,
  memory: number,
  { controllers }: Nursery,
): Record<string, string | number> {
  return {
    ...(controllers.has('memory') && {
      'memory.max': memory,
      'memory.swap.max': 0,
      'memory.oom.group': 1,
    }),
    ...(controllers.has('pids') && { 'pids.max': processes }),
    ...(controllers.has('cpu') && cpus !== undefined && { 'cpu.max': `${cpus * 100_000} 100000` }),
  }
}

/** As options of bash's `ulimit`, whose sizes are in KiB. */
function ulimits(
  { processes }: Declared,
  { disk, seconds }: { disk: number; seconds: number },
  nursery: Nursery | null,
): string[] {
  return [
    '-c 0',
    `-f ${Math.ceil(disk / 1024)}`,
    ...(nursery?.controllers.has('pids') ? [] : [`-u ${processes}`]),
    ...(nursery === null && seconds !== Infinity ? [`-St ${Math.ceil(seconds)}`] : []),
  ]
}

/** A limit that cannot be set is one that is narrower already. */
function started(
  { file, args, ...line }: CommandLine,
  limits: readonly string[],
  group: Cgroup | null,
): CommandLine {
  const steps = [
    ...limits.map((limit) => `ulimit ${limit} 2> /dev/null`),
    'echo 1000 2> /dev/null > /proc/self/oom_score_adj',
    ...(group ? [`echo 0 > "$0/cgroup.procs" || exit 125`] : []),
    'exec "$@"',
  ]
  return {
    ...line,
    file: '/bin/bash',
    args: ['--noprofile', '--norc', '-c', steps.join('; '), group?.folder ?? 'bash', file, ...args],
  }
}

/** Whether a process ended by this signal, or a shell reports that one of its commands did. */
function endedBy({ code, signal }: Ended, name: 'SIGXCPU' | 'SIGXFSZ'): boolean {
  return signal === name || code === 128 + constants.signals[name]
}

async function met(
  outcome: Ended,
  { processes, disk, cpuTime, memory }: Declared,
  memoryBytes: number,
  group: Cgroup | null,
): Promise<string[]> {
  const ended = (await group?.figure('memory.events', 'oom_kill')) ?? 0
  const refused = (await group?.figure('pids.events', 'max')) ?? 0
  const shown = memory ?? `${Math.floor(memoryBytes / 1024 ** 2)}MiB, most of the machine's`
  return [
    ...(ended > 0 ? [`ended by the kernel at its limit of memory, ${shown}`] : []),
    ...(refused > 0 ? [`it wanted more than its limit of ${processes} processes`] : []),
    ...(endedBy(outcome, 'SIGXCPU') ? [`ended at its limit of ${cpuTime} of processor time`] : []),
    ...(endedBy(outcome, 'SIGXFSZ') ? [`ended because a file reached the limit of ${disk}`] : []),
  ]
}

function memoryHere(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

async function freeDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Bytes on the disk below a folder; no link is followed. What vanishes meanwhile counts nothing. */
async function taken(folder: string): Promise<number> {
  let sum = 0
  const pending = [folder]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) pending.push(path)
      else
        sum += await lstat(path).then(
          ({ blocks }) => blocks * 512,
          () => 0,
        )
    }
  }
  return sum
}

/** Of a size in the settings, such as `8GiB`. */
export function bytes(size: string): number {
  const exponent = ['KiB', 'MiB', 'GiB', 'TiB'].indexOf(size.slice(-3)) + 1
  return Number(size.slice(0, -3)) * 1024 ** exponent
}
