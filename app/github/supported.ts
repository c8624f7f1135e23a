/** GitHub Enterprise Server has neither the artifacts nor the runs' facts that the loop rests on. */
import type { Logger } from 'probot'
import { ConfigError } from '../config.ts'

/** Milliseconds. */
const patience = 10_000

/**
 * Asks the server what it is, without any token.
 *
 * @throws ConfigError where it is GitHub Enterprise Server; a server that cannot be reached is asked
 *   nothing more, because GitHub may be away while the app starts
 */
export async function requireSupported(apiUrl: string, log: Logger): Promise<void> {
  const version = await enterpriseVersion(apiUrl).catch((error: unknown) => {
    log.warn({ err: error }, `${apiUrl}/meta could not be read`)
    return null
  })
  if (version === null) return
  throw new ConfigError([
    `GITHUB_API_URL is GitHub Enterprise Server ${version}, which is not supported: the artifacts of ` +
      'runs cannot be uploaded there. github.com and *.ghe.com are.',
  ])
}

async function enterpriseVersion(apiUrl: string): Promise<string | null> {
  const answer = await fetch(`${apiUrl}/meta`, {
    headers: { accept: 'application/vnd.github+json' },
    signal: AbortSignal.timeout(patience),
  })
  const header = answer.headers.get('x-github-enterprise-version')
  const body = answer.ok ? ((await answer.json()) as { installed_version?: string }) : {}
  return header ?? body.installed_version ?? null
}
