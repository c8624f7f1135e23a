/** What goes into an amendment and what comes out of it: all data, so that it can be replayed. */
import type { CheckNote } from './check-notes.ts'
import type { Bundle } from '../bundle/index.ts'
import type { Bump } from '../document/index.ts'
import type { Judgement } from '../judge/types.ts'
import type { Intent } from './intent.ts'
import type { OwnJudges } from './own-judges.ts'

/** What the app checked over GitHub's API before it believed a run; absent for a local draft. */
export interface Verification {
  repositoryId: number
  workflow: string
  event: string
  branch: string
  actor: string
  runId: number
  attempt: number
  artifact: { id: number; bytes: number; sha256: string }
  /** Absent where it was not looked for, as by earlier versions. */
  seal?: { kind: SealKind; signer: string | null } | undefined
}

/** Who besides the job that measured vouches for the bytes of a bundle, from the most to the least. */
export type SealKind = (typeof sealKinds)[number]
export const sealKinds = ['attested', 'attested-self-hosted', 'stated', 'none'] as const

/** Who asked for the evidence, and on what the amendment is built. */
export interface Origin {
  pullRequest: number | null
  requestedBy: string | null
  base: { ref: string; commit: string }
  verification: Verification | null
  /** What the pull request changes of what it is judged by; absent for a local draft. */
  judges?: OwnJudges | undefined
  /** What amendments that come before this one take, and are not merged yet; absent where none do. */
  ahead?: Ahead[] | undefined
  /** The part of the version that a person had raised, over the rule and the settings. */
  bump?: Bump | undefined
  /** What a person had it called, over the investigation; it may not say what did not come out. */
  title?: string | undefined
}

/** The number and the version that another amendment takes, as the document writes them. */
export interface Ahead {
  section: string | null
  version: string | null
}

export interface AmendmentInput {
  bundle: Bundle
  judgement: Judgement
  /** Id of the spec in the bundle's settings, where neither it nor the investigation decides. */
  spec?: string
  /** The spec as it stands on the base. */
  text: string
  origin: Origin
  /** First lines of the last commits that changed the spec, newest first, for the form of titles. */
  subjects?: readonly string[]
}

/** A figure of the drafted text, and the figures of the bundle that it resolves to. */
export interface LedgerEntry {
  text: string
  /** Where it stands, such as `30.1`. */
  where: string
  from: string[]
  how: string
}

export interface ProposedFile {
  /** Path in the repository. */
  path: string
  content: string | Uint8Array
}

export interface Amendment {
  slug: string
  /** Date of the run's start, UTC, `YYYY-MM-DD`. */
  date: string
  intent: Intent
  /** The whole spec after the amendment. */
  text: string
  /** Empty texts for an amendment in place. */
  section: { number: string; heading: string; markdown: string }
  version: { from: string; to: string } | null
  branch: string
  title: string
  commitMessage: string
  body: string
  /** Folder of the committed evidence, with a final slash. */
  folder: string
  /** The comment without the app's links, as it is committed beside the evidence. */
  comment: string
  check: {
    title: string
    summary: string
    conclusion: 'success' | 'neutral' | 'failure'
    /** Beside the lines that declare the hypotheses. */
    notes: CheckNote[]
  }
  /** The spec, the bundle, `comment.md` and `amendment.json`. */
  files: ProposedFile[]
  figures: LedgerEntry[]
  /** It changes what stood in the document: rows, cells, texts, retracted sections. */
  rewrites: boolean
  warnings: string[]
}
