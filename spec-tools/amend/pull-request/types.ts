/** What a pull request of an amendment is made of. */
import type { Subject } from '../section/index.ts'

export interface Proposal extends Omit<Subject, 'figures'> {
  specPath: string
  title: string
  /** Paths of the commit, in its order. */
  paths: readonly string[]
  /** Figures of the section, and how many of them rest on nothing. */
  figures: { count: number; unresolved: number }
  /** Places in the spec that change. */
  edits: number
  warnings: readonly string[]
}
