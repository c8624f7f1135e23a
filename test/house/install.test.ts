import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
let checkout = ''

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'codicil-install-'))
  await cp(join(root, 'tools'), join(checkout, 'tools'), { recursive: true })
  await cp(join(root, 'package-lock.json'), join(checkout, 'package-lock.json'))
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }')
  await mkdir(join(checkout, 'node_modules'))
  await symlink(join(root, 'node_modules/node'), join(checkout, 'node_modules/node'))
})

afterEach(() => rm(checkout, { recursive: true }))

/** What npm notes in node_modules after `npm ci`: the lock file without the project itself. */
async function noteOf(change: (packages: Record<string, { version: string }>) => void) {
  const lock = JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8'))
  delete lock.packages['']
  change(lock.packages)
  await writeFile(join(checkout, 'node_modules/.package-lock.json'), JSON.stringify(lock))
}

/** Whether an installation was begun; npm is one that says so. */
async function installs(): Promise<boolean> {
  const npm = join(checkout, 'npm.js')
  await writeFile(npm, 'process.exit(7)')
  const program = "import('./tools/ensure-installed.js').then((it) => it.ensureInstalled())"
  const { stderr } = await execa(process.execPath, ['-e', program], {
    cwd: checkout,
    env: { npm_execpath: npm },
    reject: false,
  })
  return stderr.includes('Installing')
}

describe('what runs before installation', () => {
  it('installs nothing again after a plain npm ci', async () => {
    await noteOf(() => {})
    expect(await installs()).toBe(false)
  })

  it('asks for no package of another platform', async () => {
    await noteOf((packages) => delete packages['node_modules/@oxlint/binding-darwin-arm64'])
    expect(await installs()).toBe(false)
  })

  it.each([
    [
      'a package has another version',
      (all: Record<string, { version: string }>) => (all['node_modules/zod']!.version = '0.0.1'),
    ],
    [
      'a package is missing',
      (all: Record<string, { version: string }>) => delete all['node_modules/zod'],
    ],
  ])('installs where %s', async (_, change) => {
    await noteOf(change)
    expect(await installs()).toBe(true)
  })

  it('installs where npm never was', async () => {
    expect(await installs()).toBe(true)
  })
})
