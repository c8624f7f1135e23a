/**
 * Everything that a request goes through, on this machine: the stand-in of GitHub, a runner for its
 * workflows, and the real app. The demo and the end-to-end tests work with the same stage.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { requestId, start, type EvidenceRequest, type Running } from '../app/index.ts'
import { startHub, type Hub, type HubRepository } from './hub/index.ts'
import type { Comment, PullRequest } from './hub/model.ts'
import { startRunner, type StandInRunner } from './hub/runner.ts'

const root = join(import.meta.dirname, '..')
/** What the caller workflow calls Codicil's own repository. */
const ownRepository = 'codicil/codicil'

/** What happens, as it happens. */
export interface Watcher {
  app(message: string, fields: Record<string, unknown>): void
  runner(line: string): void
}

export interface StageOptions {
  watcher?: Watcher
  now?: () => Date
  /** Of the runner, besides PATH and what GitHub sets. */
  env?: Record<string, string>
  /** The Action whose evidence alone counts, as `CODICIL_ACTION` names it. */
  trustedAction?: string
}

export class Stage {
  readonly hub: Hub
  readonly app: Running
  readonly runner: StandInRunner
  readonly #folder: string

  private constructor(hub: Hub, app: Running, runner: StandInRunner, folder: string) {
    this.hub = hub
    this.app = app
    this.runner = runner
    this.#folder = folder
  }

  static async start({ watcher, now, env, trustedAction }: StageOptions = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'codicil-stage-'))
    const hub = await startHub(now ? { now } : {})
    const runner = startRunner(hub, {
      sources: { [ownRepository]: root },
      ...(env && { env: { PATH: process.env['PATH'] ?? '', ...env } }),
      ...(watcher && { onLine: (line) => watcher.runner(line) }),
    })
    const app = await start({
      config: {
        appId: hub.app.id,
        privateKey: hub.app.privateKey,
        webhookSecret: hub.app.webhookSecret,
        webhookPath: '/api/github/webhooks',
        host: '127.0.0.1',
        port: 0,
        database: { kind: 'embedded', folder: join(folder, 'database') },
        apiUrl: hub.url,
        logLevel: 'info',
        trustedWorkflow: null,
        trustedAction: trustedAction ?? null,
        signer: null,
        trustedRoots: null,
        metricsToken: null,
        keepDays: null,
      },
      log: pino({ level: watcher ? 'info' : 'silent' }, { write: (line) => tell(watcher, line) }),
      pacing: 'none',
      pollSeconds: 0.5,
      limits: { settleSeconds: 0 },
      ...(now && { now }),
    })
    hub.connect(app.webhookUrl)
    return new Stage(hub, app, runner, folder)
  }

  /** Waits until nothing is under way: no run, no delivery, no job. */
  async settle(): Promise<void> {
    do {
      await this.runner.idle()
      await this.hub.settled()
      while ((await this.app.queue.pending()) > 0) await sleep(50)
      await this.runner.idle()
      await this.hub.settled()
    } while ((await this.app.queue.pending()) > 0)
  }

  request(repository: HubRepository, pull: PullRequest): Promise<EvidenceRequest | null> {
    return this.app.store.find(requestId(repository.record.id, pull.number, pull.head.sha))
  }

  async stop(): Promise<void> {
    await this.runner.stop()
    await this.app.stop()
    await this.hub.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** The caller workflow that a repository has, bound to a commit of Codicil. */
export async function callerWorkflow(): Promise<string> {
  return readFile(join(root, '.github/codicil-caller.example.yml'), 'utf8')
}

/** The comments that the app wrote on a pull request. */
export function commentsOf(hub: Hub, repository: HubRepository, pull: PullRequest): Comment[] {
  return repository.comments(pull).filter(({ author }) => author.id === hub.world.app.bot.id)
}

/** The pull requests that the app opened. */
export function amendmentsOf(hub: Hub, { record }: HubRepository): PullRequest[] {
  return [...record.pulls.values()].filter(({ author }) => author.id === hub.world.app.bot.id)
}

function tell(watcher: Watcher | undefined, line: string): void {
  const { msg, ...fields } = JSON.parse(line) as { msg: string }
  watcher?.app(msg, fields)
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
