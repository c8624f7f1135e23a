import { PGlite } from '@electric-sql/pglite'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { embedded, type Database } from '../../app/jobs/database.ts'
import { openQueue, type Handlers, type Jobs, type Queue } from '../../app/jobs/queue.ts'
import { RetryLater } from '../../app/errors.ts'
import { until } from './until.ts'

let database: Database
let pglite: PGlite
let queue: Queue
const givenUp: string[] = []

beforeAll(async () => {
  pglite = await PGlite.create()
  database = embedded(pglite)
})
afterAll(() => pglite.close())
afterEach(() => queue.stop())

async function open(pollSeconds = 0.5): Promise<Queue> {
  queue = await openQueue({
    database,
    log: pino({ level: 'silent' }),
    pollSeconds,
    givenUp: async (name) => void givenUp.push(name),
  })
  return queue
}

/** Handlers of which only one queue's is expected to be called. */
function only<Q extends keyof Jobs>(name: Q, handle: Handlers[Q]): Handlers {
  const unexpected = () => Promise.reject(new Error('This queue has no jobs in the test.'))
  return {
    'pull-request': unexpected,
    dispatch: unexpected,
    run: unexpected,
    amend: unexpected,
    report: unexpected,
    ready: unexpected,
    reconcile: unexpected,
    [name]: handle,
  }
}

const delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958'

describe('the queue', () => {
  it('keeps a job that was sent before anybody worked', async () => {
    await (await open()).send('report', { requestId: 'early' })
    await queue.stop()
    const seen: string[] = []
    await open()
    await queue.work(only('report', async ({ requestId }) => void seen.push(requestId)))
    await until(() => seen.length > 0)
    expect(seen).toEqual(['early'])
  })

  it.each([
    ['as GitHub numbers them', delivery],
    ['numbered in another way', 'delivery 17'],
  ])('takes one job of a delivery that comes twice, %s', async (_, id) => {
    const seen: string[] = []
    await open()
    const send = (requestId: string) => queue.send('report', { requestId }, { delivery: id })
    await send('first')
    await send('second')
    await queue.work(only('report', async ({ requestId }) => void seen.push(requestId)))
    await until(async () => (await queue.pending()) === 0)
    await send('third')
    expect(await queue.pending()).toBe(0)
    expect(seen).toEqual(['first'])
  })

  it('runs jobs with one key in turn, and others meanwhile', async () => {
    let running = 0
    let most = 0
    const others: string[] = []
    await open()
    await queue.work(
      only('amend', async ({ requestId }) => {
        if (requestId !== 'same') return void others.push(requestId)
        most = Math.max(most, ++running)
        await until(() => others.length > 0)
        running -= 1
      }),
    )
    await queue.send('amend', { requestId: 'same' }, { key: 'one spec' })
    await queue.send('amend', { requestId: 'same' }, { key: 'one spec' })
    await queue.send('amend', { requestId: 'other' }, { key: 'another spec' })
    await until(async () => (await queue.pending()) === 0)
    expect({ most, others }).toEqual({ most: 1, others: ['other'] })
  })

  it('runs a job again that failed, and lets others of its key pass meanwhile', async () => {
    const seen: string[] = []
    await open()
    await queue.work(
      only('amend', async ({ requestId }) => {
        seen.push(requestId)
        if (requestId === 'failing' && seen.filter((id) => id === 'failing').length === 1) {
          throw new Error('once')
        }
      }),
    )
    await queue.send('amend', { requestId: 'failing' }, { key: 'one spec' })
    await queue.send('amend', { requestId: 'next' }, { key: 'one spec' })
    await until(() => seen.length === 3)
    expect(seen).toEqual(['failing', 'next', 'failing'])
  })

  it('runs a job again that asked to be run later', async () => {
    const seen: string[] = []
    await open()
    await queue.work(
      only('dispatch', async ({ requestId }) => {
        seen.push(requestId)
        if (seen.length === 1) throw new RetryLater(1, 'not yet')
      }),
    )
    await queue.send('dispatch', { requestId: 'patient' })
    await until(() => seen.length === 2)
    expect(seen).toEqual(['patient', 'patient'])
  })

  it('drops a second job within the time in which one is enough', async () => {
    const seen: object[] = []
    await open()
    await queue.work(only('reconcile', async (data) => void seen.push(data)))
    // Slots have fixed borders; an hour-long one is not left between two sends.
    for (const _ of [1, 2, 3]) {
      await queue.send('reconcile', {}, { key: 'reconcile', atMostEvery: 3600 })
    }
    await until(async () => (await queue.pending()) === 0)
    expect(seen.length).toBeLessThan(3)
  })

  it('drains a backlog without sleeping between jobs', async () => {
    const jobs = 60
    const seen = new Set<string>()
    // A worker that slept after a job would not come back within this test.
    await open(3600)
    for (let index = 0; index < jobs; index++) {
      await queue.send('report', { requestId: `backlog ${index}` })
    }
    await queue.work(only('report', async ({ requestId }) => void seen.add(requestId)))
    await until(() => seen.size === jobs)
    expect(await queue.pending()).toBe(0)
  })
})
