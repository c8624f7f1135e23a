/**
 * Every point of the loop at which the app can be struck as a process: at each call to GitHub and each
 * statement of the database it is killed, or stands still while another copy takes over. One database
 * for each point, one PostgreSQL for all.
 */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import { defaultLimits } from '../../app/jobs/context.ts'
import { startCopy, type Copy } from './copy.ts'
import { label, Story } from './loop.ts'
import { end, type Postgres } from './postgres.ts'
import { until } from './until.ts'

export interface Point {
  /** At a call to GitHub, by its operation and how many of those come before; or at a statement. */
  at: { operation: string; skip: number } | { statement: number }
  /** Before or after it took effect. */
  when: 'before' | 'after'
  how: 'kill' | 'stop'
}

/** Seconds within which a struck loop has to come to its end. */
const patience = 150

/** All points of a loop in which nothing happens to the app. */
export async function pointsOf(postgres: Postgres): Promise<Point[]> {
  await using scene = await Scene.begin(postgres, 'points')
  let statements = 0
  await scene.startCopy({ FAULT_AT: 'count' }, (line) => {
    if (line.startsWith('statement')) statements += 1
  })
  const before = scene.hub.requests.length
  await scene.play()
  const counts = new Map<string, number>()
  const calls = scene.hub.requests
    .slice(before)
    .filter(({ operation }) => operation)
    .map(({ operation = '' }) => {
      const skip = counts.get(operation) ?? 0
      counts.set(operation, skip + 1)
      return { operation, skip }
    })
  const places = [
    ...calls,
    ...Array.from({ length: statements }, (_, index) => ({ statement: index + 1 })),
  ]
  return places.flatMap((at) =>
    (['before', 'after'] as const).flatMap((when) =>
      (['kill', 'stop'] as const).map((how) => ({ at, when, how })),
    ),
  )
}

export interface Struck {
  point: Point
  /** False where the loop took another way, and the point was not met. */
  happened: boolean
  /** What is not as it should be in the end; null: nothing. */
  wrong: string | null
}

let databases = 0

/** Plays the loop, strikes the app at a point, and looks at what comes out. */
export async function strike(postgres: Postgres, point: Point): Promise<Struck> {
  const { at, when, how } = point
  await using scene = await Scene.begin(postgres, `point_${++databases}`)
  const struck = Promise.withResolvers<void>()
  let happened = false
  const fault = () => {
    happened = true
    struck.resolve()
  }
  if ('statement' in at) {
    const variables = { FAULT_AT: `${at.statement}`, FAULT_HOW: how, FAULT_WHEN: when }
    const starting = scene.startCopy(variables, (line) => void (line === 'fault' && fault()))
    // It may be struck before it listens, and then never does.
    await Promise.race([starting.catch(() => null), struck.promise.then(() => null)])
  } else {
    await scene.startCopy({})
    const held = async () => {
      scene.copies[0]?.kill(how === 'kill' ? 'SIGKILL' : 'SIGSTOP')
      fault()
    }
    const match = { operation: at.operation }
    scene.hub.faults.add({ match, skip: at.skip, when, status: 'held', held })
  }
  const another = struck.promise.then(() => scene.startCopy({}))
  let wrong: string | null = null
  try {
    await scene.play()
    if (happened) {
      await another
      if (how === 'stop') {
        scene.copies[0]?.kill('SIGCONT')
        // What it had begun would come now.
        await sleep(3000)
      }
    }
    wrong = scene.wrong()
  } catch (error) {
    wrong = error instanceof Error ? error.message : String(error)
  }
  return { point, happened, wrong }
}

class Scene {
  readonly hub: Hub
  readonly story: Story
  readonly #postgres: Postgres
  readonly #name: string
  readonly #url: string
  readonly copies: ChildProcess[] = []

  private constructor(hub: Hub, story: Story, postgres: Postgres, name: string) {
    this.hub = hub
    this.story = story
    this.#postgres = postgres
    this.#name = name
    this.#url = postgres.create(name)
  }

  static async begin(postgres: Postgres, name: string): Promise<Scene> {
    const hub = await startHub()
    hub.attachRunner({ start: () => {}, cancel: (run) => (run.cancelRequested = true) })
    return new Scene(hub, await Story.begin(hub), postgres, name)
  }

  /** A copy that GitHub's deliveries go to from now on. */
  async startCopy(
    variables: Record<string, string>,
    heard?: (line: string) => void,
  ): Promise<Copy> {
    const deadlines = { ...defaultLimits.deadlines, look: 5 }
    const limits = { settleSeconds: 1, sweepSeconds: 5, answerTimeout: 5000, deadlines }
    const copy = await startCopy(
      this.hub,
      { DATABASE_URL: this.#url },
      { LIMITS: JSON.stringify(limits), ...variables },
      { heard, started: (child) => this.copies.push(child) },
    )
    this.hub.connect(copy.webhookUrl)
    return copy
  }

  /** A label, a run that ends, an amendment that is merged. */
  async play(): Promise<void> {
    const { story } = this
    const pull = await story.pullRequest()
    await story.repository.addLabel(pull, label, 'alice')
    const within = AbortSignal.timeout(patience * 1000)
    const come = (what: string, done: () => boolean | Promise<boolean>) =>
      until(async () => {
        if (within.aborted) throw new Error(`It never came to this: ${what}.`)
        return done()
      })
    await come('a run', () => story.runs().length > 0)
    const [run] = story.runs()
    if (run) await story.end(run)
    const said = (text: string) => () =>
      story.comments(pull.number).some((comment) => comment.includes(text)) &&
      story.checks(pull.head.sha).some(({ status }) => status === 'completed')
    await come('an amendment', said('An amendment was drafted'))
    await story.repository.mergePullRequest(pull, 'alice')
    const amendment = () => story.amendments().find(({ state }) => state === 'open')
    await come('an amendment that is no draft', () => amendment()?.draft === false)
    const proposed = amendment()
    if (proposed) await story.repository.mergePullRequest(proposed, 'alice')
    await come('a merged amendment', said('The amendment was merged'))
  }

  wrong(): string | null {
    const { story } = this
    const [pull] = [...story.record.pulls.values()]
    if (!pull) return 'There is no pull request.'
    const counts = {
      runs: story.runs().filter(({ cancelRequested }) => !cancelRequested).length,
      merged: story.amendments().filter(({ merged }) => merged).length,
      open: story.amendments().filter(({ state }) => state === 'open').length,
      comments: story.comments(pull.number).length,
      checks: story.checks(pull.head.sha).length,
    }
    const right = { runs: 1, merged: 1, open: 0, comments: 1, checks: 1 }
    const ended = JSON.stringify(counts)
    return ended === JSON.stringify(right) ? null : ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.copies) await end(child)
    await this.hub.stop()
    this.#postgres.drop(this.#name)
  }
}
