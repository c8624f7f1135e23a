/**
 * Writes what is derived from the sources: the names of the known formats, the published JSON
 * Schemas and the page of dependencies under `docs/reference/`, and the tables of the README and the
 * guide. `--check` compares instead, and fails naming what is stale.
 *
 *     node tools/generate.ts [--check]
 */
import { readFile, writeFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { pairMetrics } from '../spec-tools/evidence/metrics.ts'
import { formats } from '../spec-tools/logs/formats/index.ts'
import { publishedSchema } from '../spec-tools/schema.ts'
import { commands } from '../bin/commands.ts'
import { actionTables } from './action-tables.ts'
import { dependencyPage } from './dependencies.ts'
import { between, oneLine, table } from './marked-table.ts'

const root = join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')
let isStale = false
await update('spec-tools/logs/formats/names.ts', await formatNames())

// The schema of settings lists the names of the formats, so it is read behind them.
const specTools = await import('../spec-tools/index.ts')
const schemas = {
  evidence: specTools.evidence,
  settings: specTools.settings,
  investigation: specTools.investigation,
  intent: specTools.intentSchema,
  amendment: specTools.amendmentRecord,
  measurement: specTools.measurementLine,
}

for (const [name, schema] of Object.entries(schemas)) {
  const published = publishedSchema(schema)
  await update(`docs/reference/${name}.schema.json`, `${JSON.stringify(published, null, 2)}\n`)
}
const readme = join(root, 'README.md')
const described = await Promise.all(Object.values(commands).map((load) => load()))
const does = described.map(({ name, summary }) => [`\`${name}\``, oneLine(summary)])
await update(
  'README.md',
  await markdown(
    between(
      await actionTables(join(root, 'action.yml'), readme),
      'commands',
      table(['Command', 'What it does'], does),
    ),
  ),
)
const guide = await readFile(join(root, 'docs/guide.md'), 'utf8')
const known = formats.map(({ name, source }) => [`\`${name}\``, oneLine(source)])
const metrics = Object.values(pairMetrics).map(({ name, words, formula, needs, source }) =>
  [`\`${name}\``, words, `\`${formula}\``, needs, source].map(oneLine),
)
await update(
  'docs/guide.md',
  await markdown(
    between(
      between(guide, 'formats', table(['Format', 'Written from'], known)),
      'metrics',
      table(['Figure', 'What it is', 'Formula', 'Needs', 'Source'], metrics),
    ),
  ),
)

const [manifest, lock] = await Promise.all(
  ['package.json', 'package-lock.json'].map(async (name) =>
    JSON.parse(await readFile(join(root, name), 'utf8')),
  ),
)
await update(
  'docs/reference/dependencies.md',
  await markdown(dependencyPage(manifest, lock.packages)),
)

if (isCheck && isStale) process.exitCode = 1

/** Writes a derived file that is not as it should be, or says so. */
async function update(path: string, text: string): Promise<void> {
  const current = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (current === text) return
  isStale = true
  if (isCheck) {
    process.stderr.write(`${path} is stale; run: npm run generate\n`)
    return
  }
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
  process.stdout.write(`wrote ${path}\n`)
}

async function markdown(text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(readme)), parser: 'markdown' })
}

/** A list of its own, so that who reads settings need not load every reader. */
async function formatNames(): Promise<string> {
  const names = [...formats.map(({ name }) => name), 'general']
  const source = `/**
 * The names that \`format:\` in the settings and \`codicil read --format\` take: all known formats, and
 * \`general\` for none. Written by \`npm run generate\`.
 */
export const formatNames: readonly string[] = ${JSON.stringify(names)}
`
  return format(source, { ...(await resolveConfig(import.meta.filename)), parser: 'typescript' })
}
