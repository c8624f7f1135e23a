import { describe, expect, it } from 'vitest'
import { bumpFor, type Changes } from '../../spec-tools/amend/index.ts'
import { bumpVersion, type Bump } from '../../spec-tools/document/index.ts'

describe('the table of bump rules, case by case', () => {
  it.each<[what: string, changes: Changes, override: Bump | undefined, from: string, to: string]>([
    ['a new section is minor', { sections: 1 }, undefined, '2.74.0', '2.75.0'],
    ['a retraction is minor', { retractions: 1 }, undefined, '2.74.0', '2.75.0'],
    [
      'a section with flipped cells is minor',
      { sections: 1, cells: 6 },
      undefined,
      '1.4.2',
      '1.5.0',
    ],
    ['rows alone are patch', { rows: 1 }, undefined, '2.74.0', '2.74.1'],
    ['cells alone are patch', { cells: 2 }, undefined, '2.74.0', '2.74.1'],
    ['evidence alone is patch', { evidence: 5 }, undefined, '2.74.0', '2.74.1'],
    ['major only by override', { sections: 1 }, 'major', '2.74.0', '3.0.0'],
    ['an override may lower a section', { sections: 1 }, 'patch', '2.74.0', '2.74.1'],
    ['an override may raise cells', { cells: 1 }, 'minor', '2.74.0', '2.75.0'],
    ['two parts stay two', { sections: 1 }, undefined, '2.1', '2.2'],
    ['a patch of two parts raises the last', { cells: 1 }, undefined, '2.1', '2.2'],
    ['zero padding stays', { sections: 1 }, undefined, '3.09.0', '3.10.0'],
    ['a label stays', { sections: 1 }, undefined, '0.9.0-spec', '0.10.0-spec'],
  ])('%s', (_, changes, override, from, to) => {
    const bump = bumpFor(changes, override)
    expect(bump && bumpVersion(from, bump)).toBe(to)
  })

  it('raises nothing when nothing changes, whatever the override says', () => {
    expect(bumpFor({})).toBeNull()
    expect(bumpFor({ sections: 0, cells: 0 }, 'major')).toBeNull()
  })
})
