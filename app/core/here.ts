/** The pure core on this thread: for a job of a workflow, where nobody waits meanwhile. */
import { CodicilError } from '../../spec-tools/index.ts'
import { InvalidInput } from '../errors.ts'
import type { Core } from './index.ts'
import { defect } from './refusal.ts'
import { tasks } from './tasks.ts'

export function coreHere(log: { error(fields: unknown, message: string): void }): Core {
  return {
    async run(name, input) {
      try {
        return (await (tasks[name] as (given: unknown) => unknown)(input)) as never
      } catch (error) {
        if (error instanceof CodicilError) {
          throw new InvalidInput(error.code, error.message, { cause: error })
        }
        log.error({ task: name, err: error }, 'The core met a defect')
        throw defect(error instanceof Error ? error.name : String(error))
      }
    },
    async close() {},
  }
}
