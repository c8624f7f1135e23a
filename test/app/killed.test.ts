/**
 * The app is killed without warning while GitHub's answer to a write is on its way, and started
 * again on what it left behind: nothing is lost, nothing is done twice.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import { startCopy } from './copy.ts'
import { label, Story } from './loop.ts'
import { end } from './postgres.ts'
import { until } from './until.ts'

/** A stand-in of GitHub, a data folder, and the app in a process of its own. */
class Scene {
  readonly hub: Hub
  private readonly folder: string
  private child: ChildProcess | undefined

  private constructor(hub: Hub, folder: string) {
    this.hub = hub
    this.folder = folder
  }

  static async begin(): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'codicil-killed-'))
    return new Scene(await startHub(), folder)
  }

  async startApp(): Promise<void> {
    const copy = await startCopy(this.hub, { CODICIL_DATA: this.folder })
    this.child = copy.process
    this.hub.connect(copy.webhookUrl)
  }

  async kill(): Promise<void> {
    if (this.child) await end(this.child)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await this.hub.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

// Each waits for the lease of the killed app to end: together they wait once.
describe.concurrent('the app', () => {
  it.each([
    'actions/create-workflow-dispatch',
    'issues/create-comment',
    'git/create-ref',
    'pulls/create',
  ])(
    'killed after %s, and before it knew, ends the same',
    async (operation) => {
      await using scene = await Scene.begin()
      const { hub } = scene
      await scene.startApp()
      const story = await Story.begin(hub)
      const pull = await story.pullRequest()
      hub.faults.add({ match: { operation }, when: 'after', status: 'hang' })
      await story.repository.addLabel(pull, label, 'alice')
      const before = hub.faults.fired.length
      let restarted = false
      /** Waits for something, and kills the app once on the way there. */
      const comeToPass = async (done: () => boolean) => {
        await until(() => done() || (!restarted && hub.faults.fired.length > before))
        if (!restarted && hub.faults.fired.length > before) {
          restarted = true
          await scene.kill()
          await scene.startApp()
        }
        await until(done)
      }
      await comeToPass(() => story.comments(pull.number).length > 0 && story.runs().length > 0)
      const [run] = story.runs()
      if (run) await story.end(run)
      await comeToPass(() =>
        story.comments(pull.number).some((text) => text.includes('An amendment was drafted')),
      )
      // The check is the last of the writes: there may be none yet.
      await comeToPass(() =>
        story.checks(pull.head.sha).some(({ status }) => status === 'completed'),
      )
      expect(restarted).toBe(true)
      expect({
        runs: story.runs().length,
        amendments: story.amendments().length,
        comments: story.comments(pull.number).length,
        checks: story.checks(pull.head.sha).length,
      }).toEqual({ runs: 1, amendments: 1, comments: 1, checks: 1 })
    },
    240_000,
  )
})
