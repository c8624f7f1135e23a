/** The table of attacks and tests: every test that it names exists. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Row {
  attack: string
  file: string
  title: string
}

async function rows(): Promise<Row[]> {
  const page = await readFile(join(root, 'docs/security.md'), 'utf8')
  return page.split('\n').flatMap((line) => {
    const [, attack = '', test = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    if (!line.startsWith('|') || attack === 'Case' || /^-+$/.test(attack)) return []
    const [, file = '', title = ''] = /^`(test\/[^`]+\.test\.ts)` (.+)$/.exec(test) ?? []
    return [{ attack, file, title }]
  })
}

describe('docs/security.md', () => {
  it('names for each attack a test that exists', async () => {
    const all = await rows()
    const missing: Row[] = []
    for (const row of all) {
      const source = await readFile(join(root, row.file), 'utf8').catch(() => '')
      // Titles of long lists stand in the source with their line ends.
      const found = row.title !== '' && source.replaceAll(/\s+/g, ' ').includes(row.title)
      if (!found) missing.push(row)
    }
    expect(missing).toEqual([])
    expect(all.length).toBeGreaterThan(100)
  })

  it('names no attack twice', async () => {
    const attacks = (await rows()).map(({ attack }) => attack)
    expect(attacks.filter((attack, at) => attacks.indexOf(attack) !== at)).toEqual([])
  })
})
