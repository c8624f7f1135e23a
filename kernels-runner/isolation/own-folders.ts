/** Where the runner itself lies: its program, its credentials, its work. Nothing of it is shown. */
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What is only found in the folder of a runner. */
const marks = ['.runner', '.credentials', 'bin/Runner.Worker', 'bin/Runner.Listener']

/**
 * Folders and files of the runner that started this, under the names by which they are known and by
 * their true ones. A tool of its cache may lie in one of them.
 */
export function ownFolders(
  env: Readonly<Record<string, string | undefined>> = process.env,
  programs: readonly string[] = [process.execPath, ...process.argv.slice(1, 2)],
): string[] {
  const work = [env['RUNNER_TEMP'], env['RUNNER_WORKSPACE'], env['GITHUB_WORKSPACE']]
    .filter((folder) => folder?.startsWith('/'))
    .map((folder) => folder ?? '')
  const known = [...programs, ...work].flatMap((path) => [path, real(path)])
  const found = known.flatMap((path) => above(path).filter(isRunner))
  const whole = work.map((folder) => (basename(folder) === '_temp' ? dirname(folder) : folder))
  return [...new Set([...found, ...whole, ...whole.map(real)])]
}

/** What is shown where it says so, although other links would lead there. */
export function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Also of a runner that did not start this. */
export function isRunner(folder: string): boolean {
  return marks.some((mark) => existsSync(join(folder, mark)))
}

/** The folders above, the nearest first, without the root. */
function above(path: string): string[] {
  const folder = dirname(path)
  return folder === '/' || folder === '.' ? [] : [folder, ...above(folder)]
}
