/** How a diagnostic ended. */
import type { Diagnostic } from './schema.ts'

/** Whether it did not end by itself with exit code 0. */
export function hasFailed({ exit }: Pick<Diagnostic, 'exit'>): boolean {
  return exit.code !== 0 || exit.timedOut
}
