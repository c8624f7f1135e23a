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

let hub: Hub
let folder = ''
let database = ''
const processes: ChildProcess[] = []

async function startPostgres(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'codicil-postgres-'))
  if (nobody.uid) chownSync(folder, nobody.uid, nobody.gid)
  const data = join(folder, 'data')
  const run = (name: string) => join(programs ?? '', name)
  const made = spawnSync(run('initdb'), ['-D', data, '-U', 'codicil', '--auth=trust', '-N'], nobody)
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const options = ['-D', data, '-p', `${port}`, '-k', folder, '-c', 'listen_addresses=127.0.0.1']
  const server = spawn(run('postgres'), [...options, '-c', 'fsync=off'], {
    ...nobody,
    stdio: 'ignore',
  })
  processes.push(server)
  database = `postgres://codicil@127.0.0.1:${port}/postgres`
  await until(() => spawnSync(run('pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`]).status === 0)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function startCopy(): Promise<{ copy: ChildProcess; url: string }> {
  const copy = spawn(process.execPath, [join(import.meta.dirname, 'killed-app.ts')], {
    env: {
      APP_ID: String(hub.app.id),
      PRIVATE_KEY: hub.app.privateKey,
      WEBHOOK_SECRET: hub.app.webhookSecret,
      GITHUB_API_URL: hub.url,
      DATABASE_URL: database,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  processes.push(copy)
  if (!copy.stdout) throw new Error('The app has no standard output.')
  const [url] = (await once(createInterface(copy.stdout), 'line')) as [string]
  return { copy, url }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

describe.skipIf(programs === null)('a copy that stands still', () => {
  beforeAll(async () => {
    hub = await startHub()
    await startPostgres()
  }, 240_000)
  afterAll(async () => {
    for (const child of processes.toReversed()) await end(child)
    await hub.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(['issues/list-comments', 'checks/list-for-ref', 'git/create-tree'])(
    'in %s, while another takes over, makes nothing twice when it goes on',
    async (operation) => {
      const first = await startCopy()
      hub.connect(first.url)
      const story = await Story.begin(hub)
      const pull = await story.pullRequest()
      const { promise: stopped, resolve } = Promise.withResolvers<void>()
      const held = async () => {
        first.copy.kill('SIGSTOP')
        const second = await startCopy()
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
      expect(hub.requests.slice(calls).filter(({ method }) => method !== 'GET')).toEqual([])
      expect({
        runs: story.runs().length,
        amendments: story.amendments().filter(({ state }) => state === 'open').length,
        comments: story.comments(pull.number).length,
        checks: story.checks(pull.head.sha).length,
      }).toEqual({ runs: 1, amendments: 1, comments: 1, checks: 1 })
      for (const child of processes.slice(1)) await end(child)
    },
    120_000,
  )
})
