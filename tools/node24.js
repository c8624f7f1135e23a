// Runs a TypeScript file on the project's Node 24. Plain JavaScript: it must work before installation.
import { spawn } from 'node:child_process'
import module from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './ensure-installed.js'

/**
 * Installs what is missing, then runs `script` with `args` in this process if it is Node 24 or
 * newer and needs no flags, else in a child that gets this process's signals and gives its exit code
 * back.
 *
 * @param {string} script
 * @param {string[]} args
 * @param {string[]} flags of Node
 */
export async function runOnNode24(script, args, flags = []) {
  const node24 = ensureInstalled()
  if (flags.length === 0 && Number.parseInt(process.versions.node, 10) >= 24) {
    module.enableCompileCache?.()
    process.argv = [process.argv[0], resolve(script), ...args]
    await import(pathToFileURL(resolve(script)).href)
    return
  }
  const child = spawn(node24, [...flags, script, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', (error) => {
    throw error
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : (code ?? 1)
  })
}
