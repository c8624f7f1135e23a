/**
 * Two copies of the app on one PostgreSQL: one stands still in the middle of a call, the other takes
 * over, and then the first goes on. Needs PostgreSQL's programs; without them it is skipped.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import { label, Story } from './loop.ts'
import { until } from './until.ts'

const versions = '/usr/lib/postgresql'
const programs = existsSync(versions)
  ? join(versions, readdirSync(versions).sort().at(-1) ?? '', 'bin')
  : null
// PostgreSQL refuses to run as root.
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

let folder = ''
let port = 0
let postgres: ChildProcess | undefined

async function startPostgres(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'codicil-postgres-'))
  if (nobody.uid) chownSync(folder, nobody.uid, nobody.gid)
  const data = join(folder, 'data')
  const made = spawnSync(
    program('initdb'),
    ['-D', data, '-U', 'codicil', '--auth=trust', '-N'],
    nobody,
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  port = await freePort()
  const options = ['-D', data, '-p', `${port}`, '-k', folder, '-c', 'listen_addresses=127.0.0.1']
  postgres = spawn(program('postgres'), [...options, '-c', 'fsync=off'], {
    ...nobody,
    stdio: 'ignore',
  })
  await until(() => spawnSync(program('pg_isready'), at()).status === 0)
}

function program(name: string): string {
  return join(programs ?? '', name)
}

function at(): string[] {
  return ['-h', '127.0.0.1', '-p', `${port}`]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  return free
}

/** A stand-in of GitHub, a database, and the copies that work on them. */
class Scene {
  readonly hub: Hub
  readonly #database: string
  readonly #copies: ChildProcess[] = []

  constructor(hub: Hub, database: string) {
    this.hub = hub
    this.#database = database
  }

  static async begin(database: string): Promise<Scene> {
    const made = spawnSync(program('createdb'), [...at(), '-U', 'codicil', database])
    if (made.status !== 0) throw new Error(`createdb failed: ${made.stderr}`)
    return new Scene(await startHub(), database)
  }

  async startCopy(): Promise<{ copy: ChildProcess; url: string }> {
    const { app, url: api } = this.hub
    const copy = spawn(process.execPath, [join(import.meta.dirname, 'killed-app.ts')], {
      env: {
        APP_ID: String(app.id),
        PRIVATE_KEY: app.privateKey,
        WEBHOOK_SECRET: app.webhookSecret,
        GITHUB_API_URL: api,
        DATABASE_URL: `postgres://codicil@127.0.0.1:${port}/${this.#database}`,
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#copies.push(copy)
    if (!copy.stdout) throw new Error('The app has no standard output.')
    const [url] = (await once(createInterface(copy.stdout), 'line')) as [string]
    return { copy, url }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const copy of this.#copies) await end(copy)
    await this.hub.stop()
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

// Each waits for the lease of the copy that stands still: together they wait once.
describe.skipIf(programs === null).concurrent('a copy that stands still', () => {
  beforeAll(startPostgres, 240_000)
  afterAll(async () => {
    if (postgres) await end(postgres)
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(['graphql/Gate', 'issues/create-comment', 'git/create-tree'])(
    'in %s, while another takes over, makes nothing twice when it goes on',
    async (operation) => {
      await using scene = await Scene.begin(operation.replaceAll(/\W/g, '_'))
      const { hub } = scene
      const first = await scene.startCopy()
      hub.connect(first.url)
      const story = await Story.begin(hub)
      const pull = await story.pullRequest()
      const { promise: stopped, resolve } = Promise.withResolvers<void>()
      const held = async () => {
        first.copy.kill('SIGSTOP')
        const second = await scene.startCopy()
        hub.connect(second.url)
        resolve()
      }
      hub.faults.add({ match: { operation }, when: 'after', status: 'held', held })
      await story.repository.addLabel(pull, label, 'alice')
      let ended = false
      const done = () =>
        story.amendments().length > 0 &&
        story.checks(pull.head.sha).some(({ status }) => status === 'completed')
      await until(async () => {
        const [run] = story.runs()
        if (run && !ended && story.checks(pull.head.sha).length > 0) {
          ended = true
          await story.end(run)
        }
        return done()
      })
      await stopped
      first.copy.kill('SIGCONT')
      // What it had begun would come now.
      const calls = hub.requests.length
      await new Promise((wait) => setTimeout(wait, 4000))
      expect(hub.requests.slice(calls).filter(changes)).toEqual([])
      expect({
        runs: story.runs().length,
        amendments: story.amendments().filter(({ state }) => state === 'open').length,
        comments: story.comments(pull.number).length,
        checks: story.checks(pull.head.sha).length,
      }).toEqual({ runs: 1, amendments: 1, comments: 1, checks: 1 })
    },
    120_000,
  )
})

/** A token changes nothing. */
function changes({
  writes,
  operation,
}: {
  writes: boolean
  operation: string | undefined
}): boolean {
  return writes && operation !== 'apps/create-installation-access-token'
}
