/** What the stand-in remembers besides git: plain records, named as GitHub names them. */
import type { GitRepository } from './git/index.ts'

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'
export type Access = 'read' | 'write'
export type Permissions = Record<string, Access>

export interface User {
  id: number
  login: string
  type: 'User' | 'Bot' | 'Organization'
}

export interface App {
  id: number
  slug: string
  name: string
  clientId: string
  owner: User
  bot: User
  publicKey: string
  permissions: Permissions
  /** The webhook events that the App is subscribed to. */
  events: string[]
  createdAt: Date
}

export interface Installation {
  id: number
  account: User
  permissions: Permissions
  /** Ids of the repositories it covers. */
  repositories: Set<number>
  suspendedAt: Date | undefined
  createdAt: Date
}

export interface Label {
  id: number
  name: string
  color: string
  description: string
}

export interface Repository {
  id: number
  owner: User
  name: string
  /** Earlier `owner/name`s, lower case: GitHub redirects from them. */
  formerNames: Set<string>
  private: boolean
  /** Read-only from then on. */
  archived: boolean
  rules: RepositoryRules
  description: string | null
  defaultBranch: string
  parent: Repository | undefined
  git: GitRepository
  createdAt: Date
  updatedAt: Date
  pushedAt: Date
  roles: Map<string, Role>
  labels: Map<string, Label>
  pulls: Map<number, PullRequest>
  comments: Map<number, Comment>
  checks: Map<number, CheckRun>
  workflows: Map<string, Workflow>
  runs: Map<number, WorkflowRun>
  artifacts: Map<number, Artifact>
  /** Commits that GitHub signed: made by an App that named no author. */
  signed: Set<string>
  lastNumber: number
}

export interface PullRequest {
  id: number
  number: number
  repository: Repository
  title: string
  body: string | null
  author: User
  draft: boolean
  state: 'open' | 'closed'
  base: { ref: string; sha: string }
  /** `repository` becomes undefined when the head's fork is deleted. */
  head: { ref: string; sha: string; repository: Repository | undefined; owner: User }
  labels: Label[]
  maintainerCanModify: boolean
  /** Only people with write access may comment. */
  locked: boolean
  mergeCommit: string | null
  /** GitHub merges it by itself when all that is asked for is green. */
  autoMerge?: { method: string; head: string }
  merged: { by: User; at: Date } | undefined
  /** Labels given and taken off, oldest first. */
  labellings: Array<{
    id: number
    event: 'labeled' | 'unlabeled'
    actor: User
    label: Label
    at: Date
  }>
  /** Oldest first. */
  reviews: Review[]
  createdAt: Date
  updatedAt: Date
  closedAt: Date | null
}

export interface Review {
  id: number
  author: User
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'
  commit: string
  at: Date
}

export interface Comment {
  id: number
  number: number
  author: User
  viaApp: boolean
  body: string
  reactions: Array<{ id: number; user: User; content: string; createdAt: Date }>
  createdAt: Date
  updatedAt: Date
}

export interface CheckRun {
  id: number
  suiteId: number
  headSha: string
  name: string
  externalId: string | null
  detailsUrl: string | null
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  startedAt: Date | null
  completedAt: Date | null
  output: { title: string | null; summary: string | null; text: string | null }
  annotations: unknown[]
  /** Buttons. */
  actions: { label: string; description: string; identifier: string }[]
}

export interface Workflow {
  id: number
  path: string
  name: string
  createdAt: Date
}

export type RunStatus = 'queued' | 'in_progress' | 'completed'

export interface WorkflowRun {
  id: number
  /** The ids by which the results service knows run and attempt; not guessable from `id`. */
  backendId: string
  number: number
  attempt: number
  workflow: Workflow
  repository: Repository
  event: string
  ref: string
  headSha: string
  inputs: Record<string, string>
  /** What the event says, for a run that one started. */
  payload?: Record<string, unknown>
  actor: User
  /** Who ran it again; the actor of the first attempt. */
  triggeringActor: User
  displayTitle: string
  status: RunStatus
  conclusion: string | null
  referencedWorkflows: Array<{ path: string; sha: string; ref?: string }>
  jobs: Job[]
  /** The jobs of earlier attempts, in order. */
  pastJobs: Job[][]
  /** Only what had failed is run again; what succeeded counts as it did. */
  failedOnly: boolean
  cancelRequested: boolean
  createdAt: Date
  updatedAt: Date
}

export interface Job {
  id: number
  backendId: string
  name: string
  labels: string[]
  /** The group of runners that it asked for; absent for any. */
  group?: string | undefined
  status: RunStatus
  conclusion: string | null
  outputs: Record<string, string>
  createdAt: Date
  startedAt: Date
  completedAt: Date | null
  steps: JobStep[]
  /** The log as a person reads it: secrets masked, workflow commands kept. */
  log: string
  annotations: JobAnnotation[]
  summary: string
}

/** What a workflow command `::error file=a.ts,line=3::text` leaves. */
export interface JobAnnotation {
  level: string
  message: string
  properties: Record<string, string>
}

export interface JobStep {
  number: number
  name: string
  status: RunStatus
  conclusion: string | null
  startedAt: Date | null
  completedAt: Date | null
}

export interface Artifact {
  id: number
  name: string
  run: WorkflowRun
  job: string
  blob: string
  mimeType: string
  size: number
  /** As the uploader sent it, `sha256:…`; GitHub doesn't check it. */
  digest: string | null
  finalized: boolean
  createdAt: Date
  expiresAt: Date
}

/** Nothing is forbidden unless it is named here. Patterns are tested against a branch's name. */
export interface RepositoryRules {
  /** Branches that Apps may not make, and may not move. */
  creation?: RegExp
  update?: RegExp
  /** False: a plan without draft pull requests. */
  drafts?: boolean
  /** True: pull requests may be merged by GitHub itself. */
  autoMerge?: boolean
  /** Branches that take no merge commit. */
  linearHistory?: RegExp
  /** What push protection takes for a secret. */
  secret?: RegExp
  /** An App without `workflows` may not even bring a workflow file that another branch has. */
  workflows?: boolean
}
