/** What the work on a key works with. */
import type { Logger } from 'probot'
import type { OpenRepository, Repository } from '../github/client.ts'
import type { Deadlines } from '../converge/next.ts'
import type { Core } from '../core/index.ts'
import type { Observer } from '../observe.ts'
import type { Trace, Tracing } from '../trace.ts'
import type { Asks } from './asks.ts'
import type { Key, Keys, Lease } from './keys.ts'
import type { KnownRepository, Repositories } from './repositories.ts'
import type { Store } from './store.ts'
import { bundleLimits } from '../../spec-tools/index.ts'

/** What all work shares: in the App over a database, in a job of a workflow over its own memory. */
export interface AppContext {
  keys: Pick<Keys, 'mark'>
  /** Reads, judges and drafts, away from the thread that answers webhooks. */
  core: Core
  asks: Asks
  repositories: Repositories
  /** A store that writes only while the lease is held. */
  storeFor(lease: Lease): Store
  openRepository: OpenRepository
  /** Marks keys and has them looked at. */
  look(...keys: Key[]): Promise<void>
  /** Looks at the App itself: its installations, and the deliveries that failed. */
  sweepApp(context: JobContext): Promise<void>
  observer: Observer
  tracing: Tracing
  /** Signs what is kept in comments; null in a job, which has no secret of its own. */
  secret: string | null
  now(): Date
  log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
  limits: JobLimits
}

export interface JobContext extends AppContext {
  lease: Lease
  store: Store
  trace: Trace
  /** Opens a repository with a token for it alone; its writes need the lease. */
  open(known: KnownRepository): Promise<Repository>
}

export interface JobLimits {
  /** How often work on a key may fail before its requests are given up. */
  tries: number
  /** Seconds within which GitHub's lists may not yet show what was just made. */
  settleSeconds: number
  deadlines: Deadlines
  /** Seconds between sweeps. */
  sweepSeconds: number
  /** Days for which is kept what is over; null: for ever. */
  keepDays: number | null
  /** Bytes of a bundle's archive, and of the spec. */
  archiveBytes: number
  specBytes: number
  unzip: { entries: number; fileBytes: number; totalBytes: number }
  /** Milliseconds for an answer of GitHub, and for the download of an artifact. */
  answerTimeout: number
  downloadTimeout: number
  /** `owner/name/.github/workflows/file.yml@sha` that a run must have called; null: any. */
  trustedWorkflow: string | null
  /** `owner/name@sha` of the Action that the caller workflow must run; null: any. */
  trustedAction: string | null
  /** `owner/name/.github/workflows/file.yml@ref` whose attestations count; null: none do. */
  signer: string | null
  /** Trusted roots of Sigstore in place of the one that is built in, as text. */
  trustedRoots: string | null
}

const mebibyte = 1024 * 1024
const hour = 3600

export const defaultLimits: JobLimits = {
  // Longer than most outages of GitHub: about an hour and a half altogether.
  tries: 20,
  settleSeconds: 45,
  // GitHub itself ends a job that no self-hosted runner took after 24 hours, and a run after 35 days.
  deadlines: { look: 900, unstarted: 24 * hour, unfinished: 72 * hour, artifact: 600 },
  sweepSeconds: 900,
  keepDays: null,
  archiveBytes: 64 * mebibyte,
  specBytes: 16 * mebibyte,
  unzip: { entries: bundleLimits.files, fileBytes: 64 * mebibyte, totalBytes: 192 * mebibyte },
  answerTimeout: 30_000,
  downloadTimeout: 120_000,
  trustedWorkflow: null,
  trustedAction: null,
  signer: null,
  trustedRoots: null,
}
