// Installs the dependencies when they are missing or when the lock file changed since.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node24 = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/**
 * Makes node_modules agree with the lock file, whoever installed it.
 *
 * @returns {string} Path of the Node 24 that the project runs on.
 */
export function ensureInstalled() {
  if (!existsSync(node24) || !agrees(packages('package-lock.json'), installed())) install()
  return node24
}

/** What npm itself noted about the folder, or nothing. */
function installed() {
  const note = join('node_modules', '.package-lock.json')
  return existsSync(join(root, note)) ? packages(note) : {}
}

/** @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>} */
function packages(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages ?? {}
}

/** Whether each locked package is there as locked; optional ones may be for another platform. */
function agrees(locked, found) {
  const same = (one, other) => one.version === other?.version && one.integrity === other?.integrity
  return (
    Object.entries(locked).every(
      ([path, one]) => path === '' || (one.optional && !found[path]) || same(one, found[path]),
    ) && Object.keys(found).every((path) => Object.hasOwn(locked, path))
  )
}

function install() {
  process.stderr.write('Installing the dependencies named in package-lock.json …\n')
  const npm = process.env.npm_execpath
    ? { file: process.execPath, args: [process.env.npm_execpath] }
    : { file: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] }
  const { status, error } = spawnSync(
    npm.file,
    [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  )
  if (error) throw error
  if (status !== 0) {
    process.stderr.write(
      `npm ci failed with exit code ${status}. Its messages are above; the npm registry must be reachable for the first run.\n`,
    )
    process.exit(1)
  }
}
