/**
 * Every call of the loop, to GitHub and to the database, fails in every way: the same final state.
 *
 *   CODICIL_FAULT_POINTS=all npx vitest run test/app/faults.test.ts
 *
 * goes through all points; without it a sample is drawn by CODICIL_FAULT_SEED. Workers that are killed
 * or stand still as processes are in killed.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../demo/hub/index.ts'
import { checkContract } from '../contract/check.ts'
import { label, Loop, type LoopStory } from './loop.ts'

const wanted = process.env['CODICIL_FAULT_POINTS'] ?? '6'
const seed = Number(process.env['CODICIL_FAULT_SEED'] ?? '1')
/** Stories that run side by side. */
const together = 8

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start({ answerTimeout: 2000, settleSeconds: 1 })
})
afterAll(() => loop.stop())

const ways = [
  { when: 'before', status: 502 },
  { when: 'after', status: 502 },
  { when: 'after', status: 'reset' },
  { when: 'after', status: 'hang' },
  { when: 'before', status: 'held' },
  { when: 'after', status: 'held' },
] as const satisfies Omit<Fault, 'match'>[]

interface Point {
  operation: string
  /** How many calls of the operation come before. */
  skip: number
  way: (typeof ways)[number]
}

/** The same order for the same seed (mulberry32). */
function shuffled<T>(items: readonly T[]): T[] {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

function sample<T>(points: readonly T[]): T[] {
  return wanted === 'all' ? [...points] : shuffled(points).slice(0, Number(wanted))
}

const pathsOf = ({ repository, record }: LoopStory) =>
  new RegExp(`^/repos/${repository.fullName}/|^/repositories/${record.id}\\b`)

/** The calls of one loop in which nothing fails, each with its number among those of its kind. */
async function callsOfOneLoop(): Promise<{ operation: string; skip: number }[]> {
  const story = await loop.repository()
  await story.drafted()
  const counts = new Map<string, number>()
  return loop.hub.requests
    .filter(({ about }) => pathsOf(story).test(about))
    .map(({ operation = '' }) => {
      const skip = counts.get(operation) ?? 0
      counts.set(operation, skip + 1)
      return { operation, skip }
    })
}

/** Somebody else takes over all that is being worked on in a repository. */
async function takeOver({ record }: LoopStory): Promise<void> {
  const keys = await loop.pglite.query<{ key: string }>(
    `UPDATE codicil.key SET epoch = epoch + 1 WHERE taken AND key LIKE '%"repositoryId":' || $1 || '%'
     RETURNING key`,
    [record.id],
  )
  await loop.app.queue.look(...keys.rows.map(({ key }) => JSON.parse(key)))
}

/** Takes a story to its end; what was not heard of is found by a sweep, as in service. */
async function finalState(story: LoopStory) {
  const pull = await story.pullRequest()
  await story.repository.addLabel(pull, label, 'alice')
  await loop.idle()
  if (story.runs().length === 0) await sweepLater()
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
    comments: story.comments(pull.number).map((text) => /An amendment was drafted/.exec(text)?.[0]),
    checks: story.checks(pull.head.sha).map(({ status }) => status),
    parents: (await story.record.git.commit(amendment.head.sha))?.parents,
    state: (await story.request(pull.number, pull.head.sha))?.state,
  }
}

/** Deliveries that are younger than GitHub's lists lag are left alone. */
async function sweepLater(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await loop.sweep()
}

const expected = async (story: LoopStory) => ({
  runs: 1,
  amendments: 1,
  comments: ['An amendment was drafted'],
  checks: ['completed'],
  parents: [await story.repository.tip()],
  state: 'drafted',
})

describe('the loop', () => {
  it('ends the same whichever call to GitHub fails, and however', async () => {
    const calls = await callsOfOneLoop()
    const points = calls.flatMap((call) => ways.map((way): Point => ({ ...call, way })))
    const drawn = sample(points)
    process.stdout.write(`${points.length} points at GitHub's API, ${drawn.length} of them tried\n`)
    const wrong: unknown[] = []
    const left = [...drawn]
    const worker = async () => {
      for (let point = left.pop(); point; point = left.pop()) {
        const { operation, skip, way } = point
        const story = await loop.repository()
        const held = { held: () => takeOver(story) }
        const match = { operation, path: pathsOf(story) }
        loop.hub.faults.add({ match, skip, ...way, ...(way.status === 'held' && held) })
        const [ended, right] = [await finalState(story), await expected(story)]
        if (JSON.stringify(ended) !== JSON.stringify(right)) wrong.push({ point, ended })
      }
    }
    await Promise.all(Array.from({ length: together }, worker))
    expect(wrong).toEqual([])
    expect(loop.hub.faults.fired).toHaveLength(drawn.length)
  }, 3_600_000)

  it('ends the same whichever statement fails, before or after it took effect', async () => {
    let statements = 0
    loop.statement = () => {
      statements += 1
      return null
    }
    await (await loop.repository()).drafted()
    const points = Array.from({ length: statements }, (_, index) =>
      (['before', 'after'] as const).map((when) => ({ index, when })),
    ).flat()
    const drawn = wanted === 'all' ? points : shuffled(points).slice(0, Number(wanted) / 2)
    process.stdout.write(`${points.length} points at the database, ${drawn.length} of them tried\n`)
    for (const { index, when } of drawn) {
      const story = await loop.repository()
      let count = 0
      loop.statement = () => (count++ === index ? when : null)
      const ended = await finalState(story)
      loop.statement = () => null
      expect({ index, when, ...ended }).toEqual({ index, when, ...(await expected(story)) })
    }
  }, 3_600_000)

  it("keeps to GitHub's own description in every request", () => {
    const { violations, inspected } = checkContract(loop.hub.requests)
    expect(violations).toEqual([])
    expect(inspected.operations.length).toBeGreaterThan(20)
  })
})
