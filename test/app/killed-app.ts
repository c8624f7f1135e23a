/** The app as a process of its own, to be killed: configured by its environment, as in service. */
import { readConfig, start } from '../../app/index.ts'

const app = await start({
  config: readConfig(process.env),
  pacing: 'none',
  pollSeconds: 0.5,
  limits: { settleSeconds: 0 },
})
process.stdout.write(`${app.webhookUrl}\n`)
