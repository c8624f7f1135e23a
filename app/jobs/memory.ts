/**
 * What a job of a workflow remembers, which has no database: as long as it lives, in its own memory,
 * with the same meaning as the tables. What came before is taken over from what GitHub shows.
 */
import { after, states, table } from '../states.ts'
import { idOf, type Ask, type Asks } from './asks.ts'
import { nameOf, type Key, type Keys } from './keys.ts'
import type { KnownRepository, Repositories } from './repositories.ts'
import type { EvidenceRequest } from './request.ts'
import type { Store } from './store.ts'

export function storeInMemory(now: () => Date): Store {
  const requests = new Map<string, EvidenceRequest>()
  const bundles = new Map<string, Uint8Array>()
  const copy = (request: EvidenceRequest | undefined) =>
    request === undefined ? null : structuredClone(request)
  const where = (holds: (request: EvidenceRequest) => boolean) =>
    [...requests.values()]
      .filter(holds)
      .sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1))
      .map((request) => structuredClone(request))
  const put = (id: string, change: Partial<EvidenceRequest>): EvidenceRequest | null => {
    const known = requests.get(id)
    if (!known) return null
    const changed = { ...known, ...structuredClone(change) }
    requests.set(id, changed)
    return copy(changed)
  }
  const revised = (id: string, change: Partial<EvidenceRequest>) =>
    put(id, {
      ...change,
      revision: (requests.get(id)?.revision ?? 0) + 1,
      updatedAt: now().toISOString(),
    })
  const here = (id: number) => (request: EvidenceRequest) => request.repositoryId === id

  return {
    find: async (id) => copy(requests.get(id)),
    async open(request) {
      if (!requests.has(request.id)) requests.set(request.id, structuredClone(request))
      return structuredClone(requests.get(request.id) ?? request)
    },
    update: async (id, change) => revised(id, change),
    async transition(id, event, change) {
      const known = requests.get(id)
      const state = known ? after(known.state, event) : null
      return state === null ? null : revised(id, { ...change, state })
    },
    async note(id, note) {
      put(id, note)
    },
    byRun: async (repositoryId, runId) =>
      where((one) => here(repositoryId)(one) && one.run?.id === runId)[0] ?? null,
    async runEnded({ repositoryId, runId, attempt }, ids) {
      const of = where(
        (one) => here(repositoryId)(one) && (one.run ? one.run.id === runId : ids.includes(one.id)),
      )
      return of.flatMap(({ id }) => put(id, { ended: { run: runId, attempt } }) ?? [])
    },
    byPullRequest: async (repositoryId, pullRequest) =>
      where((one) => here(repositoryId)(one) && one.pullRequest === pullRequest),
    byAmendment: async (repositoryId, pullRequest) =>
      where((one) => here(repositoryId)(one) && one.amendment?.pullRequest === pullRequest)[0] ??
      null,
    inState: async (wanted, repositoryId) =>
      where(
        (one) =>
          wanted.includes(one.state) && (repositoryId === undefined || here(repositoryId)(one)),
      ),
    ofDocument: async (repositoryId, path) =>
      where((one) => here(repositoryId)(one) && one.spec?.path === path),
    unsettled: async (repositoryId) => {
      const open = new Set(states.filter((state) => table[state].running || state === 'drafted'))
      return where(
        (one) => here(repositoryId)(one) && (one.reported < one.revision || open.has(one.state)),
      )
    },
    async saveBundle(id, zip) {
      bundles.set(id, zip)
    },
    bundle: async (id) => bundles.get(id) ?? null,
    counts: async () => ({}),
    forget: async () => ({ bundles: 0, requests: 0 }),
  }
}

export function asksInMemory(keys: Pick<Keys, 'mark'>): Asks {
  const asks = new Map<string, { ask: Ask; answered: boolean }>()
  const on = (repositoryId: number, pullRequest: number) =>
    [...asks].filter(
      ([, { ask }]) => ask.repositoryId === repositoryId && ask.pullRequest === pullRequest,
    )
  return {
    async record(ask) {
      const id = idOf(ask)
      if (asks.has(id)) return
      asks.set(id, { ask, answered: false })
      const { repositoryId, pullRequest: number } = ask
      await keys.mark([{ kind: 'pull-request', repositoryId, number }])
    },
    open: async (repositoryId, pullRequest) =>
      on(repositoryId, pullRequest)
        .filter(([, { answered }]) => !answered)
        .map(([id, { ask }]) => ({ ...ask, id }))
        .sort((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1)),
    async answered(id) {
      const known = asks.get(id)
      if (known) known.answered = true
    },
    isKnown: async (repositoryId, pullRequest, sha) =>
      on(repositoryId, pullRequest).some(([, { ask }]) => 'sha' in ask && ask.sha === sha),
  }
}

/** The one repository that the job is of. */
export function oneRepository(id: number): Repositories {
  const known: KnownRepository = { id, installationId: 0, label: null, names: null }
  return {
    find: async (wanted) => (wanted === id ? known : null),
    async setLabel(of, label) {
      if (of === id) known.label = label
    },
    setNames: async () => {},
    seen: async () => {},
    forget: async () => {},
    all: async () => [known],
    lastDelivery: async () => null,
    setLastDelivery: async () => {},
  }
}

export interface KeysInMemory extends Pick<Keys, 'mark' | 'take'> {
  /** The key that is due first, and when, and whether it was worked on in vain; null: none is due. */
  next(): Due | null
}

interface Due {
  key: Key
  at: number
  again: boolean
}

/** Nobody else takes what is worked on here: each job of a workflow has keys of its own. */
export function keysInMemory(now: () => Date): KeysInMemory {
  const due = new Map<string, Due>()
  const tries = new Map<string, number>()
  const mark = (key: Key, time: Date, again: boolean) => {
    const name = nameOf(key)
    const known = due.get(name)
    const at = Math.min(time.getTime(), known?.at ?? Infinity)
    due.set(name, { key, at, again: again || known?.again === true })
  }
  return {
    async mark(keys, at = now()) {
      for (const key of keys) mark(key, at, false)
    },
    async take(key) {
      const name = nameOf(key)
      due.delete(name)
      const before = tries.get(name) ?? 0
      return {
        tries: before,
        doubtful: () => before > 0,
        check: async () => {},
        done: async () => void tries.delete(name),
        async postponed(at) {
          mark(key, at, true)
        },
        async failed(at) {
          tries.set(name, before + 1)
          mark(key, at, true)
        },
      }
    },
    next: () => [...due.values()].sort((a, b) => a.at - b.at)[0] ?? null,
  }
}
