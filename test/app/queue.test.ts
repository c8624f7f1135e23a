import { PGlite } from '@electric-sql/pglite'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openAsks } from '../../app/jobs/asks.ts'
import { embedded, type Database } from '../../app/jobs/database.ts'
import { LeaseLost, type Key } from '../../app/jobs/keys.ts'
import { openQueue, type Queue } from '../../app/jobs/queue.ts'
import { openRepositories } from '../../app/jobs/repositories.ts'
import { until } from './until.ts'

let database: Database
let pglite: PGlite
let queue: Queue
let clock = Date.parse('2030-01-01T00:00:00Z')

beforeAll(async () => {
  pglite = await PGlite.create()
  database = embedded(pglite)
})
afterAll(() => pglite.close())
afterEach(() => queue.stop())

async function open(pollSeconds = 0.5, on = database): Promise<Queue> {
  queue = await openQueue({
    database: on,
    log: pino({ level: 'silent' }),
    now: () => new Date(clock),
    pollSeconds,
  })
  return queue
}

const pull = (number: number, repositoryId = 1): Key => ({
  kind: 'pull-request',
  repositoryId,
  number,
})
const numberOf = (key: Key) => ('number' in key ? key.number : 0)

describe('the queue', () => {
  it('keeps a key that was marked before anybody worked', async () => {
    await (await open()).look(pull(1))
    await queue.stop()
    const seen: Key[] = []
    await open()
    await queue.work(async (key) => void seen.push(key))
    await until(() => seen.length > 0)
    expect(seen).toEqual([pull(1)])
  })

  it('looks once at a key that was marked many times meanwhile', async () => {
    const seen: number[] = []
    await open()
    for (const _ of Array.from({ length: 20 })) await queue.look(pull(2))
    await queue.work(async (key) => void seen.push(numberOf(key)))
    await until(async () => (await queue.pending()) === 0)
    expect(seen).toEqual([2])
  })

  it('takes a key that is named twice at once for one', async () => {
    const seen: number[] = []
    await open()
    await queue.look(pull(10), pull(11), pull(10))
    await queue.work(async (key) => void seen.push(numberOf(key)))
    await until(async () => (await queue.pending()) === 0)
    expect(seen.toSorted()).toEqual([10, 11])
  })

  it('looks at a key again that was marked while it was looked at, and never twice at a time', async () => {
    let running = 0
    let most = 0
    const seen: number[] = []
    await open()
    await queue.work(async (key) => {
      most = Math.max(most, ++running)
      seen.push(numberOf(key))
      if (seen.length === 1) await queue.look(pull(3))
      await new Promise((resolve) => setTimeout(resolve, 50))
      running -= 1
    })
    await queue.look(pull(3))
    await until(() => seen.length === 2)
    await until(async () => (await queue.pending()) === 0)
    expect({ most, seen }).toEqual({ most: 1, seen: [3, 3] })
  })

  it('lets other keys pass while one is worked on', async () => {
    const { promise: hanging, resolve: release } = Promise.withResolvers<void>()
    const seen: number[] = []
    await open()
    await queue.work(async (key) => {
      if (numberOf(key) === 4) await hanging
      seen.push(numberOf(key))
    })
    await queue.look(pull(4), pull(5))
    await until(() => seen.includes(5))
    release()
    await until(async () => (await queue.pending()) === 0)
    expect(seen).toEqual([5, 4])
  })

  it('answers people before it drafts, and drafts before it sweeps', async () => {
    const seen: string[] = []
    await open()
    const sweeps = Array.from({ length: 20 }, (_, at): Key => ({
      kind: 'repository',
      repositoryId: 300 + at,
    }))
    await queue.keys.mark(sweeps)
    clock += 1
    await queue.keys.mark([{ kind: 'document', repositoryId: 330, path: 'spec.md' }])
    clock += 1
    await openAsks(queue.sql, () => new Date(clock)).record({
      kind: 'label',
      repositoryId: 331,
      pullRequest: 1,
      label: 'x',
      sha: null,
      sender: { id: 1, login: 'alice', type: 'User' },
      at: new Date(clock).toISOString(),
    })
    await queue.work(async ({ kind }) => void seen.push(kind))
    await until(() => seen.length === 22)
    expect(seen.slice(0, 2)).toEqual(['pull-request', 'document'])
  })

  it('lets installations take turns', async () => {
    const seen: number[] = []
    await open()
    const repositories = openRepositories(queue.sql)
    const many = Array.from({ length: 100 }, (_, at) => 400 + at)
    await repositories.seen(many, 4)
    await repositories.seen([500], 5)
    await queue.keys.mark(many.map((repositoryId): Key => ({ kind: 'repository', repositoryId })))
    clock += 1
    await queue.keys.mark([{ kind: 'repository', repositoryId: 500 }])
    await queue.work(async (key) => void ('repositoryId' in key && seen.push(key.repositoryId)))
    await until(() => seen.length === 101)
    // The eight workers take one each at the same time.
    expect(seen.indexOf(500)).toBeLessThan(9)
  })

  it('leaves workers to other repositories when one hangs in all that it may have', async () => {
    const { promise: hanging, resolve: release } = Promise.withResolvers<void>()
    const others: number[] = []
    await open()
    await queue.work(async (key) => {
      if ('repositoryId' in key && key.repositoryId === 1) await hanging
      else others.push(numberOf(key))
    })
    await queue.look(...Array.from({ length: 20 }, (_, index) => pull(100 + index)))
    await queue.look(...Array.from({ length: 20 }, (_, index) => pull(200 + index, 2)))
    await until(() => others.length === 20)
    expect(others.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => 200 + index))
    release()
    await until(async () => (await queue.pending()) === 0)
  })

  it('looks at a key when its time has come, by the clock that it was given', async () => {
    const seen: number[] = []
    await open()
    await queue.work(async (key) => void seen.push(numberOf(key)))
    await queue.keys.mark([pull(6)], new Date(clock + 3_600_000))
    await queue.look(pull(7))
    await until(() => seen.includes(7))
    expect(seen).toEqual([7])
    clock += 3_600_000
    await until(() => seen.includes(6))
    expect(seen).toEqual([7, 6])
  })

  it('drains a backlog without sleeping between keys', async () => {
    const keys = 60
    const seen = new Set<number>()
    // A worker that slept after a job would not come back within this test.
    await open(3600)
    await queue.keys.mark(Array.from({ length: keys }, (_, index) => pull(1000 + index)))
    await queue.work(async (key) => void seen.add(numberOf(key)))
    await until(() => seen.size === keys)
    await until(async () => (await queue.pending()) === 0)
    expect(seen.size).toBe(keys)
  })

  it('counts a key as pending that is taken while it is counted', async () => {
    const { promise: working, resolve: release } = Promise.withResolvers<void>()
    let taken = false
    const handle = database.boss.db
    const executeSql: NonNullable<typeof handle>['executeSql'] = async (text, values) => {
      const result = await handle?.executeSql(text, values)
      if (text.includes("state <= 'active'") && text.includes('AS n')) {
        queue.wake()
        await until(() => taken)
      }
      return result ?? { rows: [] }
    }
    await open(0.5, { ...database, boss: { ...database.boss, db: { executeSql } } })
    await queue.work(async () => {
      taken = true
      await working
    })
    await queue.keys.mark([pull(9)])
    expect(await queue.pending()).toBe(1)
    release()
    await until(async () => (await queue.pending()) === 0)
  })
})

describe('a lease', () => {
  it('is void as soon as somebody else took the key', async () => {
    await open()
    const first = await queue.keys.take(pull(8))
    await first.check()
    const second = await queue.keys.take(pull(8))
    await expect(first.check()).rejects.toBeInstanceOf(LeaseLost)
    await expect(second.check()).resolves.toBeUndefined()
  })

  it('counts what failed, not what was taken over', async () => {
    await open()
    await queue.keys.take(pull(9))
    const second = await queue.keys.take(pull(9))
    expect(second.tries).toBe(0)
    await second.failed(new Date(clock + 86_400_000))
    const third = await queue.keys.take(pull(9))
    expect(third.tries).toBe(1)
    await second.done()
    expect((await queue.keys.take(pull(9))).tries).toBe(1)
    await third.done()
  })
})
