/** The worker's entry: one task at a time, answered by its result or by why there is none. */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { CodicilError } from '../../spec-tools/error.ts'
import type { TaskName } from './tasks.ts'

export interface Question {
  name: TaskName
  input: unknown
}

export type Answer =
  | { kind: 'done'; value: unknown }
  /** What was given cannot be used; the words are for whoever gave it. */
  | { kind: 'refused'; code: string; message: string }
  /** A defect of the program. */
  | { kind: 'failed'; error: string; stack: string }

const { compileCache } = workerData as { compileCache?: string }
if (compileCache !== undefined) enableCompileCache(compileCache)
const { tasks } = await import('./tasks.ts')

/** Bytes below which copying is as fast as handing over. */
const worthTransfer = 64 * 1024
const longestMessage = 64 * 1024

parentPort?.on('message', ({ name, input }: Question) => {
  void answer(name, input).then((reply) => parentPort?.postMessage(reply, handedOver(reply)))
})

async function answer(name: TaskName, input: unknown): Promise<Answer> {
  try {
    return { kind: 'done', value: await (tasks[name] as (given: unknown) => unknown)(input) }
  } catch (error) {
    if (error instanceof CodicilError) {
      return { kind: 'refused', code: error.code, message: error.message.slice(0, longestMessage) }
    }
    const { name: kind, stack } = error instanceof Error ? error : new Error(String(error))
    return { kind: 'failed', error: kind, stack: (stack ?? '').slice(0, longestMessage) }
  }
}

/**
 * Puts copies in the place of a draft's large files and gives their buffers, to be handed over: the
 * copying is this thread's, and the bundle, which may be drafted again, keeps its own.
 */
function handedOver(reply: Answer): ArrayBuffer[] {
  if (reply.kind !== 'done') return []
  const { files } = (reply.value ?? {}) as { files?: { content: string | Uint8Array }[] }
  return (files ?? []).flatMap((file) => {
    if (typeof file.content === 'string' || file.content.length < worthTransfer) return []
    const copy = Uint8Array.from(file.content)
    file.content = copy
    return [copy.buffer]
  })
}
