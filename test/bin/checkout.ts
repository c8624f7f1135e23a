/** A checkout with a specification, settings and diagnostics, in which the command line is run. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { codicil, type Ran } from './codicil.ts'

export interface Checkout {
  /** Id -> command. */
  diagnostics: Record<string, string>
  /** Text of `.codicil/investigations/asked.yml`. */
  investigation?: string
  /** Lines of the settings besides these. */
  settings?: string
  /** Path -> content. */
  files?: Record<string, string | Uint8Array>
}

const spec = `# Engine

**Version:** 1.4.0

## 1. Scope

All of it.
`

/** Writes and commits it; the folder must not be there. */
export async function checkout(folder: string, what: Checkout): Promise<string> {
  const diagnostics = Object.entries(what.diagnostics).map(
    ([id, run]) => `  ${id}: { run: ${JSON.stringify(run)}, needs: cpu, timeout: 2s }\n`,
  )
  const settings = `specs: [{ id: engine, path: spec.md }]
isolation: none
${what.settings ?? ''}
diagnostics:
${diagnostics.join('')}`
  const files = {
    '.github/codicil.yml': settings,
    'spec.md': spec,
    ...(what.investigation !== undefined && {
      '.codicil/investigations/asked.yml': what.investigation,
    }),
    ...what.files,
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const git = (...args: string[]) => execa('git', args, { cwd: folder })
  await git('init', '-q')
  await git('add', '-A')
  await git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'one')
  return folder
}

export function measure(source: string, out: string): Promise<Ran> {
  return codicil('run', '--source', source, '--out', out)
}

export function draft(source: string, bundle: string): Promise<Ran> {
  return codicil('draft', bundle, '--repository', source, '--json')
}
