// Installs the dependencies when they are missing or when the lock file changed since.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.codicil-installed')
const node24 = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/**
 * Makes node_modules agree with the lock file.
 *
 * @returns {string} Path of the Node 24 that the project runs on.
 */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
  if (installedLock() !== wanted || !existsSync(node24)) {
    install()
    writeFileSync(stamp, wanted)
  }
  return node24
}

function installedLock() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
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
