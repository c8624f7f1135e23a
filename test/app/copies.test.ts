/**
 * Two copies of the app on one PostgreSQL: one stands still in the middle of a call, the other takes
 * over, and then the first goes on. Needs PostgreSQL's programs; without them it is skipped.
 */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import { startCopy } from './copy.ts'
import { label, Story } from './loop.ts'
import { runMany } from './many.ts'
import { end, Postgres, programs } from './postgres.ts'
import { until } from './until.ts'

let postgres: Postgres
beforeAll(async () => {
  if (programs !== null) postgres = await Postgres.start(['fsync=off'])
}, 240_000)
afterAll(() => postgres?.stop())

/** A stand-in of GitHub, a database, and the copies that work on them. */
class Scene {
  readonly hub: Hub
  readonly #url: string
  readonly #copies: ChildProcess[] = []

  constructor(hub: Hub, url: string) {
    this.hub = hub
    this.#url = url
  }

  static async begin(database: string): Promise<Scene> {
    return new Scene(await startHub(), postgres.create(database))
  }

  /** A copy that deliveries go to from now on. */
  async startCopy(): Promise<ChildProcess> {
    const copy = await startCopy(this.hub, { DATABASE_URL: this.#url })
    this.#copies.push(copy.process)
    this.hub.connect(copy.webhookUrl)
    return copy.process
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const copy of this.#copies) await end(copy)
    await this.hub.stop()
  }
}

// Each waits for the lease of the copy that stands still: together they wait once.
describe.skipIf(programs === null).concurrent('a copy that stands still', () => {
  it.each(['graphql/Gate', 'issues/create-comment', 'git/create-tree'])(
    'in %s, while another takes over, makes nothing twice when it goes on',
    async (operation) => {
      await using scene = await Scene.begin(operation.replaceAll(/\W/g, '_'))
      const { hub } = scene
      const first = await scene.startCopy()
      const story = await Story.begin(hub)
      const pull = await story.pullRequest()
      const { promise: stopped, resolve } = Promise.withResolvers<void>()
      const held = async () => {
        first.kill('SIGSTOP')
        await scene.startCopy()
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
      first.kill('SIGCONT')
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

// The same at the size of service: bench/app/copies.ts
describe.skipIf(programs === null)('two copies of the app', () => {
  it('give each section and version once, whatever fails and whoever is killed', async () => {
    const scale = { copies: 2, requests: 6, repositories: 2, seed: 3, failing: 0.02, between: 4 }
    const { wrong, faults } = await runMany(postgres, scale)
    expect(wrong).toEqual([])
    expect(faults.killed + faults.stoodStill + faults.calls).toBeGreaterThan(0)
  }, 240_000)
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
