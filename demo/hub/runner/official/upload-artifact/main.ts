import { glob, stat } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { DefaultArtifactClient } from '@actions/artifact'
import * as core from '@actions/core'

const patterns = core.getMultilineInput('path', { required: true })
const files = await filesOf(patterns)
if (files.length === 0) {
  const message = `No files were found with the provided path: ${patterns.join(', ')}.`
  if (core.getInput('if-no-files-found') === 'error') core.setFailed(message)
  else core.warning(message)
} else {
  const days = Number(core.getInput('retention-days'))
  const name = core.getInput('name')
  const client = new DefaultArtifactClient()
  const options = days > 0 ? { retentionDays: days } : {}
  const { id, digest } = await client.uploadArtifact(name, files, await rootOf(patterns), options)
  core.setOutput('artifact-id', id)
  core.setOutput('artifact-digest', digest)
}

async function filesOf(wanted: string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const pattern of wanted) {
    for await (const path of glob([pattern, `${pattern.replace(/\/$/, '')}/**/*`])) {
      if ((await stat(path)).isFile()) found.add(resolve(path))
    }
  }
  return [...found].sort()
}

/** The folder that the archive's paths are relative to: what all given paths have in common. */
async function rootOf(wanted: string[]): Promise<string> {
  const folders = await Promise.all(
    wanted.map(async (pattern) => {
      const fixed = resolve(pattern.split('*')[0] ?? '.')
      const isFolder = (await stat(fixed).catch(() => undefined))?.isDirectory()
      return isFolder ? fixed : dirname(fixed)
    }),
  )
  return folders.reduce((common, folder) => {
    let at = common
    while (relative(at, folder).split(sep)[0] === '..') at = dirname(at)
    return at
  })
}
