/** The version rule: which part of the version an amendment raises. */
import type { Bump } from '../document/index.ts'

export interface Changes {
  sections?: number
  retractions?: number
  rows?: number
  cells?: number
  /** Evidence files committed beside the spec. */
  evidence?: number
}

/**
 * A new section or a retraction is minor; rows, cells or evidence alone are patch; nothing is null.
 * Major only by the override of the settings or a label, which decides wherever something changes.
 */
export function bumpFor(changes: Changes, override?: Bump): Bump | null {
  const { sections = 0, retractions = 0, rows = 0, cells = 0, evidence = 0 } = changes
  if (sections + retractions + rows + cells + evidence === 0) return null
  if (override !== undefined) return override
  return sections + retractions > 0 ? 'minor' : 'patch'
}
