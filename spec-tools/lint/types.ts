import type { Edit, Overrides, Span, Spec } from '../document/index.ts'
import type { Statuses } from '../document/scoreboard.ts'

/** What a spec is checked against, besides itself. */
export interface LintContext {
  statuses: Statuses
  overrides: Overrides
  /** Whether a path of the repository exists; without it, evidence paths are not checked. */
  exists?: ((path: string) => boolean) | undefined
  /** Sections that rest on evidence: the figures that each may state. */
  evidence: readonly EvidencedSection[]
}

export interface EvidencedSection {
  /** Number as written, or the raw heading in a spec without numbers. */
  section: string
  /** Folder of the evidence, for the message. */
  folder: string
  /** Every figure that the bundle holds or that was derived from it, as text. */
  figures: ReadonlySet<string>
}

export interface Finding extends Span {
  rule: string
  line: number
  column: number
  message: string
  severity: 'error' | 'warning'
  /** The change that is certain to be right, where there is one. */
  fix?: Edit
}

/** One rule: looks at a spec and says what is wrong, where, and what would mend it. */
export interface Rule {
  name: string
  /** One line for the list of rules. */
  about: string
  check(spec: Spec, context: LintContext): Problem[]
}

/** A finding before its position is worked out. */
export interface Problem extends Span {
  message: string
  severity?: Finding['severity']
  fix?: Edit
}
