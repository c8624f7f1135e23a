/** What every job works with. */
import type { Logger } from 'probot'
import type { OpenRepository } from '../github/client.ts'
import type { Sender } from './queue.ts'
import type { Store } from './store.ts'

export interface JobContext {
  store: Store
  queue: Sender
  /** Opens a repository with a token for it alone. */
  open: OpenRepository
  now(): Date
  log: Logger
  limits: JobLimits
}

export interface JobLimits {
  /** Seconds within which GitHub's lists may not yet show what was just made. */
  settleSeconds: number
  /** Bytes of a bundle's archive, and of the spec. */
  archiveBytes: number
  specBytes: number
  unzip: { entries: number; fileBytes: number; totalBytes: number }
  /** Milliseconds for the download of an artifact. */
  downloadTimeout: number
  /** `owner/name/.github/workflows/file.yml` that a run must have called; null: any. */
  trustedWorkflow: string | null
}

const mebibyte = 1024 * 1024

export const defaultLimits: JobLimits = {
  settleSeconds: 45,
  archiveBytes: 64 * mebibyte,
  specBytes: 16 * mebibyte,
  unzip: { entries: 1024, fileBytes: 64 * mebibyte, totalBytes: 192 * mebibyte },
  downloadTimeout: 120_000,
  trustedWorkflow: null,
}
