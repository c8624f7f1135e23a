/** What the guide tells people to set up is what the tests run with. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultEvents, defaultPermissions } from '../../demo/hub/index.ts'

const guide = await readFile(join(import.meta.dirname, '../../docs/guide.md'), 'utf8')

const named = (words: string) => words.trim().toLowerCase().replaceAll(' ', '_')

describe('the guide', () => {
  it('names the permissions and events with which the tests of the loop run', () => {
    const rows = [...guide.matchAll(/^ *\| ([A-Z][a-z ]+): (read|write) +\| (.*)\|$/gm)]
    const needed = rows.filter(([, , , what = '']) => !what.startsWith('optional'))
    const permissions = needed.map(([, name = '', access]) => [named(name), access])
    expect(Object.fromEntries(permissions)).toEqual(defaultPermissions)
    const [, events = ''] = /^ *Events: (.*?)\./m.exec(guide) ?? []
    const list = [...events.matchAll(/_([^_]+)_/g)].map(([, event = '']) => named(event))
    expect(list.sort()).toEqual([...defaultEvents].sort())
  })
})
