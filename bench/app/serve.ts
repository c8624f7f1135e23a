/** `codicil serve` as a process, on cores of its own. */
import { join } from 'node:path'
import { until } from '../../test/app/until.ts'
import { startPart, type Cores, type Part } from './processes.ts'

export interface HubSaid {
  url: string
  app: { id: number; privateKey: string; webhookSecret: string }
}

/** Starts it, and waits until it is ready. */
export async function serve(
  { url, app: { id, privateKey, webhookSecret } }: HubSaid,
  port: number,
  database: Record<string, string>,
  cores?: Cores,
): Promise<Part> {
  const app = startPart(join(import.meta.dirname, '../../bin/main.ts'), ['serve'], cores, {
    PATH: process.env['PATH'],
    APP_ID: String(id),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: url,
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    ...database,
  })
  app.process.stdout?.resume()
  await until(async () => {
    if (app.process.exitCode !== null) throw new Error('The app did not start.')
    return fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  return app
}
