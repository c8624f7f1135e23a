/** Repositories for end-to-end tests: the two investigations of `test/fixtures/loop`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { callerWorkflow, type Stage } from '../../demo/stage.ts'
import { readFolder } from '../../bin/folder.ts'
import type { HubRepository } from '../../demo/hub/index.ts'
import type { PullRequest } from '../../demo/hub/model.ts'

const fixtures = join(import.meta.dirname, '../fixtures')

export interface Case {
  name: 'ship-two' | 'lattice'
  /** Where the settings of the fixture say that the spec is. */
  specPath: string
  slug: string
}

export const shipTwo: Case = {
  name: 'ship-two',
  specPath: 'docs/specifications/ship-two-models-spec.md',
  slug: 'ship-007-pr-e-investigation',
}

export const lattice: Case = {
  name: 'lattice',
  specPath: 'docs/numerics.md',
  slug: 'tiling-claims',
}

/** The repository as it is before anybody asks: spec, settings, workflow, logs to be printed. */
export async function createRepository(
  stage: Pick<Stage, 'hub'>,
  one: Case,
  workflow?: string,
): Promise<HubRepository> {
  const folder = await readFolder(join(fixtures, 'loop', one.name))
  const logs = [...folder].filter(([path]) => path.startsWith('logs/'))
  const repository = await stage.hub.createRepository({
    owner: 'acme',
    name: one.name,
    files: {
      [one.specPath]: await readFile(join(fixtures, 'specs', `${one.name}.md`)),
      '.github/codicil.yml': folder.get('settings.yml') ?? '',
      '.github/workflows/codicil.yml': workflow ?? (await callerWorkflow()),
      ...Object.fromEntries(logs),
    },
  })
  repository.setPermission('ada', 'write')
  return repository
}

/** A pull request that declares the fixture's investigation. */
export async function openPullRequest(
  repository: HubRepository,
  { name, slug }: Case,
): Promise<PullRequest> {
  const investigation = await readFile(join(fixtures, 'loop', name, `investigations/${slug}.yml`))
  await repository.commitFiles(
    'topic',
    { [`.codicil/investigations/${slug}.yml`]: investigation },
    { author: 'ada' },
  )
  return repository.openPullRequest({ from: 'topic', title: 'Measure it', author: 'ada' })
}
