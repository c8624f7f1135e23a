/** Tables that words from outside are looked up in inherit nothing: see `dictionary`. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const core = join(import.meta.dirname, '../../spec-tools')
const literal = /^(?:export )?const \w+: (?:Readonly<)?Record<string, .*= \{/m

it.each(['evidence', 'judge', 'logs', 'settings'])(
  'no table of %s is an object literal that is typed as a record of any word',
  async (room) => {
    const names = await readdir(join(core, room), { recursive: true })
    const sources = names.filter((name) => name.endsWith('.ts'))
    const texts = await Promise.all(sources.map((name) => readFile(join(core, room, name), 'utf8')))
    expect(sources.length).toBeGreaterThan(5)
    expect(sources.filter((_, at) => literal.test(texts[at] ?? ''))).toEqual([])
  },
)
