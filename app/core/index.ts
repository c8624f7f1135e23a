/**
 * The pure core, kept out of the process that answers webhooks. What others have written is read,
 * judged and drafted from in processes with a limit of time and memory, which may read the program's
 * own files and nothing else; a process that goes over its limit is ended, and what it was given is
 * refused. The same happens where the core meets a defect of its own: it is logged and said, and not
 * tried again.
 */
import type { Logger } from 'probot'
import { InvalidInput } from '../errors.ts'
import { defect } from './refusal.ts'
import { startProcess, type CoreProcess, type Outcome } from './process.ts'
import type { TaskName, Tasks } from './tasks.ts'
import { coreLimits, type CoreLimits } from './limits.ts'
export { coreLimits }

type Input<Name extends TaskName> = Parameters<Tasks[Name]>[0]
type Output<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>

export interface Core {
  /**
   * Runs a task.
   *
   * @throws InvalidInput where what was given is refused: by the core (its code and words), as
   * `too-long` or `too-much-memory`, or as `defect`
   */
  run<Name extends TaskName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  close(): Promise<void>
}

interface Waiting {
  name: TaskName
  input: unknown
  resolve(value: unknown): void
  reject(error: Error): void
}

export function openCore(log: Pick<Logger, 'error'>, limits: CoreLimits = coreLimits): Core {
  const queue: Waiting[] = []
  const free: CoreProcess[] = []
  const all = new Set<CoreProcess>()

  let closed = false

  function feed(): void {
    while (queue.length > 0) {
      const one = free.pop() ?? (all.size < limits.processes ? start() : null)
      const task = one && queue.shift()
      if (!one || !task) return
      void work(one, task)
    }
  }

  async function work(one: CoreProcess, task: Waiting): Promise<void> {
    const outcome = await one.answer(task)
    if (outcome.kind === 'done' || outcome.kind === 'refused') free.push(one)
    else one.end()
    feed()
    if (outcome.kind === 'done') return task.resolve(outcome.value)
    if (closed) return task.reject(stopped())
    task.reject(refusal(outcome, limits))
    if (outcome.kind !== 'failed') return
    log.error({ task: task.name, stack: outcome.stack }, 'The core met a defect')
  }

  function start(): CoreProcess {
    const one = startProcess(limits, () => {
      all.delete(one)
      const at = free.indexOf(one)
      if (at >= 0) free.splice(at, 1)
    })
    all.add(one)
    return one
  }

  return {
    run: (name, input) =>
      new Promise((resolve, reject) => {
        queue.push({ name, input, resolve: resolve as (value: unknown) => void, reject })
        feed()
      }),
    async close() {
      closed = true
      for (const { reject } of queue.splice(0)) reject(stopped())
      for (const one of all) one.end()
    },
  }
}

const stopped = () => new Error('The app is being stopped.')

function refusal(outcome: Exclude<Outcome, { kind: 'done' }>, limits: CoreLimits): InvalidInput {
  switch (outcome.kind) {
    case 'refused':
      return new InvalidInput(outcome.code, outcome.message)
    case 'too-long':
      return new InvalidInput(
        'too-long',
        `It takes longer than the ${limits.milliseconds / 1000} s that are given to it. Let the ` +
          'diagnostics print less, declare fewer stages and hypotheses, or part the document.',
      )
    case 'too-much-memory':
      return new InvalidInput(
        'too-much-memory',
        `It takes more than the ${limits.heap} MiB of memory that are given to it. Let the ` +
          'diagnostics print less, declare fewer stages and hypotheses, or part the document.',
      )
    case 'failed':
      return defect(outcome.error)
    default:
      return outcome satisfies never
  }
}
