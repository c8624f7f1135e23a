/**
 * Keeps the Action's own modules as they were before the first diagnostic. Some are loaded later, and
 * without isolation the diagnostics run as the same user: they could have rewritten the files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** @param folder The folder of the built Action; its modules are taken from memory from now on. */
export function holdModules(folder: string): void {
  const held = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(folder, name))
      .map((file) => [pathToFileURL(file).href, readFileSync(file)] as const),
  )
  registerHooks({
    load(url, context, next) {
      const source = held.get(url)
      return source === undefined
        ? next(url, context)
        : { format: 'module', source, shortCircuit: true }
    },
  })
}
