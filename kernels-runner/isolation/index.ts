/** How the code of the pull request is kept apart from the runner. */
import type { Settings } from '../../spec-tools/index.ts'
import { bubblewrap } from './bubblewrap.ts'
import { bash, type Isolation } from './isolation.ts'

export type { Isolation } from './isolation.ts'

/** @throws RunRefusal where the settings ask for an isolation that this machine does not have. */
export async function isolationFor(kind: Settings['isolation']): Promise<Isolation> {
  return kind === 'none' ? none : bubblewrap()
}

const none: Isolation = {
  kind: 'none',
  detail:
    'Same user as the runner, with a reduced environment, in an own process group; processes that leave the group are found by a mark in their environment.',
  commandLine: (script) => bash(script),
}
