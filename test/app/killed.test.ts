/**
 * The app is killed without warning while GitHub's answer to a write is on its way, and started
 * again on what it left behind: nothing is lost, nothing is done twice.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import { label, Story } from './loop.ts'
import { until } from './until.ts'

let hub: Hub
let folder = ''
let child: ChildProcess | undefined
beforeAll(async () => {
  hub = await startHub()
  folder = await mkdtemp(join(tmpdir(), 'codicil-killed-'))
})
afterEach(() => kill())
afterAll(async () => {
  await hub.stop()
  await rm(folder, { recursive: true, force: true })
})

async function startApp(): Promise<void> {
  child = spawn(process.execPath, [join(import.meta.dirname, 'killed-app.ts')], {
    env: {
      APP_ID: String(hub.app.id),
      PRIVATE_KEY: hub.app.privateKey,
      WEBHOOK_SECRET: hub.app.webhookSecret,
      GITHUB_API_URL: hub.url,
      CODICIL_DATA: folder,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('The app has no standard output.')
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  hub.connect(url)
}

async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

describe('the app', () => {
  it.each([
    'actions/create-workflow-dispatch',
    'issues/create-comment',
    'git/create-ref',
    'pulls/create',
  ])(
    'killed after %s, and before it knew, ends the same',
    async (operation) => {
      await startApp()
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
          await kill()
          await startApp()
        }
        await until(done)
      }
      await comeToPass(() => story.comments(pull.number).length > 0 && story.runs().length > 0)
      const [run] = story.runs()
      if (run) await story.end(run)
      await comeToPass(() =>
        story.comments(pull.number).some((text) => text.includes('**An amendment was drafted**')),
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
