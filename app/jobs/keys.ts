/**
 * What has to be looked at. A key is marked by whoever saw that something may have changed there,
 * as often as they like; what is to be done is found out by looking, never from the mark. Taking a
 * key gives a lease: who takes it later makes the earlier one void.
 */
import type { Sql } from './sql.ts'

export type Key =
  | { kind: 'pull-request'; repositoryId: number; number: number }
  /** A document that is amended, on whatever base. */
  | { kind: 'document'; repositoryId: number; path: string }
  | { kind: 'repository'; repositoryId: number }
  /** The App itself: its installations, and the deliveries that failed. */
  | { kind: 'app' }

/** The work on a key was taken over by somebody else. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export interface Lease {
  /**
   * Something may have been made of which nothing is recorded: the work before failed or broke off,
   * or this has stood still for so long that it may have been taken over meanwhile.
   */
  doubtful(): boolean
  /** How often the work on this key has failed since it last succeeded. */
  tries: number
  /** @throws LeaseLost */
  check(): Promise<void>
  /** The work is done. */
  done(): Promise<void>
  /** It failed and is to be tried again. */
  failed(at: Date): Promise<void>
  /** Nothing is wrong, and it is to be tried again; not before, whoever marks it, where `rests`. */
  postponed(at: Date, rests: boolean): Promise<void>
}

export interface DueKey {
  key: Key
  /** The greater, the sooner it is to be looked at. */
  priority: number
}

export interface Keys {
  /** Has keys looked at, at once or at a time; an earlier time stays. */
  mark(keys: readonly Key[], at?: Date): Promise<void>
  /** Keys that are due, each once until it is taken, or until nobody has taken it for long. */
  due(limit: number): Promise<DueKey[]>
  take(key: Key): Promise<Lease>
}

/** Milliseconds within which nobody takes over what is worked on. */
const safe = 8000

/** Milliseconds after which a key that was handed out and not taken is handed out again. */
const forgotten = 10 * 60_000

export const keysMigration = `
CREATE TABLE IF NOT EXISTS codicil.key (
  key text PRIMARY KEY,
  due bigint,
  queued bigint,
  epoch bigint NOT NULL DEFAULT 0,
  taken boolean NOT NULL DEFAULT false,
  tries int NOT NULL DEFAULT 0
);
ALTER TABLE codicil.key ADD COLUMN IF NOT EXISTS rests_until bigint;
CREATE INDEX IF NOT EXISTS key_due ON codicil.key (due) WHERE due IS NOT NULL;
`

export function openKeys(sql: Sql, now: () => Date): Keys {
  return {
    async mark(keys, at = now()) {
      if (keys.length === 0) return
      // One statement cannot touch a row twice.
      const names = [...new Set(keys.map(nameOf))]
      await sql.executeSql(markStatement, [names.sort(), at.getTime()])
    },
    async due(limit) {
      const { rows } = await sql.executeSql(dueStatement, [
        now().getTime(),
        now().getTime() - forgotten,
        limit,
      ])
      return (rows as { key: string; rank: number; turn: number }[]).map(({ key, rank, turn }) => ({
        key: JSON.parse(key) as Key,
        priority: rank * 1000 - Math.min(turn, 999),
      }))
    },
    async take(key) {
      const name = nameOf(key)
      const { rows } = await sql.executeSql(
        `WITH before AS (SELECT taken FROM codicil.key WHERE key = $1)
         INSERT INTO codicil.key (key, epoch, taken) VALUES ($1, 1, true)
         ON CONFLICT (key) DO UPDATE
           SET epoch = codicil.key.epoch + 1, due = NULL, queued = NULL, taken = true
         RETURNING epoch::text, tries, (SELECT taken FROM before) AS broken`,
        [name],
      )
      const [{ epoch, tries, broken } = { epoch: '', tries: 0, broken: false }] = rows as {
        epoch: string
        tries: number
        broken: boolean | null
      }[]
      let alive = performance.now()
      const mine = [name, epoch]
      return {
        tries,
        doubtful() {
          return tries > 0 || broken === true || performance.now() - alive > safe
        },
        async check() {
          const held = await sql.executeSql(
            'SELECT 1 FROM codicil.key WHERE key = $1 AND epoch = $2::bigint',
            mine,
          )
          if (held.rows.length === 0) throw new LeaseLost(`Somebody else works on ${name} now.`)
          alive = performance.now()
        },
        async done() {
          await sql.executeSql(
            'UPDATE codicil.key SET tries = 0, taken = false WHERE key = $1 AND epoch = $2::bigint RETURNING key',
            mine,
          )
        },
        async postponed(at, rests) {
          await sql.executeSql(
            `UPDATE codicil.key SET taken = false, due = LEAST(due, $3), rests_until = $4
             WHERE key = $1 AND epoch = $2::bigint RETURNING key`,
            [...mine, at.getTime(), rests ? at.getTime() : null],
          )
        },
        async failed(at) {
          await sql.executeSql(
            `UPDATE codicil.key SET tries = tries + 1, taken = false, due = LEAST(due, $3)
             WHERE key = $1 AND epoch = $2::bigint RETURNING key`,
            [...mine, at.getTime()],
          )
        },
      }
    },
  }
}

/**
 * $1: now; $2: what was handed out before that is handed out again; $3: how many. `rank`: who waits for
 * an answer comes before drafts and runs, and these before sweeps; `turn`: among those of a rank
 * installations take turns.
 */
const dueStatement = `
WITH handed AS (
  UPDATE codicil.key SET queued = $1 WHERE key IN (
    SELECT key FROM codicil.key
    WHERE due <= $1 AND COALESCE(rests_until, 0) <= $1 AND (queued IS NULL OR queued < $2)
    ORDER BY due LIMIT $3 FOR UPDATE SKIP LOCKED)
  RETURNING key, due, key::jsonb AS of)
SELECT handed.key,
  CASE WHEN EXISTS (
      SELECT 1 FROM codicil.ask WHERE NOT answered AND of->>'kind' = 'pull-request'
        AND repository_id = (of->>'repositoryId')::bigint AND pull_request = (of->>'number')::int)
    THEN 2
    WHEN of->>'kind' IN ('pull-request', 'document') THEN 1
    ELSE 0 END AS rank,
  row_number() OVER (PARTITION BY installation_id ORDER BY due)::int AS turn
FROM handed LEFT JOIN codicil.repository ON repository.id = (of->>'repositoryId')::bigint`

/** $1: names of keys, sorted, so that two statements never wait for each other; $2: when. */
export const markStatement = `
INSERT INTO codicil.key (key, due) SELECT unnest($1::text[]), $2
ON CONFLICT (key) DO UPDATE SET due = LEAST(codicil.key.due, excluded.due) RETURNING key`

/** The same text for the same key, whatever the order in which its fields were written. */
export function nameOf(key: Key): string {
  const fields = Object.entries(key).sort(([a], [b]) => a.localeCompare(b))
  return JSON.stringify(Object.fromEntries(fields))
}
