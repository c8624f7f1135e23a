/**
 * Writes what is derived from the sources: the published JSON Schemas under `docs/reference/`, and
 * the page of dependencies, and the tables of the README and the guide. `--check` compares instead, and fails naming what is stale.
 *
 *     node tools/generate.ts [--check]
 */
import { readFile, writeFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { publishedSchema } from '../spec-tools/schema.ts'
import * as specTools from '../spec-tools/index.ts'
import { formats } from '../spec-tools/logs/formats/index.ts'
import { commands } from '../bin/commands.ts'
import { actionTables } from './action-tables.ts'
import { dependencyPage } from './dependencies.ts'
import { between, oneLine, table } from './marked-table.ts'

const root = join(import.meta.dirname, '..')
const schemas = {
  evidence: specTools.evidence,
  settings: specTools.settings,
  investigation: specTools.investigation,
  intent: specTools.intentSchema,
  amendment: specTools.amendmentRecord,
  measurement: specTools.measurementLine,
}

const files = new Map<string, string>()
for (const [name, schema] of Object.entries(schemas)) {
  const published = publishedSchema(schema)
  files.set(`docs/reference/${name}.schema.json`, `${JSON.stringify(published, null, 2)}\n`)
}
const readme = join(root, 'README.md')
const described = await Promise.all(Object.values(commands).map((load) => load()))
const does = described.map(({ name, summary }) => [`\`${name}\``, oneLine(summary)])
files.set(
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
files.set(
  'docs/guide.md',
  await markdown(between(guide, 'formats', table(['Format', 'Written from'], known))),
)

const [manifest, lock] = await Promise.all(
  ['package.json', 'package-lock.json'].map(async (name) =>
    JSON.parse(await readFile(join(root, name), 'utf8')),
  ),
)
files.set('docs/reference/dependencies.md', await markdown(dependencyPage(manifest, lock.packages)))

const stale: string[] = []
for (const [path, text] of files) {
  const current = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (current !== text) {
    stale.push(path)
  }
}
if (process.argv.includes('--check')) {
  for (const path of stale) {
    process.stderr.write(`${path} is stale; run: npm run generate\n`)
  }
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const path of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), files.get(path) ?? '')
    process.stdout.write(`wrote ${path}\n`)
  }
}

async function markdown(text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(readme)), parser: 'markdown' })
}
