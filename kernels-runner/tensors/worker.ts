/** What a worker thread runs: jobs in, results out, one after another. */
import { parentPort, workerData } from 'node:worker_threads'
import { TensorFileError } from './error.ts'
import { Kernel } from './kernel.ts'
import { digestElements, measureSpan } from './span.ts'
import type { Job, Reply } from './threads.ts'

const kernel = new Kernel((workerData as { kernel: WebAssembly.Module }).kernel)

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(answer(job), [])
})

function answer(job: Job): Reply {
  try {
    if (job.kind === 'digest') return { kind: 'digest', sha256: digestElements(job.source) }
    return { kind: 'span', span: measureSpan(kernel, job.span) }
  } catch (error) {
    // Errors lose their class between threads; what a refusal says is kept.
    if (error instanceof TensorFileError) {
      const { code, path, offset, what, received, remedy } = error
      const details = { code, path, offset, what, remedy }
      return {
        kind: 'refused',
        details: received === undefined ? details : { ...details, received },
      }
    }
    return { kind: 'failed', message: error instanceof Error ? error.message : 'failed' }
  }
}
