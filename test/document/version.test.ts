import { describe, expect, it } from 'vitest'
import { bumpVersion, compareVersions, parseVersion } from '../../spec-tools/document/index.ts'

describe('a version', () => {
  it.each([
    ['2.74.0', '2.75.0', '2.74.1', '3.0.0'],
    ['2.1', '2.2', '2.2', '3.0'],
    ['3.09.0', '3.10.0', '3.09.1', '4.00.0'],
    ['3.9.0', '3.10.0', '3.9.1', '4.0.0'],
    ['0.9.0-spec', '0.10.0-spec', '0.9.1-spec', '1.0.0-spec'],
    ['v1.2', 'v1.3', 'v1.3', 'v2.0'],
    ['1.0.3-wip', '1.1.0-wip', '1.0.4-wip', '2.0.0-wip'],
    ['2.0.0-rc.1', '2.1.0-rc.1', '2.0.1-rc.1', '3.0.0-rc.1'],
    ['1.2.3.4', '1.3.0.0', '1.2.4.0', '2.0.0.0'],
    ['7', '8', '8', '8'],
  ])('%s is raised as the document writes it', (token, minor, patch, major) => {
    expect(bumpVersion(token, 'minor')).toBe(minor)
    expect(bumpVersion(token, 'patch')).toBe(patch)
    expect(bumpVersion(token, 'major')).toBe(major)
  })

  it('is compared by its numbers, and a release follows its labels', () => {
    const order = ['1.2', '1.9.0', '1.10.0-draft', '1.10', '1.10.1', '2.0']
    const shuffled = ['2.0', '1.10', '1.2', '1.10.1', '1.9.0', '1.10.0-draft']
    expect(shuffled.toSorted(compareVersions)).toEqual(order)
  })

  it('that is none is said to be none', () => {
    expect(parseVersion('next')).toBeNull()
    expect(() => bumpVersion('next', 'minor')).toThrow('"next" is no version that can be raised')
  })
})
