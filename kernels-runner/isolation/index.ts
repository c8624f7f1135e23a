/** How the code of the pull request is kept apart from the runner, and within which limits. */
import type { Settings } from '../../spec-tools/index.ts'
import { bubblewrap } from './bubblewrap.ts'
import { bash, type Isolation } from './isolation.ts'

export { hintsFor } from './hints.ts'
export { scratchFolders, type Built, type Isolation } from './isolation.ts'
export { holds } from './toolchains.ts'
export { limitsHere, type Confinement, type Limits } from './limits.ts'

/** @throws RunRefusal where the settings ask for an isolation that this machine does not have. */
export async function isolationFor(kind: Settings['isolation']): Promise<Isolation> {
  return kind === 'none' ? none : bubblewrap()
}

const none: Isolation = {
  kind: 'none',
  detail:
    'Same user as the runner, with a reduced environment and the network of the machine, in an own process group.',
  user: 'runner',
  owner: null,
  commandLine: async (script) => bash(script),
}
