/**
 * The loop in one process, each of its calls to GitHub and to the database failing once in each way:
 * before it took effect or after, without an answer, or while somebody else takes over.
 */
import type { Fault } from '../../demo/hub/index.ts'
import { label, Loop, type LoopStory } from './loop.ts'

const ways = [
  { when: 'before', status: 502 },
  { when: 'after', status: 502 },
  { when: 'after', status: 'reset' },
  { when: 'after', status: 'hang' },
  { when: 'before', status: 'held' },
  { when: 'after', status: 'held' },
] as const satisfies Omit<Fault, 'match'>[]

export interface CallPoint {
  operation: string
  /** How many calls of the operation come before. */
  skip: number
  way: (typeof ways)[number]
}

export interface StatementPoint {
  /** Number of the statement in the loop, from 0. */
  index: number
  when: 'before' | 'after'
}

export interface Attempt {
  happened: boolean
  /** What came out, where it is not what should. */
  wrong: unknown
}

export class Faulty {
  readonly loop: Loop

  private constructor(loop: Loop) {
    this.loop = loop
  }

  static async start(): Promise<Faulty> {
    return new Faulty(await Loop.start({ answerTimeout: 2000, settleSeconds: 1 }))
  }

  stop(): Promise<void> {
    return this.loop.stop()
  }

  /** Each way at each call of a loop in which nothing fails. */
  async callPoints(): Promise<CallPoint[]> {
    const { loop } = this
    const story = await loop.repository()
    await story.drafted()
    const counts = new Map<string, number>()
    return loop.hub.requests
      .filter(({ about }) => pathsOf(story).test(about))
      .flatMap(({ operation = '' }) => {
        const skip = counts.get(operation) ?? 0
        counts.set(operation, skip + 1)
        return ways.map((way) => ({ operation, skip, way }))
      })
  }

  async statementPoints(): Promise<StatementPoint[]> {
    const { loop } = this
    let statements = 0
    loop.statement = () => {
      statements += 1
      return null
    }
    await (await loop.repository()).drafted()
    loop.statement = () => null
    return Array.from({ length: statements }, (_, index) =>
      (['before', 'after'] as const).map((when) => ({ index, when })),
    ).flat()
  }

  async atCall({ operation, skip, way }: CallPoint): Promise<Attempt> {
    const { faults } = this.loop.hub
    const story = await this.loop.repository()
    const held = { held: () => this.#takeOver(story) }
    const match = { operation, path: pathsOf(story) }
    const fault = { match, skip, ...way, ...(way.status === 'held' && held) }
    const away = faults.add(fault)
    const wrong = await this.#play(story)
    away()
    return { wrong, happened: faults.fired.some((one) => one.match === match) }
  }

  async atStatement({ index, when }: StatementPoint): Promise<Attempt> {
    const { loop } = this
    const story = await loop.repository()
    let count = 0
    loop.statement = () => (count++ === index ? when : null)
    const wrong = await this.#play(story)
    loop.statement = () => null
    return { wrong, happened: count > index }
  }

  /** Somebody else takes over all that is being worked on in a repository. */
  async #takeOver({ record }: LoopStory): Promise<void> {
    const { pglite, app } = this.loop
    const keys = await pglite.query<{ key: string }>(
      `UPDATE codicil.key SET epoch = epoch + 1 WHERE taken AND key LIKE '%"repositoryId":' || $1 || '%'
       RETURNING key`,
      [record.id],
    )
    await app.queue.look(...keys.rows.map(({ key }) => JSON.parse(key)))
  }

  /** Takes a story to its end. @returns what came out where it is not what should, or null */
  async #play(story: LoopStory): Promise<unknown> {
    try {
      const [ended, right] = [await this.#finalState(story), await expected(story)]
      return JSON.stringify(ended) === JSON.stringify(right) ? null : ended
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** What was not heard of is found by a sweep, as in service. */
  async #finalState(story: LoopStory) {
    const { loop } = this
    const pull = await story.pullRequest()
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    if (story.runs().length === 0) await this.#sweepLater()
    const [run] = story.runs()
    if (!run) throw new Error('No run was ever dispatched.')
    await story.end(run)
    await loop.idle()
    if (story.amendments().length === 0) await story.lookAtRun(pull)
    const [amendment] = story.amendments()
    if (!amendment) throw new Error('Nothing was ever drafted.')
    return {
      runs: story.runs().filter(({ cancelRequested }) => !cancelRequested).length,
      amendments: story.amendments().filter(({ state }) => state === 'open').length,
      comments: story
        .comments(pull.number)
        .map((text) => /An amendment was drafted/.exec(text)?.[0]),
      checks: story.checks(pull.head.sha).map(({ status }) => status),
      parents: (await story.record.git.commit(amendment.head.sha))?.parents,
      state: (await story.request(pull.number, pull.head.sha))?.state,
    }
  }

  /** Deliveries that are younger than GitHub's lists lag are left alone. */
  async #sweepLater(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await this.loop.sweep()
  }
}

const expected = async (story: LoopStory) => ({
  runs: 1,
  amendments: 1,
  comments: ['An amendment was drafted'],
  checks: ['completed'],
  parents: [await story.repository.tip()],
  state: 'drafted',
})

const pathsOf = ({ repository, record }: LoopStory) =>
  new RegExp(`^/repos/${repository.fullName}/|^/repositories/${record.id}\\b`)
