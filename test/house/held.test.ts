/** Pages that say which case is held by which test: all that they name exists. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The cells of the rows of a page's tables, without heads. */
async function rows(page: string): Promise<string[][]> {
  const lines = (await readFile(join(root, page), 'utf8')).split('\n')
  const cells = (line: string) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim())
  return lines.flatMap((line, index) => {
    const head = lines[index + 1]?.startsWith('| -')
    return line.startsWith('|') && !line.startsWith('| -') && !head ? [cells(line)] : []
  })
}

/** Whether a file of the repository holds the words behind its name. */
async function holds(named: string): Promise<boolean> {
  const [, file = '', words = ''] = /^`([\w./-]+)` (.+)$/.exec(named) ?? []
  const source = await readFile(join(root, file), 'utf8').catch(() => '')
  // Titles of long lists stand in the source with their line ends.
  return words !== '' && source.replaceAll(/\s+/g, ' ').includes(words)
}

async function missing(named: readonly string[]): Promise<string[]> {
  const held = await Promise.all(named.map(holds))
  return named.filter((_, index) => !held[index])
}

describe.each([
  ['docs/security.md', 100],
  ['docs/github.md', 55],
])('%s', (page, least) => {
  it('names for each case a test that exists', async () => {
    const all = await rows(page)
    expect(await missing(all.map((cells) => cells.at(-1) ?? ''))).toEqual([])
    expect(all.length).toBeGreaterThanOrEqual(least)
  })

  it('names no case twice', async () => {
    const cases = (await rows(page)).map(([one]) => one)
    expect(cases.filter((one, at) => cases.indexOf(one) !== at)).toEqual([])
  })
})

describe('docs/github.md', () => {
  it('names where the stand-in answers so', async () => {
    const places = (await rows('docs/github.md')).flatMap(([, place = '']) =>
      place === 'Beyond' ? [] : [place],
    )
    expect(await missing(places)).toEqual([])
    expect(places.length).toBeGreaterThan(40)
  })

  it('has every rule that the stand-in can be given', async () => {
    const text = await readFile(join(root, 'docs/github.md'), 'utf8')
    const source = await readFile(join(root, 'demo/hub/model.ts'), 'utf8')
    const [, body = ''] = /interface RepositoryRules \{(.*?)\n\}/s.exec(source) ?? []
    const keys = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, key = '']) => key)
    expect(keys.length).toBeGreaterThan(4)
    const world = ['filterLag', 'enterpriseVersion', 'archived', 'locked']
    expect([...keys, ...world].filter((key) => !text.includes(key))).toEqual([])
  })
})
