/** One process of the core: asked one thing at a time. */
import { fork, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answer, Question } from './child.ts'
import type { CoreLimits } from './limits.ts'
import { parcelReader, sendParcel, type Piece } from './parcel.ts'

export interface CoreProcess {
  answer(task: Question): Promise<Outcome>
  end(): void
}

const entry = fileURLToPath(new URL('child.ts', import.meta.url))

/** Of the 8 MiB that a process has where nothing else is set. */
const stackKiB = 3900

/** Bytes of what a process says last, where V8 tells why it gave up. */
const lastWords = 4096

/** Node's flags for a process: its memory in MiB, and no access to anything but the program's files. */
export function flags({ heap }: Pick<CoreLimits, 'heap'>): string[] {
  return [
    `--max-old-space-size=${heap}`,
    `--stack-size=${stackKiB}`,
    '--permission',
    `--allow-fs-read=${programFiles()}`,
  ]
}

/** The folder of the program; where it is installed as a package, its dependencies lie beside it. */
function programFiles(): string {
  const folder = fileURLToPath(new URL('../..', import.meta.url))
  const packages = folder.indexOf(`${sep}node_modules${sep}`)
  return packages < 0 ? folder : folder.slice(0, packages + `${sep}node_modules${sep}`.length)
}

export function startProcess(limits: CoreLimits, ended: () => void): CoreProcess {
  const child = fork(entry, {
    // It needs nothing of the environment, where the app's secrets are.
    env: {},
    execArgv: flags(limits),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWords)
  })
  let idle: NodeJS.Timeout | undefined
  let gone = false
  const end = () => {
    clearTimeout(idle)
    if (!gone) ended()
    gone = true
    child.kill('SIGKILL')
  }
  child.once('exit', end)
  // Known before its exit is: nobody is to ask it any more.
  child.once('disconnect', end)
  child.on('error', end)
  rest(child)
  return {
    end,
    async answer({ name, input }) {
      clearTimeout(idle)
      child.ref()
      child.channel?.ref()
      const { outcome, cancel } = answered(child, limits, () => said)
      void sendParcel({ name, input }, (piece) => sent(child, piece))
      try {
        return await outcome
      } finally {
        cancel()
        rest(child)
        idle = setTimeout(end, limits.idle).unref()
      }
    },
  }
}

/** Resolves when the piece has gone, or never will: then the process has ended, which is heard. */
function sent(child: ChildProcess, piece: Piece): Promise<void> {
  return new Promise((resolve) => void child.send(piece, () => resolve()))
}

/** A process without work does not keep the app alive. */
function rest(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
  ;(child.stderr as Socket).unref()
}

export type Outcome = Answer | { kind: 'too-long' } | { kind: 'too-much-memory' }

/** The answer of a process, or what kept it from giving one. */
function answered(child: ChildProcess, { milliseconds }: CoreLimits, said: () => string) {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  // Not 'exit': what it said last may come after that.
  const onClose = (code: number | null, signal: NodeJS.Signals | null) =>
    resolve(
      said().includes('heap out of memory')
        ? { kind: 'too-much-memory' }
        : { kind: 'failed', error: signal ?? `exit ${code}`, stack: said() },
    )
  const onError = ({ name, stack = '' }: Error) => resolve({ kind: 'failed', error: name, stack })
  const timer = setTimeout(() => resolve({ kind: 'too-long' }), milliseconds)
  const received = parcelReader()
  const onMessage = (piece: Piece) => {
    const whole = received(piece)
    if (whole) resolve(whole.message as Answer)
  }
  child.on('message', onMessage)
  child.once('close', onClose)
  child.once('error', onError)
  const cancel = () => {
    clearTimeout(timer)
    child.off('message', onMessage)
    child.off('close', onClose)
    child.off('error', onError)
  }
  return { outcome: promise, cancel }
}
