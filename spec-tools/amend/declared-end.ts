/** Diagnostics that ended as a claim says they must: exit code 3 is no failure where it is asked for. */
import type { HypothesisVerdict } from '../judge/types.ts'

export function isDeclaredEnd(
  diagnostic: string,
  { hypotheses }: { hypotheses: readonly HypothesisVerdict[] },
): boolean {
  return hypotheses.some(
    ({ outcome, values }) =>
      outcome === 'CONFIRMED' && values.some(({ name }) => diagnosticOf(name) === diagnostic),
  )
}

/** The diagnostic of `exit_code(x)`; undefined for another figure. */
export function diagnosticOf(name: string): string | undefined {
  return /^exit_code\((?<id>[\w-]+)\)$/.exec(name)?.groups?.['id']
}
