import { openTracing, readConfig, start } from '../app/index.ts'
import type { Command } from './command.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'Runs the GitHub App.',
  usage: 'serve',
  options: {},
  example:
    'APP_ID=12345 PRIVATE_KEY_PATH=key.pem WEBHOOK_SECRET="$(openssl rand -hex 32)" codicil serve',
  async run({ env, out }) {
    const tracing = openTracing.bind(null, env)
    const app = await start({ config: readConfig(env), tracing })
    out(`listening on ${app.url}\n`)
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => resolve())
      process.once('SIGTERM', () => resolve())
    })
    await app.stop()
    return 0
  },
}
