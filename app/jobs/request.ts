/** A request for evidence, as it is remembered: one pull request at one commit. */
import { hash } from 'node:crypto'
import type {
  Ahead,
  Amendment,
  Bump,
  CheckNote,
  Conflict,
  Origin,
  OwnJudges,
  Verification,
} from '../../spec-tools/index.ts'
import type { Check } from '../github/check.ts'
import type { State } from '../states.ts'

/** Why something was not done, in words for the person who asked. */
export interface Problem {
  code: string
  message: string
  details: string[]
  /** Markdown of the pure core that shows more of it. */
  report?: string
  /** There is evidence, and it could not be drafted: that can be tried again without a run. */
  undrafted?: boolean
}

export interface EvidenceRequest {
  id: string
  installationId: number
  repositoryId: number
  pullRequest: number
  sha: string
  sender: string
  /** Of the sender; absent in records of older versions. */
  senderId?: number
  /** When it was last asked for, ISO 8601; absent in records of older versions. */
  askedAt?: string
  state: State
  problem: Problem | null
  /** The settings in force, from the default branch; null until the gate was passed. */
  settings: SettingsInForce | null
  /** When a dispatch was last tried, ISO 8601; without a run id its outcome is not known. */
  dispatchedAt: string | null
  run: { id: number; url: string } | null
  /** The label that was given; null for a request by a command. */
  label?: string | null
  /** Who gave the label again although nothing new can come of it. */
  askedAgain?: string | null
  /** When the run is looked at though nothing was heard of it, ISO 8601. */
  lookAt?: string
  /** When it is looked for what may have been made twice, ISO 8601. */
  tidyAt?: string | null
  /** GitHub was asked to merge the amendment by itself: what it answered where it refused, else null. */
  autoMerge?: { refused: string | null }
  /** The amendment left its draft state, as far as that can be had. */
  left?: boolean
  /** The run and attempt that GitHub said has ended, until it was looked at. */
  ended?: { run: number; attempt: number } | null
  /** Runs of earlier labels; nothing of them counts any more. */
  spentRuns?: number[]
  verification: Verification | null
  /** The document that is amended; known once the bundle was read. */
  spec: { id: string; path: string } | null
  /** Branch of the amendment, recorded before it is made. */
  branch: string | null
  wanted?: Wanted
  amendment: DraftedAmendment | null
  /** Who of those that may has approved the amendment at a commit of its branch. */
  approval?: { commit: string; by: string | null; checkId: number }
  /** The head that replaced this commit, if one did. */
  replacedBy: string | null
  /** The comment of the pull request, and the check that shows this request. */
  commentId: number | null
  /** As GraphQL knows them; absent in records of older versions. */
  commentNode?: string
  checkNode?: string
  /** The comment holds what is not recorded. */
  commentHoldsMore?: boolean
  checkId: number | null
  /** How the check was written last, and when, ISO 8601. */
  checkWritten?: {
    status: Check['status']
    conclusion: NonNullable<Check['conclusion']> | null
    at: string
  }
  /** Notes beside lines may have been sent. */
  notesBegun?: boolean
  /** Rises with every change; `reported` is the revision that comment and check show. */
  revision: number
  reported: number
  createdAt: string
  updatedAt: string
}

export interface SettingsInForce {
  commit: string
  defaultBranch: string
  sha256: string
  workflow: string
  runner: string[]
  /** Runner group that the job has to have run in; absent: any. */
  runnerGroup?: string | undefined
  draft: boolean
  /** A second person approves what changes the document; absent in records of older versions. */
  secondPerson?: boolean
  /** How GitHub is to merge the amendment by itself; absent in records of older versions. */
  autoMerge?: 'off' | MergeMethod
  /** The branch that the pull request was for when evidence was asked for. */
  base?: string
  /** What the pull request changes of what it is judged by; absent in records of older versions. */
  judges?: OwnJudges
  /** The pull request changes the settings file; its version does not count. */
  changedInPullRequest: boolean
}

export type MergeMethod = 'merge' | 'squash' | 'rebase'

/** What was drafted: what the comment and the check show, and on what it rests. */
export interface DraftedAmendment {
  pullRequest: number
  title: string
  commit: string
  base: { ref: string; commit: string; blob: string }
  comment: string
  /** Folder of the evidence in the commit, with a final slash. */
  folder?: string
  /** Notes are absent in records of older versions. */
  check: Pick<Amendment['check'], 'title' | 'summary' | 'conclusion'> & { notes?: CheckNote[] }
  /** What people changed on the branch and the base changed, too; each has to be decided. */
  conflicts: Conflict[]
  /** It changes what stood in the document; absent in records of older versions. */
  rewrites?: boolean
  /** The section and the version that it takes; absent in records of older versions. */
  takes?: Ahead
  manner?: Manner
}

/** In what an amendment is drafted otherwise than by its evidence, the settings and the base alone. */
export type Manner = Pick<Origin, 'ahead' | 'bump' | 'title'>

/** What people asked of an amendment by commands. */
export interface Wanted {
  bump?: Bump
  title?: string
  /** To be drafted on the base as it stands, though the document there has not changed. */
  rebase?: boolean
}

/** Whether the amendment of a request is one that a second person approves. */
export function wantsSecondPerson({ settings, amendment }: EvidenceRequest): boolean {
  return (settings?.secondPerson ?? false) && (amendment?.rewrites ?? false)
}

/** When a request was asked for, ISO 8601. */
export function askedAt({ askedAt: asked, createdAt }: EvidenceRequest): string {
  return asked ?? createdAt
}

/** The same for every delivery and every label on one commit of one pull request. */
export function requestId(repositoryId: number, pullRequest: number, sha: string): string {
  const digest = hash('sha256', `${repositoryId}/${pullRequest}/${sha}`)
  return `ev-${digest.slice(0, 24)}`
}

/**
 * Whether enough is recorded to be told: of an amendment that was over when its request was taken over
 * from GitHub, comment and check say more than we know.
 */
export function isTellable({ state, amendment }: EvidenceRequest): boolean {
  return amendment !== null || (state !== 'merged' && state !== 'declined')
}

/** Whether there is an open amendment that can be drafted again, or evidence for one. */
export function mayDraftAgain({ state, problem }: EvidenceRequest): boolean {
  return state === 'drafted' || (state === 'rejected' && problem?.undrafted === true)
}

/** Some seconds later, ISO 8601. */
export function later(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString()
}

/** The ids of requests in a text that is not ours, such as a run's name. */
export function requestIdsIn(text: string): string[] {
  return text.match(/\bev-[0-9a-f]{24}\b/g) ?? []
}

/** A request as it is first recorded. */
export function newRequest(
  of: Pick<
    EvidenceRequest,
    'installationId' | 'repositoryId' | 'pullRequest' | 'sha' | 'sender' | 'state'
  >,
  now: Date,
): EvidenceRequest {
  return {
    ...of,
    id: requestId(of.repositoryId, of.pullRequest, of.sha),
    problem: null,
    settings: null,
    dispatchedAt: null,
    run: null,
    verification: null,
    spec: null,
    branch: null,
    amendment: null,
    replacedBy: null,
    commentId: null,
    checkId: null,
    revision: 1,
    reported: 0,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
}
