/** What is read back, and what may be wrong with it. */
import type { Edit, Overrides, Spec } from '../../../document/index.ts'
import type { Intent } from '../../intent.ts'
import type { Placement } from '../types.ts'

export interface Amended {
  /** The document as it was read before. */
  spec: Spec
  intent: Intent
  overrides: Overrides
  /** The document that is to be returned, and the edits that made it. */
  text: string
  edits: readonly Edit[]
  /** Sections that are new, with their places in the old document. */
  placements: readonly Placement[]
}

/** A way in which the result is not what was meant. */
export interface Misread {
  what: string
  /** Line of the result. */
  line: number
}

export interface Read extends Amended {
  after: Spec
  shift: Shift
}

/** Where an offset of the old document is in the new one; null inside of what was replaced, its start apart. */
export type Shift = (offset: number) => number | null

/** Line of an offset of the result. */
export function lineOf(after: Spec, offset: number | null): number {
  return offset === null ? 1 : after.lines.at(Math.min(offset, after.text.length))
}
