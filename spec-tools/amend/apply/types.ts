/** What an amendment changes, and where. */
import type { Edit, Section, Offset } from '../../document/index.ts'
import type { Intent } from '../intent.ts'

/** A change that a part of the intent asks for. */
export interface Change {
  edit: Edit
  placed: Placed
}

export interface Placed {
  part:
    | 'version'
    | 'field'
    | 'title'
    | 'history'
    | 'row'
    | 'item'
    | 'section'
    | 'contents'
    | 'cell'
    | 'text'
    | 'line'
    | 'replace'
  /** The field's name, the heading, the first cell: what was placed. */
  what: string
  /** Line of the original at which it was placed. */
  line: number
  /** Why there: `after "9. Costs"`. */
  where: string
  /** Whether the intent said where, by an anchor of its own. */
  hinted?: boolean
}

export type SectionEntry = Intent['sections'][number]

/** A gap between two contents of a document. */
export interface Place {
  /** End of the last line of content before the gap. */
  end: Offset
  parent: Section | null
  /** Siblings on either side, of the new section's level. */
  before: Section | null
  after: Section | null
  /** Why here, in words. */
  where: string
  /** Whether the intent names the place or its parent. */
  hinted: boolean
}

/** An entry of the list that has been placed, for those that follow it. */
export interface Placement {
  entry: SectionEntry
  place: Place
}
