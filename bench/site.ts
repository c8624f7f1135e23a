/**
 * How long a site of many amendments takes, and how large its pages are.
 *
 *     node bench/site.ts [amendments, 1000 by default] [folder to leave the checkout in]
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { path, repository } from '../test/site/amendments.ts'

const count = Number(process.argv[2] ?? 1000)
const named = process.argv[3]
const root = named ?? mkdtempSync(join(tmpdir(), 'codicil-site-'))
const { text, amendments } = repository(count, {}, 40)
const write = (file: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
}
write(path, text)
for (const { folder, files } of amendments) {
  for (const [file, content] of files) write(join(folder, file), content)
}
execFileSync('git', ['init', '-q'], { cwd: root })

const main = join(import.meta.dirname, '../bin/main.ts')
const out = join(root, 'site')
const started = performance.now()
process.stdout.write(execFileSync(process.execPath, [main, 'site', root, '--out', out]))
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s for ${count} amendments`)
const sizes = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name.endsWith('.html'))
  .map((entry) => [statSync(join(entry.parentPath, entry.name)).size, entry.name] as const)
  .sort(([a], [b]) => b - a)
for (const [size, name] of sizes.slice(0, 5)) console.log(`${(size / 1000).toFixed(0)} KB ${name}`)
if (named === undefined) rmSync(root, { recursive: true })
