/** What a site is drawn from, and what is kept of each amendment while it is drawn. */
import type { AmendmentRecord, Bundle, Spec } from '../spec-tools/index.ts'
import type { Frame } from './page.ts'

export interface SiteAmendment {
  /** Of the evidence, relative to the repository. */
  folder: string
  record: AmendmentRecord
  /**
   * Reads the evidence; what was read is not kept.
   *
   * @throws BundleError for evidence that is damaged
   */
  open(): Promise<{ bundle: Bundle; comment: string | null }>
}

export interface SiteInput {
  /** What the repository is called. */
  name: string
  /** Address of the repository's files on the web, with a final slash; null where it has none. */
  source: string | null
  /** Path -> text of each specification as it stands. */
  specs: ReadonlyMap<string, string>
  amendments: readonly SiteAmendment[]
  sha256Base64: (text: string) => string
}

/** What all pages of a site share. */
export interface Site {
  input: SiteInput
  /** The specifications as they stand, by their path. */
  specs: ReadonlyMap<string, Spec>
  frame(path: string, title: string): Frame
}

/** An amendment as the lists show it. */
export interface Listed {
  record: AmendmentRecord
  folder: string
  /** Pages of it. */
  path: string
  ledger: string
  /** The finding in words. */
  finding: string
  gpu: string
  /** Instant of the run's start. */
  startedAt: string
  /** Why its evidence cannot be shown; null where it can. */
  damaged: string | null
}
