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

const rooms = ['app', 'kernels-runner', 'spec-tools', 'bin'] as const
/** Packages that reach outside the process; the pure core may not use them. */
const impure = /^(?:probot|execa|@actions\/|@octokit\/|pg|pg-boss|@electric-sql\/)/

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
  const to = kind === 'file' ? roomOf(target) : undefined
  if (
    from === 'spec-tools' &&
    (kind === 'builtin' || (kind === 'package' && impure.test(target)))
  ) {
    return 'spec-tools is pure: no file system, network, process or clock'
  }
  if (to === undefined || to === from) return undefined
  if (from === 'bin') {
    return to === 'spec-tools' && target !== 'spec-tools/index.ts' ? oneDoor : undefined
  }
  if (to !== 'spec-tools') {
    return `${from} must not import ${to}`
  }
  return target === 'spec-tools/index.ts' ? undefined : oneDoor
}

const oneDoor = 'spec-tools is entered through spec-tools/index.ts only'

function roomOf(path: string): string {
  return path.split(/[\\/]/)[0] ?? ''
}
