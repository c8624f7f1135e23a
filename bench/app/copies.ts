/**
 * Copies of the app on one PostgreSQL, with calls that fail and copies that are killed or stand still:
 * each section, number and version once, nothing lost and nothing doubled.
 *
 *     node bench/app/copies.ts [--copies 2] [--requests 500] [--repositories 20] [--seed 1]
 *         [--failing 0.01] [--between 15]
 */
import { parseArgs } from 'node:util'
import { runMany } from '../../test/app/many.ts'
import { Postgres } from '../../test/app/postgres.ts'

const { values } = parseArgs({
  options: {
    copies: { type: 'string', default: '2' },
    requests: { type: 'string', default: '500' },
    repositories: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    failing: { type: 'string', default: '0.01' },
    between: { type: 'string', default: '15' },
  },
})
const scale = {
  copies: Number(values.copies),
  requests: Number(values.requests),
  repositories: Number(values.repositories),
  seed: Number(values.seed),
  failing: Number(values.failing),
  between: Number(values.between),
}
const postgres = await Postgres.start(['fsync=off', 'max_connections=200'])
const outcome = await runMany(postgres, scale)
await postgres.stop()
process.stdout.write(`${JSON.stringify({ bench: 'copies', ...scale, ...outcome })}\n`)
process.exit(outcome.wrong.length > 0 ? 1 : 0)
