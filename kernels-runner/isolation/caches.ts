/**
 * What compilers have cached and package managers have installed, on the runner or by `setup`: seen
 * read-only, with the variables by which their programs find it and write beside it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './isolation.ts'

export interface Caches {
  /** Folders, seen read-only under their own names. */
  seen: string[]
  variables: Record<string, string>
}

export function caches(place: Place): Caches {
  const { env, scratch } = place
  const home = env['HOME'] ?? '/nonexistent'
  const cache = env['XDG_CACHE_HOME'] ?? join(home, '.cache')
  const ccache = found(env['CCACHE_DIR'], join(cache, 'ccache'), join(home, '.ccache'))
  const sccache = found(env['SCCACHE_DIR'], join(cache, 'sccache'))
  const poetry = found(env['POETRY_VIRTUALENVS_PATH'], join(cache, 'pypoetry/virtualenvs'))
  const environments = installed(place, 'virtualenvs') ?? poetry
  return {
    seen: [ccache, sccache, poetry].filter((folder) => folder !== null),
    variables: {
      ...(ccache && {
        CCACHE_DIR: ccache,
        CCACHE_READONLY: 'true',
        CCACHE_TEMPDIR: join(scratch, 'tmp'),
      }),
      ...(sccache && { SCCACHE_DIR: sccache, SCCACHE_LOCAL_RW_MODE: 'READ_ONLY' }),
      ...(environments && { POETRY_VIRTUALENVS_PATH: environments }),
      ...projectOfUv(place),
    },
  }
}

/** uv would make its environment in the checkout; what `setup` made of it is used as it is. */
function projectOfUv(place: Place): Record<string, string> {
  const made = installed(place, 'venv')
  if (made === null) return { UV_PROJECT_ENVIRONMENT: join(place.scratch, 'build/venv') }
  return { UV_PROJECT_ENVIRONMENT: made, ...(!place.built?.writable && { UV_NO_SYNC: '1' }) }
}

/** A folder of what `setup` builds: where it is to be while it builds, and then where it is there. */
function installed({ built }: Place, name: string): string | null {
  if (built === null) return null
  return built.writable || existsSync(join(built.path, name)) ? join(built.seenAs, name) : null
}

function found(...folders: (string | undefined)[]): string | null {
  return folders.find((folder) => folder?.startsWith('/') && existsSync(folder)) ?? null
}
