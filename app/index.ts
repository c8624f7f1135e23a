/** What the command line uses of the app. */
export { ConfigError, readConfig, type Config, type Environment } from './config.ts'
export { embedded, openDatabase, type Database } from './jobs/database.ts'
export { requestId, type EvidenceRequest } from './jobs/request.ts'
export type { Store } from './jobs/store.ts'
export { openTracing } from './tracing.ts'
export { start, type Running, type StartOptions } from './server.ts'
