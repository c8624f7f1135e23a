/**
 * The stand-in of GitHub: real HTTP on loopback, real git underneath.
 *
 *   const hub = await startHub({ webhookUrl: 'http://127.0.0.1:3000/api/github/webhooks' })
 *   const demo = await hub.createRepository({ owner: 'acme', name: 'ships', files: { … } })
 *   demo.setPermission('alice', 'write')
 *   …
 *   await hub.stop()
 *
 * Why it is written over git, and what it leaves out: docs/decisions/0002-stand-in-over-git.md
 */
import { generateKeyPairSync } from 'node:crypto'
import { BlobStore } from './blobs.ts'
import { Credentials } from './credentials.ts'
import { Faults } from './faults.ts'
import { HubRepository, type Files } from './hub-repository.ts'
import type { Installation, Permissions, WorkflowRun } from './model.ts'
import { installationPayload, pingPayload } from './payloads.ts'
import type { RecordedRequest } from './requests.ts'
import { HubServer } from './server.ts'
import type { Stage } from './stage.ts'
import { Webhooks } from './webhooks.ts'
import { World } from './world.ts'

export { HubRepository } from './hub-repository.ts'
export type { FileContent, Files } from './hub-repository.ts'
export type { Fault } from './faults.ts'
export type { RecordedRequest } from './requests.ts'
export type { Delivery } from './webhooks.ts'
export type * from './model.ts'

export interface HubOptions {
  /** Port of the API and pages; any free one unless told. */
  port?: number
  /** The world's clock: dates of commits, comments, runs. Tokens live by the real one. */
  now?: () => Date
  /** Milliseconds by which tokens and signed links age; the real clock unless told. */
  tokenClock?: () => number
  /** Where the App receives webhooks; may also be set later with `hub.connect`. */
  webhookUrl?: string
  webhookSecret?: string
  app?: {
    slug?: string
    name?: string
    permissions?: Permissions
    events?: string[]
    /** PEM of an RSA key; a new pair is made unless told. */
    privateKey?: string
    publicKey?: string
  }
  /** Answers as GitHub Enterprise Server of that version does. */
  enterpriseVersion?: string
}

/** Runs what was dispatched; see `runner.ts`. */
export interface RunExecutor {
  start: (run: WorkflowRun) => void
  cancel: (run: WorkflowRun) => void
}

export type Hub = Awaited<ReturnType<typeof startHub>>

/** What Codicil asks for when it is installed. */
export const defaultPermissions: Permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  metadata: 'read',
  pull_requests: 'write',
}

/** The events that the guide names. */
export const defaultEvents = [
  'check_run',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'push',
  'workflow_run',
]

const secretOfTests = 'a webhook secret that only this stand-in knows'

export async function startHub(options: HubOptions = {}) {
  const now = options.now ?? (() => new Date())
  const world = new World(now)
  world.enterpriseVersion = options.enterpriseVersion ?? null
  const faults = new Faults()
  const requests: RecordedRequest[] = []
  const keys = appKeys(options.app)
  const slug = options.app?.slug ?? 'codicil'
  world.app = {
    id: world.nextId(),
    slug,
    name: options.app?.name ?? 'Codicil',
    clientId: 'Iv23li00000000000000',
    owner: world.user('codicil-makers', 'Organization'),
    bot: world.user(`${slug}[bot]`, 'Bot'),
    publicKey: keys.publicKey,
    permissions: options.app?.permissions ?? defaultPermissions,
    events: options.app?.events ?? defaultEvents,
    createdAt: now(),
  }
  const secret = options.webhookSecret ?? secretOfTests
  const webhooks = new Webhooks(world, secret, options.webhookUrl)
  const credentials = new Credentials(world, options.tokenClock)
  const blobs = new BlobStore(faults, options.tokenClock)
  await blobs.listen()
  const server = new HubServer()
  const url = await server.listen(options.port ?? 0)
  let executor: RunExecutor | undefined
  const stage: Stage = {
    world,
    links: { api: url, web: url },
    webhooks,
    credentials,
    blobs,
    queueRun: (run) => executor?.start(run),
    cancelRun: (run) => executor?.cancel(run),
  }
  server.serve(stage, faults, requests)

  return {
    /** Base URL of the API, and of the pages; without a slash at the end. */
    url,
    world,
    stage,
    faults,
    requests,
    webhooks,
    blobs,
    /** What the App is configured with. */
    app: { id: world.app.id, slug, privateKey: keys.privateKey, webhookSecret: secret },

    /** Tells GitHub where the App listens. */
    connect(webhookUrl: string): void {
      webhooks.connect(webhookUrl)
    },
    ping() {
      return webhooks.send('ping', pingPayload(stage, webhooks.url ?? 'http://127.0.0.1/'))
    },
    redeliver(guid: string) {
      return webhooks.redeliver(guid)
    },
    /** Runs are handed to this from now on; those that wait already are started. */
    attachRunner(next: RunExecutor | undefined): void {
      executor = next
      for (const repository of world.repositories.values()) {
        for (const run of repository.runs.values()) if (run.status === 'queued') next?.start(run)
      }
    },
    /** A token with which a person calls the API. */
    tokenOf(login: string): string {
      return credentials.userToken(world.user(login))
    },

    async createRepository(seed: {
      owner: string
      name: string
      files?: Files
      defaultBranch?: string
      private?: boolean
      /** Whether the App is installed there; it is, unless told. */
      install?: boolean
    }): Promise<HubRepository> {
      const defaultBranch = seed.defaultBranch ?? 'main'
      const repository = await world.createRepository({
        owner: seed.owner,
        name: seed.name,
        private: seed.private ?? false,
        defaultBranch,
      })
      const made = new HubRepository(stage, repository)
      await made.commitFiles(defaultBranch, seed.files ?? { 'README.md': `# ${seed.name}\n` }, {
        message: 'Begin',
      })
      if (seed.install !== false) made.install()
      return made
    },

    /** Sends the event that a new installation brings; for an App that listens already. */
    announceInstallation(installation: Installation): void {
      const sender = installation.account
      webhooks.send('installation', installationPayload(stage, installation, 'created', sender))
    },

    /** Resolves when all webhooks sent so far were answered or refused. */
    settled: () => webhooks.settled(),

    async stop(): Promise<void> {
      executor = undefined
      await server.close()
      await webhooks.stop()
      await blobs.close()
      await world.close()
    },
  }
}

/** Made once a process: a key takes longer than all else that starts here. */
let madeKeys: { privateKey: string; publicKey: string } | undefined

function appKeys({ privateKey, publicKey }: NonNullable<HubOptions['app']> = {}) {
  if (privateKey && publicKey) return { privateKey, publicKey }
  madeKeys ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return madeKeys
}
