import type { BlobStore } from './blobs.ts'
import type { Credentials } from './credentials.ts'
import type { WorkflowRun } from './model.ts'
import type { Links } from './represent/links.ts'
import type { Webhooks } from './webhooks.ts'
import type { World } from './world.ts'

/** What every part of the stand-in works with. */
export interface Stage {
  world: World
  links: Links
  webhooks: Webhooks
  credentials: Credentials
  blobs: BlobStore
  /** Hands a run that was asked for to the runner, if one is attached. */
  queueRun: (run: WorkflowRun) => void
  /** Asks the runner to stop a run. */
  cancelRun: (run: WorkflowRun) => void
}
