/** `codicil site`: a static site from the evidence that a checkout holds. */
import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { drawSite, type SiteAmendment } from '../site/index.ts'
import { CodicilError, decodeSpec } from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { UsageError, type Command } from './command.ts'
import { committedRecords } from './committed.ts'

/** Marks a folder as one that may be written over. */
const mark = '.codicil-site'

export const site: Command = {
  name: 'site',
  summary: 'Draws a static site of all evidence: amendments, scoreboards, measurements, ledger.',
  usage: 'site [<checkout>] --out <folder>',
  options: {
    out: {
      type: 'string',
      value: '<folder>',
      help: 'Where the pages go: a new or empty folder, or an earlier site.',
    },
    source: {
      type: 'string',
      value: '<address>',
      help: 'Where the files are on the web. Default: GitHub’s address of the remote `origin`.',
    },
    name: { type: 'string', value: '<name>', help: 'What the repository is called there.' },
  },
  notes: ['The pages need no server and no script; publish the folder, or open index.html.'],
  example: 'codicil site --out /tmp/site',

  async run({ values, positionals, cwd, out }) {
    const [given = '.', ...rest] = positionals
    if (rest.length > 0) throw new UsageError('name one checkout')
    if (values['out'] === undefined) throw new UsageError('say where the pages go: --out <folder>')
    const root = resolve(cwd, given)
    const folder = resolve(cwd, String(values['out']))
    await prepare(folder)
    const remote = await originOf(root)
    const records = await committedRecords(root)
    const amendments = records.map(({ folder: own, record }): SiteAmendment => {
      const path = join(root, own)
      return {
        folder: own,
        record,
        open: async () => ({
          bundle: await openBundle(root, own),
          comment: await textOf(join(path, 'comment.md')),
        }),
      }
    })
    const pages = drawSite({
      name: String(values['name'] ?? remote?.name ?? basename(root)),
      source:
        values['source'] === undefined
          ? (remote?.source ?? null)
          : address(String(values['source'])),
      specs: await specsOf(root, amendments),
      amendments,
      sha256Base64: (text) => hash('sha256', text, 'base64'),
    })
    let [count, bytes] = [0, 0]
    for await (const { path, html } of pages) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, html)
      count += 1
      bytes += Buffer.byteLength(html)
    }
    out(
      `${count} files, ${(bytes / 1e6).toFixed(1)} MB, of ${amendments.length} amendments: ${join(folder, 'index.html')}\n`,
    )
    return 0
  },
}

/** @throws CodicilError `not-a-site` for a folder that holds something else */
async function prepare(folder: string): Promise<void> {
  const held = existsSync(folder) ? await readdir(folder) : []
  if (held.length > 0 && !held.includes(mark)) {
    throw new CodicilError({
      code: 'not-a-site',
      what: `${folder} holds other files, and none is written over. Name a new or an empty folder.`,
    })
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, mark), '')
}

async function specsOf(
  root: string,
  amendments: readonly SiteAmendment[],
): Promise<Map<string, string>> {
  const paths = new Set(amendments.map(({ record }) => record.spec.path))
  const specs = new Map<string, string>()
  for (const path of [...paths].sort()) {
    const bytes = await readFile(join(root, path)).catch(() => null)
    if (bytes !== null) specs.set(path, decodeSpec(bytes).text)
  }
  return specs
}

async function textOf(path: string): Promise<string | null> {
  return existsSync(path) ? readFile(path, 'utf8') : null
}

/** GitHub's address of the files, from the remote that a clone came from. */
async function originOf(root: string): Promise<{ name: string; source: string } | null> {
  const { stdout, failed } = await execa('git', ['remote', 'get-url', 'origin'], {
    cwd: root,
    reject: false,
  })
  const found =
    /^(?:https:\/\/(?:[^@/]+@)?|git@)([\w.-]*github[\w.-]*|[\w-]+\.ghe\.com)[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(
      stdout.trim(),
    )
  if (failed || found === null) return null
  const [, host, name = ''] = found
  return { name, source: `https://${host}/${name}/blob/HEAD/` }
}

/** @throws UsageError for what no page may link to */
function address(text: string): string {
  if (!/^https?:\/\//.test(text)) throw new UsageError('--source is an address of the web')
  return text.endsWith('/') ? text : `${text}/`
}
