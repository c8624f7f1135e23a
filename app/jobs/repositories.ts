/** The repositories that the App is installed in, and the label that asks for evidence there. */
import type { RepositoryNames } from '../github/client.ts'
import type { Sql } from './sql.ts'

export interface KnownRepository {
  id: number
  installationId: number
  /** Null: not known, or not known any more. */
  label: string | null
  /** As a delivery told them last. */
  names: RepositoryNames | null
}

export interface Repositories {
  find(id: number): Promise<KnownRepository | null>
  /** Records through which installation a repository is reached now. */
  seen(ids: readonly number[], installationId: number): Promise<void>
  /** Records the label that the settings name; null when they have changed. */
  setLabel(id: number, label: string | null): Promise<void>
  setNames(id: number, names: RepositoryNames): Promise<void>
  forget(ids: readonly number[], installationId: number): Promise<void>
  all(): Promise<KnownRepository[]>
  /** The last of the App's deliveries that was looked at after it had failed or arrived. */
  lastDelivery(): Promise<number | null>
  setLastDelivery(number: number): Promise<void>
}

export const repositoriesMigration = `
CREATE TABLE IF NOT EXISTS codicil.repository (
  id bigint PRIMARY KEY,
  installation_id bigint NOT NULL,
  label text
);
ALTER TABLE codicil.repository ADD COLUMN IF NOT EXISTS names jsonb;
CREATE TABLE IF NOT EXISTS codicil.last_delivery (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL
);
`

interface Row {
  id: string
  installation_id: string
  label: string | null
  names: RepositoryNames | null
}

export function openRepositories(sql: Sql): Repositories {
  const select = async (where: string, values: unknown[]) => {
    const { rows } = await sql.executeSql(
      `SELECT id::text, installation_id::text, label, names
       FROM codicil.repository ${where} ORDER BY id`,
      values,
    )
    return (rows as Row[]).map(({ id, installation_id: installation, label, names }) => ({
      id: Number(id),
      installationId: Number(installation),
      label,
      names,
    }))
  }
  return {
    find: async (id) => (await select('WHERE id = $1', [id]))[0] ?? null,
    all: () => select('', []),
    async lastDelivery() {
      const { rows } = await sql.executeSql('SELECT number::text FROM codicil.last_delivery')
      const [row] = rows as { number: string }[]
      return row ? Number(row.number) : null
    },
    async setLastDelivery(number) {
      await sql.executeSql(
        `INSERT INTO codicil.last_delivery (number) VALUES ($1)
         ON CONFLICT (one) DO UPDATE SET number = GREATEST(excluded.number, last_delivery.number)
         RETURNING one`,
        [number],
      )
    },
    async seen(ids, installationId) {
      await sql.executeSql(
        `INSERT INTO codicil.repository (id, installation_id) SELECT unnest($1::bigint[]), $2
         ON CONFLICT (id) DO UPDATE SET installation_id = excluded.installation_id
         WHERE codicil.repository.installation_id <> excluded.installation_id RETURNING id`,
        [[...ids].sort((a, b) => a - b), installationId],
      )
    },
    async setLabel(id, label) {
      await sql.executeSql('UPDATE codicil.repository SET label = $2 WHERE id = $1 RETURNING id', [
        id,
        label,
      ])
    },
    async setNames(id, names) {
      await sql.executeSql(
        'UPDATE codicil.repository SET names = $2::jsonb WHERE id = $1 RETURNING id',
        [id, JSON.stringify(names)],
      )
    },
    async forget(ids, installationId) {
      await sql.executeSql(
        `DELETE FROM codicil.repository
         WHERE id = ANY ($1::bigint[]) AND installation_id = $2 RETURNING id`,
        [ids, installationId],
      )
    },
  }
}
