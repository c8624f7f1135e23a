/**
 * The real app against the stand-in of GitHub, over real HTTP, with the real queue: one of each for
 * a test file, and a repository for each test.
 */
import { PGlite } from '@electric-sql/pglite'
import { createHash } from 'node:crypto'
import { pino, type Level } from 'pino'
import {
  embedded,
  requestId,
  start,
  type EvidenceRequest,
  type Running,
  type StartOptions,
} from '../../app/index.ts'
import { coreLimits, openCore } from '../../app/core/index.ts'
import type { Database } from '../../app/jobs/database.ts'
import { sha256 } from '../../app/core/sha256.ts'
import { unzip } from '../../app/core/unzip.ts'
import { defaultLimits, type JobLimits } from '../../app/jobs/context.ts'
import { knownRun, sealBundle, sumsFile } from '../../spec-tools/index.ts'
import type { PullRequest, WorkflowRun } from '../../demo/hub/model.ts'
import { startHub, type Hub, type HubOptions, type HubRepository } from '../../demo/hub/index.ts'
import { runPayload } from '../../demo/hub/payloads.ts'
import { bundleOf, type BundleClaims } from './bundle.ts'
import { until } from './until.ts'
import { zipOf } from './zip.ts'

export const label = 'needs-gpu-evidence'
export const specPath = 'docs/spec.md'

export const settingsText = `specs:
  - id: ships
    path: ${specPath}
diagnostics:
  hello: { run: echo hello, needs: cpu }
runner: { labels: [self-hosted, gpu] }
`

const workflowText = `name: Codicil
run-name: "codicil \${{ inputs.request }} for #\${{ inputs.pull-request }} at \${{ inputs.sha }}"
on:
  workflow_dispatch:
    inputs:
      request: { required: true }
      pull-request: { required: true }
      sha: { required: true }
      base: { required: true }
      runner: { required: true }
jobs:
  diagnose:
    runs-on: ubuntu-24.04
    steps: [{ run: 'true' }]
`

const specText = `# Ships

**Version:** 1.4.0

## 1. Purpose

To float.

## 2. Measurements

None yet.
`

/** One for all tests of a file: a process takes a second to start. */
const core = openCore(pino({ level: 'silent' }), { ...coreLimits, milliseconds: 120_000 })

export class Loop {
  readonly hub: Hub
  pglite: PGlite
  app!: Running
  /** Milliseconds by which the clock of the app is ahead. */
  clock = 0
  private readonly tracing: StartOptions['tracing']

  private constructor(hub: Hub, pglite: PGlite, tracing: StartOptions['tracing']) {
    this.hub = hub
    this.pglite = pglite
    this.tracing = tracing
  }

  static async start(
    limits: Partial<JobLimits> = {},
    options?: HubOptions,
    tracing?: StartOptions['tracing'],
  ): Promise<Loop> {
    const [hub, pglite] = await Promise.all([startHub(options), PGlite.create()])
    const loop = new Loop(hub, pglite, tracing)
    loop.watchCancelling()
    await loop.startApp(limits)
    return loop
  }

  async startApp(limits: Partial<JobLimits> = {}): Promise<void> {
    const { hub } = this
    this.app = await start({
      config: {
        appId: hub.app.id,
        privateKey: hub.app.privateKey,
        webhookSecret: hub.app.webhookSecret,
        webhookPath: '/api/github/webhooks',
        host: '127.0.0.1',
        port: 0,
        database: { kind: 'embedded', folder: 'not used' },
        apiUrl: hub.url,
        logLevel: 'silent',
        trustedWorkflow: null,
        trustedAction: null,
        signer: null,
        trustedRoots: null,
        metricsToken: null,
        keepDays: null,
      },
      log: pino({ level: (process.env['CODICIL_TEST_LOG'] as Level) ?? 'silent' }),
      database: this.database(),
      core,
      pacing: 'none',
      now: () => new Date(Date.now() + this.clock),
      pollSeconds: 0.5,
      ...(this.tracing && { tracing: this.tracing }),
      limits: { settleSeconds: 0, ...limits },
    })
    hub.connect(this.app.webhookUrl)
  }

  /** The database is gone, and the app starts with an empty one. */
  async loseDatabase(): Promise<void> {
    await this.app.stop()
    await this.pglite.close()
    this.pglite = await PGlite.create()
    await this.startApp()
  }

  /** Has the app look for what no delivery has told of, everywhere. */
  async sweep(): Promise<void> {
    await this.app.queue.look({ kind: 'app' })
    await this.idle()
  }

  async stop(): Promise<void> {
    await this.app.stop()
    await this.hub.stop()
    await this.pglite.close()
  }

  /** How statements that name our tables fail: before they take effect, after, or not. */
  statement: (text: string) => 'before' | 'after' | null = () => null

  private database(): Database {
    const { boss, close } = embedded(this.pglite)
    const { db } = boss
    if (!db) throw new Error('The embedded database has no handle.')
    const executeSql: typeof db.executeSql = async (text, values) => {
      // The looks for what is due come at times of their own.
      const ours = text.includes('codicil.') && !/count\(\*\)|SET queued/.test(text)
      const fails = ours ? this.statement(text) : null
      if (fails === 'before') throw new Error('The statement was not carried out.')
      const result = await db.executeSql(text, values)
      if (fails === 'after') throw new Error('The answer to the statement was lost.')
      return result
    }
    return { boss: { ...boss, db: { executeSql } }, close }
  }

  /** There is no runner: runs stand as the tests put them, and only that they were called off is noted. */
  watchCancelling(): void {
    this.hub.attachRunner({ start: () => {}, cancel: (run) => (run.cancelRequested = true) })
  }

  /** Puts a request into a state as a process that died there would have left it. */
  async put(id: string, change: Partial<EvidenceRequest>): Promise<void> {
    const text = 'UPDATE codicil.request SET data = data || $2::jsonb WHERE id = $1'
    await this.pglite.query(text, [id, JSON.stringify(change)])
  }

  /** Everything that was sent has been answered, and every job of it has been done. */
  async idle(): Promise<void> {
    do {
      await this.hub.settled()
      await until(async () => (await this.app.queue.pending()) === 0)
      await this.hub.settled()
    } while ((await this.app.queue.pending()) > 0)
  }

  /** See Story.begin. */
  async repository(files: Record<string, string | null> = {}, name?: string): Promise<LoopStory> {
    const { repository } = await Story.begin(this.hub, files, name)
    return new LoopStory(this, repository)
  }
}

let repositories = 0

/** One repository, and what people do there. */
export class Story {
  readonly hub: Hub
  readonly repository: HubRepository

  constructor(hub: Hub, repository: HubRepository) {
    this.hub = hub
    this.repository = repository
  }

  /** A repository with spec, settings and workflow, where alice may write; null leaves a file out. */
  static async begin(
    hub: Hub,
    files: Record<string, string | null> = {},
    name = `ships-${++repositories}`,
  ): Promise<Story> {
    const all = {
      [specPath]: specText,
      '.github/codicil.yml': settingsText,
      '.github/workflows/codicil.yml': workflowText,
      ...files,
    }
    const given = Object.entries(all).filter(([, content]) => content !== null)
    const repository = await hub.createRepository({
      owner: 'acme',
      name,
      files: Object.fromEntries(given) as Record<string, string>,
    })
    repository.setPermission('alice', 'write')
    return new Story(hub, repository)
  }

  get record() {
    return this.repository.record
  }

  async pullRequest(branch = 'topic', files: Record<string, string> = { 'a.txt': `${branch}\n` }) {
    await this.repository.commitFiles(branch, files, { author: 'alice' })
    return this.repository.openPullRequest({ from: branch, title: branch, author: 'alice' })
  }

  runs(): WorkflowRun[] {
    return [...this.record.runs.values()].filter(({ event }) => event === 'workflow_dispatch')
  }

  /** Pull requests of our App. */
  amendments() {
    return [...this.record.pulls.values()].filter(({ author }) => author === this.hub.world.app.bot)
  }

  comments(number: number): string[] {
    return [...this.record.comments.values()]
      .filter(
        (comment) =>
          comment.number === number && comment.author.login === this.hub.world.app.bot.login,
      )
      .map(({ body }) => body)
  }

  checks(sha: string) {
    return [...this.record.checks.values()].filter(({ headSha }) => headSha === sha)
  }

  /** Ends a run as GitHub does, with the bundle that it should have left, or another one. */
  async end(run: WorkflowRun, { conclusion = 'success', ...how }: RunEnd = {}): Promise<void> {
    const { request, sha } = run.inputs
    if (how.artifact !== null) {
      const zip = how.artifact ?? (await this.bundle(run, how.claims))
      this.upload(run, how.name ?? `codicil-evidence-${request}`, zip, how.digest)
    }
    run.status = 'completed'
    run.conclusion = conclusion
    run.jobs = [this.job(run, conclusion)]
    if (!sha) throw new Error('The run was not dispatched by the app.')
    if (how.webhook !== false) await this.announce(run)
  }

  async announce(run: WorkflowRun): Promise<void> {
    const { stage, webhooks } = this.hub
    webhooks.event(this.record, 'workflow_run', await runPayload(stage, run, 'completed'))
  }

  async bundle(run: WorkflowRun, claims: BundleClaims = {}): Promise<Buffer> {
    const { request = '', sha = '' } = run.inputs
    return zipOf(
      bundleOf({
        request,
        sha,
        repository: { id: this.record.id, name: this.repository.fullName },
        pullRequest: Number(run.inputs['pull-request']),
        run: { id: run.id, attempt: run.attempt },
        settings: settingsText,
        ...claims,
      }),
    )
  }

  /** What `actions/attest` is given about an archive: its files' digests, and our predicate. */
  async attestable(zip: Buffer): Promise<object> {
    const files = await unzip(zip, defaultLimits.unzip)
    const known = knownRun({ server: this.hub.url })
    const { subject, ...rest } = sealBundle(files, known, sha256)
    const named = subject.filter(({ name }) => name !== undefined && name !== sumsFile)
    return { ...rest, subject: named }
  }

  upload(run: WorkflowRun, name: string, content: Buffer, digest?: string): void {
    const { world, blobs } = this.hub
    const id = world.nextId()
    blobs.put(`test-${id}`, content, 'application/zip')
    this.record.artifacts.set(id, {
      id,
      name,
      run,
      job: 'diagnose',
      blob: `test-${id}`,
      mimeType: 'application/zip',
      size: content.length,
      digest: digest ?? `sha256:${createHash('sha256').update(content).digest('hex')}`,
      finalized: true,
      createdAt: world.now(),
      expiresAt: new Date(world.now().getTime() + 86_400_000),
    })
  }

  private job(run: WorkflowRun, conclusion: string): WorkflowRun['jobs'][number] {
    const { world } = this.hub
    return {
      id: world.nextId(),
      backendId: world.nextGuid('job'),
      name: 'diagnose',
      labels: ['self-hosted', 'gpu'],
      status: 'completed',
      conclusion,
      outputs: {},
      createdAt: run.createdAt,
      startedAt: run.createdAt,
      completedAt: world.now(),
      steps: [],
      log: '',
      annotations: [],
      summary: '',
    }
  }
}

/** A story whose app is at hand. */
export class LoopStory extends Story {
  readonly loop: Loop

  constructor(loop: Loop, repository: HubRepository) {
    super(loop.hub, repository)
    this.loop = loop
  }

  /** A labelled pull request, and its run as it was dispatched. */
  async dispatched(branch = 'topic') {
    const pull = await this.pullRequest(branch)
    await this.repository.addLabel(pull, label, 'alice')
    await this.loop.idle()
    const run = this.runs().at(-1)
    if (!run) throw new Error(`No run was dispatched: ${this.comments(pull.number).join()}`)
    return { pull, run }
  }

  /** A labelled pull request whose amendment was drafted. */
  async drafted(branch = 'topic') {
    const { pull, run } = await this.dispatched(branch)
    await this.end(run)
    await this.loop.idle()
    const amendment = this.amendments().at(-1)
    if (!amendment) throw new Error(`Nothing was drafted: ${this.comments(pull.number).join()}`)
    return { pull, run, amendment }
  }

  /** Has the app look at a pull request, its document, and everything there. */
  async look(number: number): Promise<void> {
    const repositoryId = this.record.id
    await this.loop.app.queue.look(
      { kind: 'pull-request', repositoryId, number },
      { kind: 'document', repositoryId, path: specPath },
    )
    await this.loop.idle()
  }

  /** As if nothing had been heard of the run of a pull request for as long as that may be. */
  async lookAtRun({ number, head }: PullRequest): Promise<void> {
    const id = requestId(this.record.id, number, head.sha)
    await this.loop.put(id, { lookAt: new Date(0).toISOString() })
    await this.look(number)
  }

  request(number: number, sha: string) {
    return this.loop.app.store.find(requestId(this.record.id, number, sha))
  }
}

export interface RunEnd {
  conclusion?: string
  /** The archive in place of the right one; null: none. */
  artifact?: Buffer | null
  name?: string
  digest?: string
  /** What the bundle says instead of the truth. */
  claims?: BundleClaims
  /** False: GitHub loses the delivery. */
  webhook?: boolean
}
