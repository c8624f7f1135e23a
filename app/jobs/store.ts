/** What the app remembers: requests and the bundles that were verified for them. */
import { after, allowing, states, table, type Event, type State } from '../states.ts'
import { asksMigration } from './asks.ts'
import { keysMigration } from './keys.ts'
import { repositoriesMigration } from './repositories.ts'
import type { Sql } from './sql.ts'
import type { EvidenceRequest } from './request.ts'

export interface Store {
  find(id: string): Promise<EvidenceRequest | null>
  /** Records a request unless it is known; gives back what is now recorded. */
  open(request: EvidenceRequest): Promise<EvidenceRequest>
  /** Changes what is recorded of a request, whatever its state, and raises its revision. */
  update(id: string, change: Change): Promise<EvidenceRequest | null>
  /**
   * Takes a request to the state that the table gives for the event, with what is known since, and
   * raises its revision. Null: in its state by now the event means nothing; nothing was changed.
   */
  transition(id: string, event: Event, change: Change): Promise<EvidenceRequest | null>
  /** Records what is not shown to people, without raising the revision. */
  note(id: string, note: Note): Promise<void>
  byRun(repositoryId: number, runId: number): Promise<EvidenceRequest | null>
  /** Notes that GitHub says a run has ended, on the request that it is of, or may be of by its name. */
  runEnded(
    run: { repositoryId: number; runId: number; attempt: number },
    ids: readonly string[],
  ): Promise<EvidenceRequest[]>
  byPullRequest(repositoryId: number, pullRequest: number): Promise<EvidenceRequest[]>
  byAmendment(repositoryId: number, pullRequest: number): Promise<EvidenceRequest | null>
  /** Requests that are in a state, oldest first; of one repository, or of all. */
  inState(states: readonly State[], repositoryId?: number): Promise<EvidenceRequest[]>
  /** Requests whose evidence is for a document, or is in its amendment. */
  ofDocument(repositoryId: number, path: string): Promise<EvidenceRequest[]>
  /** Requests that something is still to be done for, or may be. */
  unsettled(repositoryId: number): Promise<EvidenceRequest[]>
  saveBundle(id: string, zip: Uint8Array): Promise<void>
  bundle(id: string): Promise<Uint8Array | null>
  /** Requests in each state. */
  counts(): Promise<Partial<Record<State, number>>>
  /**
   * Deletes what has not changed since some time: bundles of requests that need them no more, and all
   * of requests that are over and whose pull requests are not open.
   *
   * @returns how many bundles and requests were deleted
   */
  forget(repositoryId: number, open: readonly number[], before: Date): Promise<Forgotten>
}

export interface Forgotten {
  bundles: number
  requests: number
}

/** Nothing can come of a bundle any more; a request of these states is over. */
const settled: readonly State[] = states.filter(
  (state) => !table[state].running && state !== 'drafted' && state !== 'rejected',
)
const over: readonly State[] = [...settled, 'rejected']

export type Change = Partial<
  Omit<EvidenceRequest, 'id' | 'state' | 'revision' | 'reported' | 'createdAt' | 'updatedAt'>
>
export type Note = Partial<
  Pick<
    EvidenceRequest,
    | 'commentId'
    | 'commentNode'
    | 'checkNode'
    | 'notesBegun'
    | 'commentHoldsMore'
    | 'checkId'
    | 'checkWritten'
    | 'reported'
    | 'ended'
    | 'lookAt'
    | 'left'
    | 'dispatchedAt'
    | 'branch'
    | 'tidyAt'
    | 'wanted'
  >
>

/**
 * A store on PostgreSQL whose tables are there.
 *
 * @param mayWrite is asked before each write, and throws where the work was taken over
 */
export function openStore(
  sql: Sql,
  now: () => Date,
  mayWrite: () => Promise<void> = async () => {},
): Store {
  const requests = async (where: string, values: unknown[]) => {
    const { rows } = await sql.executeSql(
      `SELECT data FROM codicil.request WHERE ${where} ORDER BY data->>'createdAt', id`,
      values,
    )
    return (rows as { data: EvidenceRequest }[]).map(({ data }) => data)
  }
  const find = async (id: string) => (await requests('id = $1', [id]))[0] ?? null

  return {
    find,
    async open(request) {
      await mayWrite()
      await sql.executeSql(
        `INSERT INTO codicil.request (id, data) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING`,
        [request.id, JSON.stringify(request)],
      )
      const recorded = await find(request.id)
      if (!recorded) throw new Error(`The request ${request.id} vanished after it was recorded.`)
      return recorded
    },
    async update(id, change) {
      await mayWrite()
      const { rows } = await sql.executeSql(
        `UPDATE codicil.request
         SET data = data || $2::jsonb || jsonb_build_object('revision', (data->>'revision')::int + 1)
         WHERE id = $1 RETURNING data`,
        [id, JSON.stringify({ ...change, updatedAt: now().toISOString() })],
      )
      return (rows as { data: EvidenceRequest }[])[0]?.data ?? null
    },
    async transition(id, event, change) {
      await mayWrite()
      const next = allowing(event).map((state) => [state, after(state, event)])
      const { rows } = await sql.executeSql(
        `UPDATE codicil.request
         SET data = data || $2::jsonb || jsonb_build_object(
           'revision', (data->>'revision')::int + 1, 'state', $3::jsonb->>state)
         WHERE id = $1 AND $3::jsonb ? state
         RETURNING data`,
        [
          id,
          JSON.stringify({ ...change, updatedAt: now().toISOString() }),
          JSON.stringify(Object.fromEntries(next)),
        ],
      )
      return (rows as { data: EvidenceRequest }[])[0]?.data ?? null
    },
    async note(id, note) {
      await mayWrite()
      await sql.executeSql(
        `UPDATE codicil.request SET data = data || $2::jsonb WHERE id = $1 RETURNING id`,
        [id, JSON.stringify(note)],
      )
    },
    byRun: async (repositoryId, runId) =>
      (await requests('repository_id = $1 AND run_id = $2', [repositoryId, runId]))[0] ?? null,
    async runEnded({ repositoryId, runId, attempt }, ids) {
      const { rows } = await sql.executeSql(
        `UPDATE codicil.request
         SET data = data || jsonb_build_object(
           'ended', jsonb_build_object('run', $2::bigint, 'attempt', $3::int))
         WHERE repository_id = $1 AND (run_id = $2 OR (run_id IS NULL AND id = ANY ($4::text[])))
         RETURNING data`,
        [repositoryId, runId, attempt, ids],
      )
      return (rows as { data: EvidenceRequest }[]).map(({ data }) => data)
    },
    byPullRequest: (repositoryId, pullRequest) =>
      requests('repository_id = $1 AND pull_request = $2', [repositoryId, pullRequest]),
    byAmendment: async (repositoryId, pullRequest) =>
      (
        await requests('repository_id = $1 AND amendment_id = $2', [repositoryId, pullRequest])
      )[0] ?? null,
    inState: (wanted, repositoryId) =>
      requests('state = ANY ($1::text[]) AND ($2::bigint IS NULL OR repository_id = $2::bigint)', [
        wanted,
        repositoryId ?? null,
      ]),
    ofDocument: (repositoryId, path) =>
      requests(`repository_id = $1 AND data#>>'{spec,path}' = $2`, [repositoryId, path]),
    unsettled: (repositoryId) =>
      requests('repository_id = $1 AND (reported < revision OR state = ANY ($2::text[]))', [
        repositoryId,
        states.filter((state) => table[state].running || state === 'drafted'),
      ]),
    async saveBundle(id, zip) {
      await mayWrite()
      await sql.executeSql(
        `INSERT INTO codicil.bundle (request, zip) VALUES ($1, $2)
         ON CONFLICT (request) DO UPDATE SET zip = excluded.zip`,
        [id, zip],
      )
    },
    async bundle(id) {
      const { rows } = await sql.executeSql(`SELECT zip FROM codicil.bundle WHERE request = $1`, [
        id,
      ])
      return (rows as { zip: Uint8Array }[])[0]?.zip ?? null
    },
    async counts() {
      const { rows } = await sql.executeSql(
        'SELECT state, count(*)::int AS n FROM codicil.request GROUP BY state',
      )
      return Object.fromEntries(
        (rows as { state: State; n: number }[]).map(({ state, n }) => [state, n]),
      )
    },
    async forget(repositoryId, open, before) {
      await mayWrite()
      const old = `repository_id = $1 AND reported >= revision AND data->>'updatedAt' < $2`
      const zips = await sql.executeSql(
        `DELETE FROM codicil.bundle WHERE request IN (
           SELECT id FROM codicil.request WHERE ${old} AND (state = ANY ($3::text[])
             OR (state = ANY ($4::text[]) AND pull_request <> ALL ($5::int[]))))
         RETURNING request`,
        [repositoryId, before.toISOString(), settled, over, open],
      )
      const done = await sql.executeSql(
        `DELETE FROM codicil.request
         WHERE ${old} AND state = ANY ($3::text[]) AND pull_request <> ALL ($4::int[])
         RETURNING id`,
        [repositoryId, before.toISOString(), over, open],
      )
      await sql.executeSql(
        `DELETE FROM codicil.ask
         WHERE repository_id = $1 AND answered AND data->>'at' < $2
           AND pull_request <> ALL ($3::int[]) RETURNING id`,
        [repositoryId, before.toISOString(), open],
      )
      return { bundles: zips.rows.length, requests: done.rows.length }
    },
  }
}

/**
 * `data` is the request; the other columns are derived from it by the database, for the queries
 * above. The lock lets several copies of the app start at once: `IF NOT EXISTS` alone can collide.
 */
export const migration = `
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('codicil.migration'));
CREATE SCHEMA IF NOT EXISTS codicil;
CREATE TABLE IF NOT EXISTS codicil.request (
  id text PRIMARY KEY,
  data jsonb NOT NULL,
  state text NOT NULL GENERATED ALWAYS AS (data->>'state') STORED,
  repository_id bigint NOT NULL GENERATED ALWAYS AS ((data->>'repositoryId')::bigint) STORED,
  pull_request int NOT NULL GENERATED ALWAYS AS ((data->>'pullRequest')::int) STORED,
  run_id bigint GENERATED ALWAYS AS ((data#>>'{run,id}')::bigint) STORED,
  amendment_id int GENERATED ALWAYS AS ((data#>>'{amendment,pullRequest}')::int) STORED,
  revision int NOT NULL GENERATED ALWAYS AS ((data->>'revision')::int) STORED,
  reported int NOT NULL GENERATED ALWAYS AS ((data->>'reported')::int) STORED
);
CREATE INDEX IF NOT EXISTS request_pull_request ON codicil.request (repository_id, pull_request);
CREATE UNIQUE INDEX IF NOT EXISTS request_run ON codicil.request (repository_id, run_id);
CREATE INDEX IF NOT EXISTS request_amendment ON codicil.request (repository_id, amendment_id);
CREATE INDEX IF NOT EXISTS request_state ON codicil.request (state);
CREATE TABLE IF NOT EXISTS codicil.bundle (
  request text PRIMARY KEY REFERENCES codicil.request (id),
  zip bytea NOT NULL
);
${keysMigration}
${asksMigration}
${repositoriesMigration}
COMMIT;
`
