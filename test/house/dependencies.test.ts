import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import lock from '../../package-lock.json' with { type: 'json' }
import { installed, isAllowed, reasons, unstated } from '../../tools/dependencies.ts'

const all = installed(lock.packages)

it('gives each direct dependency a reason, and no other package', () => {
  const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(Object.keys(reasons).toSorted()).toEqual(direct.toSorted())
})

it('holds nothing under a licence that asks for more than to be named', () => {
  expect(all.length).toBeGreaterThan(400)
  expect(all.filter((one) => !isAllowed(one))).toEqual([])
  const held = new Set(all.map(({ name, version }) => `${name}@${version}`))
  expect(Object.keys(unstated).filter((one) => !held.has(one))).toEqual([])
})

it.each([
  ['GPL-3.0', false, false],
  ['(MIT OR GPL-3.0)', false, true],
  ['(MIT AND GPL-3.0)', false, false],
  ['MPL-2.0', true, true],
  ['MPL-2.0', false, false],
  ['', false, false],
])('%s, for tools only: %s, is allowed: %s', (license, dev, allowed) => {
  const one = { name: 'a', version: '1.0.0', license, dev, hasInstallScript: false }
  expect(isAllowed(one)).toBe(allowed)
})

it('lets only the package of Node run a script when it is installed', () => {
  const scripts = all.filter(({ hasInstallScript }) => hasInstallScript)
  expect(scripts.map(({ name }) => name)).toEqual(['node'])
})
