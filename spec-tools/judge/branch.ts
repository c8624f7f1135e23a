/** One outcome of a planned measurement and what it would mean. */
import { spelledBracket } from './bracket.ts'
import type { NextStep } from './types.ts'

export type Branch = NextStep['outcomes'][number]

export function branch(outcome: string, then: string, first: string[]): Branch {
  // oxlint-disable-next-line unicorn/no-thenable -- data that is never awaited
  return { outcome, then, first }
}

/** An outcome whose bracket depends on more than it says. */
export function untold(outcome: string, then: string): Branch {
  // oxlint-disable-next-line unicorn/no-thenable -- data that is never awaited
  return { outcome, then }
}

export function branchTo(outcome: string, bracket: string[]): Branch {
  return branch(outcome, spelledBracket(bracket), bracket)
}

export function listed(names: readonly string[]): string {
  const more = names.length - 4
  return more > 1 ? `${names.slice(0, 4).join(', ')} and ${more} more` : names.join(', ')
}
