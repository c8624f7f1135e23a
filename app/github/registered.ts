/** Whether GitHub knows the App by the id and the key of the configuration, and lets it do its work. */
import type { Logger } from 'probot'
import { ConfigError } from '../config.ts'
import { isStatus } from './client.ts'
import type { AppOctokit } from './installation.ts'
import { needed } from './steps.ts'
import { used } from './app.ts'

/**
 * @throws ConfigError where GitHub does not take id and key for those of an App; a server that cannot
 *   be reached is asked nothing more, because GitHub may be away while the app starts
 */
export async function requireRegistered(
  app: AppOctokit,
  appId: number,
  log: Logger,
): Promise<void> {
  const answer = await app.rest.apps.getAuthenticated().catch((error: unknown) => {
    if (isStatus(error, 401, 404)) {
      throw new ConfigError([
        `GitHub does not take APP_ID ${appId} and the private key for those of an App: ` +
          `${error.status}, ${error.message.split('\n', 1)[0]} Look at the id on the settings page of ` +
          'the App, make a new key there if need be, and see that the clock of this machine is right.',
      ])
    }
    log.warn(
      { err: error },
      'GitHub could not be asked for the App; id and key are not known to be right',
    )
    return null
  })
  if (!answer?.data) return
  const { slug, permissions: granted = {}, events = [] } = answer.data
  const missing = Object.entries(needed)
    .filter(([name, level]) => (granted as Record<string, string>)[name] !== level)
    .map(([name, level]) => `${name}: ${level}`)
  if (missing.length > 0) {
    log.warn({ app: slug, missing }, 'The App lacks permissions; what needs them will be refused')
  }
  // Deliveries about installations come to every App.
  const unheard = [...used].filter(
    (name) => !name.startsWith('installation') && !events.includes(name),
  )
  if (unheard.length > 0) {
    log.warn(
      { app: slug, events: unheard },
      'The App is not told of some events, and finds later what they say',
    )
  }
}
