/** Which file of the repository imports what, and which of these imports the house rules forbid. */
import { readdir, readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'

export interface Import {
  /** Path of the importing file, relative to the repository, with `/`. */
  file: string
  /** What it imports: a path relative to the repository, or the name of a package. */
  target: string
  kind: 'file' | 'package' | 'builtin'
}

const rooms = ['action', 'app', 'kernels-runner', 'spec-tools', 'site', 'bin', 'demo'] as const
/** The rooms of the pure core: each imports itself and those that stand before it. */
const core = [
  'evidence',
  'logs',
  'settings',
  'bundle',
  'judge',
  'document',
  'render',
  'amend',
  'lint',
  'seal',
  'ledger',
]
/** Packages that reach outside the process; the pure core may not use them. */
const impure = /^(?:probot|execa|@actions\/|@octokit\/|pg|pg-boss|prom-client|@electric-sql\/)/

export async function importsOf(root: string): Promise<Import[]> {
  const perRoom = await Promise.all(
    rooms.map((room) => readdir(join(root, room), { recursive: true })),
  )
  const files = perRoom
    .flatMap((names, index) => names.map((name) => join(rooms[index] ?? '', name)))
    .filter((name) => /\.(?:ts|js)$/.test(name) && !name.includes('assembly'))
  const imports = await Promise.all(files.map((file) => importsIn(root, file)))
  return imports.flat()
}

async function importsIn(root: string, file: string): Promise<Import[]> {
  const source = await readFile(join(root, file), 'utf8')
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s*['"]([^'"]+)['"]/g
  return [...source.matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? ''
    if (specifier.startsWith('.')) {
      const target = relative(root, join(root, dirname(file), specifier))
      return { file, target, kind: 'file' }
    }
    return { file, target: specifier, kind: isBuiltin(specifier) ? 'builtin' : 'package' }
  })
}

/** Why an import is forbidden, or undefined if it is allowed. */
export function broken({ file, target, kind }: Import): string | undefined {
  const from = roomOf(file)
  if (
    from === 'spec-tools' &&
    (kind === 'builtin' || (kind === 'package' && impure.test(target)))
  ) {
    return 'spec-tools is pure: no file system, network, process or clock'
  }
  if (kind !== 'file') return undefined
  const to = roomOf(target)
  if (to === 'test') return `${from} is the product and must not import test/`
  if (to === from) return from === 'spec-tools' ? againstOrder(file, target) : undefined
  if (to === 'spec-tools') return doors.includes(target) ? undefined : oneDoor
  return overAll.has(from) ? undefined : `${from} must not import ${to}`
}

/** Inside the pure core: a room that imports one that stands after it. */
function againstOrder(file: string, target: string): string | undefined {
  const [from, to] = [file, target].map((path) => core.indexOf(path.split('/')[1] ?? ''))
  return from === undefined || to === undefined || from < 0 || to <= from
    ? undefined
    : `${core[from]} stands before ${core[to]} and must not import it`
}

/** Rooms that choose between the others, and may use them all. */
const overAll = new Set(['action', 'bin', 'demo'])
/** The errors alone may be had without loading the core. */
const doors = ['spec-tools/index.ts', 'spec-tools/error.ts']
const oneDoor = `spec-tools is entered through ${doors.join(' and ')} only`

function roomOf(path: string): string {
  return path.split(/[\\/]/)[0] ?? ''
}

/** A circle of files that import each other, be it types only, as `a > b > a`; null where there is none. */
export function circle(imports: readonly Import[]): string | null {
  const targets = Map.groupBy(
    imports.filter(({ kind }) => kind === 'file'),
    ({ file }) => file,
  )
  const done = new Set<string>()
  const search = (path: readonly string[], file: string): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' > ')
    if (done.has(file)) return null
    for (const { target } of targets.get(file) ?? []) {
      const found = search([...path, file], target)
      if (found !== null) return found
    }
    done.add(file)
    return null
  }
  for (const file of targets.keys()) {
    const found = search([], file)
    if (found !== null) return found
  }
  return null
}
