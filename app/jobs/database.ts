/** Opens the database that queue and store share: PostgreSQL, or PGlite in this process. */
import { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss, type ConstructorOptions } from 'pg-boss'
import type { DatabaseConfig } from '../config.ts'
import { lockFolder } from './folder-lock.ts'
import type { Sql } from './sql.ts'

export interface Database {
  /** How pg-boss reaches it. */
  boss: ConstructorOptions
  /** Closes what was opened here; pg-boss closes its own pool. */
  close(): Promise<void>
}

export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  if (config.kind === 'postgres') {
    return {
      boss: { connectionString: config.url, application_name: 'codicil', useListenNotify: true },
      close: async () => {},
    }
  }
  const unlock = await lockFolder(config.folder)
  try {
    const pglite = await PGlite.create(`${config.folder}/postgres`)
    return {
      ...embedded(pglite),
      close: async () => {
        await pglite.close()
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

/** A PGlite that somebody else opened and will close. */
export function embedded(pglite: PGlite): Database {
  // `backend: 'pglite'` alone would dial port 5432; the handle has to come with it.
  return { boss: { backend: 'pglite', db: fromPglite(pglite) }, close: async () => {} }
}

/** Connections of deliveries alone: work that holds all of its own never delays an answer. */
const acceptanceConnections = 4

/** A second way into the database, for deliveries; the embedded one has no more than one. */
export async function openAcceptance(
  { boss }: Database,
  shared: Sql,
  onError: (error: unknown) => void,
): Promise<{ sql: Sql; close(): Promise<void> }> {
  if (boss.db) return { sql: shared, close: async () => {} }
  const lender = new PgBoss({
    ...boss,
    application_name: 'codicil-inbox',
    max: acceptanceConnections,
    connectionTimeoutMillis: 5000,
    useListenNotify: false,
    supervise: false,
    schedule: false,
    migrate: false,
  })
  lender.on('error', onError)
  await lender.start()
  return { sql: lender.getDb(), close: () => lender.stop({ graceful: false, close: true }) }
}
