/** What the app needs of a database: PostgreSQL or PGlite, through pg-boss's own handle. */
export interface Sql {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}
