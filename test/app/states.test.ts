import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRequest } from '../../app/jobs/request.ts'
import { migration, openStore, type Store } from '../../app/jobs/store.ts'
import { after, allowing, events, states, table, type State } from '../../app/states.ts'
import { checkOf, commentOf } from '../../app/wording.ts'

const pglite = await PGlite.create()
let store: Store
beforeAll(async () => {
  const sql = {
    executeSql: async (text: string, values?: unknown[]) =>
      values ? pglite.query(text, values) : { rows: await pglite.exec(text) },
  }
  await sql.executeSql(migration)
  store = openStore(sql, () => new Date(0))
})
afterAll(() => pglite.close())

let pullRequests = 0

/** A new request, recorded in a state. */
async function recorded(state: State) {
  const of = { installationId: 1, repositoryId: 2, sha: 'a'.repeat(40), sender: 'alice', state }
  return store.open(newRequest({ ...of, pullRequest: ++pullRequests }, new Date(0)))
}

const cells = states.flatMap((state) => events.map((event) => ({ state, event })))

describe('the transition table', () => {
  it.each(cells)('decides what $event does to a request that is $state', async (cell) => {
    const { id, revision } = await recorded(cell.state)
    const moved = await store.transition(id, cell.event, { sender: 'bob' })
    const expected = after(cell.state, cell.event)
    expect(moved?.state ?? null).toBe(expected)
    expect(await store.find(id)).toMatchObject(
      expected === null
        ? { state: cell.state, sender: 'alice', revision }
        : { state: expected, sender: 'bob', revision: revision + 1 },
    )
  })

  it('has no event that never means anything', () => {
    expect(events.filter((event) => allowing(event).length === 0)).toEqual([])
  })

  it('leads from the first two states to every other', () => {
    const reached = new Set<State>(['refused', 'intended'])
    for (const state of reached) {
      for (const next of Object.values(table[state].on)) reached.add(next)
    }
    expect([...reached].sort()).toEqual([...states].sort())
  })

  it('never takes an amendment back that was merged', () => {
    expect(events.map((event) => after('merged', event))).toEqual(events.map(() => null))
  })

  it.each(states)('has words for a request that is %s', async (state) => {
    const request = await recorded(state)
    const settings = {
      commit: 'c',
      defaultBranch: 'main',
      sha256: 's',
      workflow: 'w.yml',
      runner: [],
      draft: true,
      changedInPullRequest: false,
    }
    const { headline, running } = table[state]
    expect(commentOf(request, 'https://example.test')).toContain(`**${headline}** for `)
    expect(checkOf({ ...request, settings })).toMatchObject({
      title: headline,
      status: running ? 'in_progress' : 'completed',
    })
  })
})
