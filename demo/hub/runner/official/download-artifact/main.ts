import { join, resolve } from 'node:path'
import { DefaultArtifactClient } from '@actions/artifact'
import * as core from '@actions/core'

const name = core.getInput('name')
const ids = core.getInput('artifact-ids').split(',').map(Number).filter(Boolean)
const path = resolve(core.getInput('path'))
const client = new DefaultArtifactClient()
const { artifacts } = await client.listArtifacts({ latest: true })
const named = artifacts.filter((each) => name === '' || each.name === name)
const wanted = ids.length > 0 ? named.filter((each) => ids.includes(each.id)) : named
if (wanted.length === 0) core.setFailed(`Artifact not found: ${name || ids.join(', ')}`)
const single = name !== '' || ids.length === 1 || core.getBooleanInput('merge-multiple')
for (const { id, name: found, digest } of wanted) {
  const target = single ? path : join(path, found)
  await client.downloadArtifact(id, { path: target, ...(digest && { expectedHash: digest }) })
}
core.setOutput('download-path', path)
