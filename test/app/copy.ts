/** The app in a process of its own, as in service, for whoever kills it or lets it stand still. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Hub } from '../../demo/hub/index.ts'

export interface Copy {
  process: ChildProcess
  webhookUrl: string
}

export interface Watching {
  /** Gets each line that it prints besides where it listens. */
  heard?: ((line: string) => void) | undefined
  /** Is given the process before it listens, which it may never do. */
  started?: (child: ChildProcess) => void
  /** A program and its arguments that start it. */
  by?: readonly string[]
}

/**
 * @param database `DATABASE_URL` or `CODICIL_DATA`
 * @param more variables, such as those of `killed-app.ts`
 */
export async function startCopy(
  { app, url }: Pick<Hub, 'app' | 'url'>,
  database: Record<string, string>,
  more: Record<string, string> = {},
  { heard, started, by = [] }: Watching = {},
): Promise<Copy> {
  const file = join(import.meta.dirname, 'killed-app.ts')
  const [program = '', ...args] = [...by, process.execPath, '--no-memory-protection-keys', file]
  const child = spawn(program, args, {
    env: {
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: app.webhookSecret,
      GITHUB_API_URL: url,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...database,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started?.(child)
  if (!child.stdout) throw new Error('The app has no standard output.')
  const { promise: webhookUrl, resolve, reject } = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('http')) resolve(line)
    else heard?.(line)
  })
  child.once('exit', () => reject(new Error('The app ended before it listened.')))
  return { process: child, webhookUrl: await webhookUrl }
}
