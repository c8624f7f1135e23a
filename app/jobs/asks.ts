/** What people asked for: labels and commands, each once, until it was answered. */
import { hash } from 'node:crypto'
import type { Command } from '../webhooks/command.ts'
import type { Person } from '../webhooks/notice.ts'
import { markStatement, nameOf, type Key } from './keys.ts'
import type { Sql } from './sql.ts'

interface Common {
  repositoryId: number
  pullRequest: number
  sender: Person
  /** When, by GitHub's clock, ISO 8601. */
  at: string
}

export type Ask = Common &
  (
    | {
        kind: 'label'
        label: string
        /** Head of the pull request when the label was given; null: GitHub no longer says. */
        sha: string | null
        /** Its base branch then; null where GitHub no longer says, or an older version recorded it. */
        base?: string | null
      }
    | { kind: 'command'; command: Command; comment: number }
    /** GitHub's own button of the check, or ours. */
    | { kind: 'rerun'; requestId: string; press?: string }
    | { kind: 'redraft'; requestId: string; press: string }
  )

export type RecordedAsk = Ask & { id: string }

export interface Asks {
  /** Records an ask and marks its pull request; one that is known, whatever its delivery, does nothing. */
  record(ask: Ask): Promise<void>
  /** Those of a pull request without an answer, oldest first. */
  open(repositoryId: number, pullRequest: number): Promise<RecordedAsk[]>
  answered(id: string): Promise<void>
  /** Whether evidence was asked for, for a commit of a pull request. */
  isKnown(repositoryId: number, pullRequest: number, sha: string): Promise<boolean>
}

export const asksMigration = `
CREATE TABLE IF NOT EXISTS codicil.ask (
  id text PRIMARY KEY,
  repository_id bigint NOT NULL,
  pull_request int NOT NULL,
  data jsonb NOT NULL,
  answered boolean NOT NULL DEFAULT false
);
CREATE INDEX IF NOT EXISTS ask_open ON codicil.ask (repository_id, pull_request) WHERE NOT answered;
`

export function openAsks(sql: Sql, now: () => Date): Asks {
  return {
    async record(ask) {
      const { repositoryId, pullRequest: number } = ask
      const key: Key = { kind: 'pull-request', repositoryId, number }
      await sql.executeSql(
        `WITH ask AS (
           INSERT INTO codicil.ask (id, repository_id, pull_request, data)
           VALUES ($3, $4, $5, $6::jsonb) ON CONFLICT DO NOTHING RETURNING id)
         ${markStatement.replace('SELECT unnest($1::text[]), $2', 'SELECT unnest($1::text[]), $2::bigint FROM ask')}`,
        [[nameOf(key)], now().getTime(), idOf(ask), repositoryId, number, JSON.stringify(ask)],
      )
    },
    async open(repositoryId, pullRequest) {
      const { rows } = await sql.executeSql(
        `SELECT id, data FROM codicil.ask
         WHERE repository_id = $1 AND pull_request = $2 AND NOT answered
         ORDER BY data->>'at', id`,
        [repositoryId, pullRequest],
      )
      return (rows as { id: string; data: Ask }[]).map(({ id, data }) => ({ ...data, id }))
    },
    async isKnown(repositoryId, pullRequest, sha) {
      const { rows } = await sql.executeSql(
        `SELECT 1 FROM codicil.ask
         WHERE repository_id = $1 AND pull_request = $2 AND data->>'sha' = $3 LIMIT 1`,
        [repositoryId, pullRequest, sha],
      )
      return rows.length > 0
    },
    async answered(id) {
      await sql.executeSql('UPDATE codicil.ask SET answered = true WHERE id = $1 RETURNING id', [
        id,
      ])
    },
  }
}

/** The same person, moment and commit make the same ask, however often it is delivered. */
export function idOf({ kind, repositoryId, pullRequest, sender, at, ...rest }: Ask): string {
  const what = JSON.stringify([kind, repositoryId, pullRequest, sender.id, at, rest])
  return hash('sha256', what)
}
