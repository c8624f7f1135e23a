/** What compilers have cached and package managers installed, as it is shown; on folders of our own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caches } from '../../kernels-runner/isolation/caches.ts'
import type { Built } from '../../kernels-runner/isolation/isolation.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codicil-caches-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function make(...names: string[]): void {
  for (const name of names) mkdirSync(join(folder, name), { recursive: true })
}

function shown(built: Omit<Built, 'path'> | null = null, more: Record<string, string> = {}) {
  const env = { HOME: join(folder, 'home'), ...more }
  const place = { source: '/source', scratch: '/scratch', env, network: false }
  const path = join(folder, 'built')
  const { seen, variables } = caches({ ...place, built: built && { path, ...built } })
  return { seen: seen.map((one) => one.slice(folder.length + 1)), variables }
}

describe('caches', () => {
  it('that are not there change nothing, and uv builds where it may write', () => {
    expect(shown()).toEqual({
      seen: [],
      variables: { UV_PROJECT_ENVIRONMENT: '/scratch/build/venv' },
    })
  })

  it('of the runner are seen where they are, and are only read', () => {
    make('home/.cache/ccache', 'home/.cache/sccache', 'home/.cache/pypoetry/virtualenvs')
    const { seen, variables } = shown()
    expect(seen).toEqual([
      'home/.cache/ccache',
      'home/.cache/sccache',
      'home/.cache/pypoetry/virtualenvs',
    ])
    expect(variables).toMatchObject({
      CCACHE_DIR: join(folder, seen[0] ?? ''),
      CCACHE_READONLY: 'true',
      CCACHE_TEMPDIR: '/scratch/tmp',
      SCCACHE_DIR: join(folder, seen[1] ?? ''),
      SCCACHE_LOCAL_RW_MODE: 'READ_ONLY',
      POETRY_VIRTUALENVS_PATH: join(folder, seen[2] ?? ''),
    })
  })

  it.each([
    ['CCACHE_DIR', 'elsewhere'],
    ['SCCACHE_DIR', 'elsewhere'],
    ['POETRY_VIRTUALENVS_PATH', 'elsewhere'],
    ['XDG_CACHE_HOME', 'elsewhere/ccache'],
  ])('are found by %s', (name, found) => {
    make('elsewhere/ccache', 'home/.ccache')
    const { seen } = shown(null, { [name]: join(folder, 'elsewhere') })
    expect(seen).toContain(found)
  })
})

describe('environments', () => {
  it('are made by setup where it may write', () => {
    make('home/.cache/pypoetry/virtualenvs')
    expect(shown({ seenAs: '/codicil/setup', writable: true }).variables).toMatchObject({
      POETRY_VIRTUALENVS_PATH: '/codicil/setup/virtualenvs',
      UV_PROJECT_ENVIRONMENT: '/codicil/setup/venv',
    })
  })

  it('that setup made are used as they are, and others are those of the runner', () => {
    make('built/venv', 'home/.cache/pypoetry/virtualenvs')
    expect(shown({ seenAs: '/codicil/setup', writable: false }).variables).toMatchObject({
      POETRY_VIRTUALENVS_PATH: join(folder, 'home/.cache/pypoetry/virtualenvs'),
      UV_PROJECT_ENVIRONMENT: '/codicil/setup/venv',
      UV_NO_SYNC: '1',
    })
  })
})
