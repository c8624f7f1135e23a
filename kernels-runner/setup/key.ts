/** The files of the checkout that what is kept depends on. */
import { hash } from 'node:crypto'
import { chown, cp, lstat, mkdir } from 'node:fs/promises'
import { arch, release, type } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { digestRegularFile, listTree } from '../files.ts'
import { holds } from '../isolation/index.ts'
import { RunRefusal } from '../refusal.ts'
import { version } from '../version.ts'
import type { SetupOrder } from './order.ts'

/** What the outcome depends on: what is run, by which machine, and the files of the key. */
export async function keyOf({ settings, source, env }: SetupOrder, key: readonly string[]) {
  const files: [string, string][] = []
  for (const path of await filesOfKey(source, key)) {
    files.push([path, await digestRegularFile(source, path)])
  }
  const { run, network = false } = settings
  const machine = [type(), release(), arch(), env['PATH'] ?? '']
  return hash('sha256', JSON.stringify({ version, run, network, machine, files }))
}

/** A checkout with nothing in it but the files of the key. */
export async function onlyKey({ source, scratch, isolation }: SetupOrder, key: readonly string[]) {
  // Beside what it may write.
  const folder = `${scratch}.key`
  await mkdir(folder, { mode: 0o755 })
  for (const path of await filesOfKey(source, key)) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o755 })
    await cp(join(source, path), join(folder, path), { preserveTimestamps: true })
  }
  if (isolation.owner !== null) await chown(folder, isolation.owner, isolation.owner)
  return folder
}

/** @throws RunRefusal for a path that is not there, or that leads out of the checkout */
async function filesOfKey(source: string, key: readonly string[]): Promise<string[]> {
  const files = new Set<string>()
  for (const path of key) {
    const at = resolve(source, path)
    const stat = await lstat(at).catch(() => null)
    if (stat === null || !holds(resolve(source), at) || !(stat.isFile() || stat.isDirectory())) {
      throw new RunRefusal(
        'no-key-file',
        `setup.key names ${path}, which is no file and no folder of the checkout. Correct the settings, or commit it.`,
      )
    }
    if (stat.isFile()) files.add(path)
    else for (const one of await regularBelow(at)) files.add(`${path.replace(/\/$/, '')}/${one}`)
  }
  return [...files].sort()
}

/** Files of a folder of the key; more are refused. */
const mostFiles = 4096

async function regularBelow(folder: string): Promise<string[]> {
  return (await listTree(folder, mostFiles + 1)).flatMap(({ path, kind }) =>
    kind === 'file' ? path : [],
  )
}
