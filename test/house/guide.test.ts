/** What the guide tells people to set up is what the tests run with. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultEvents, defaultPermissions } from '../../demo/hub/index.ts'

const root = join(import.meta.dirname, '../..')
const guide = await readFile(join(root, 'docs/guide.md'), 'utf8')

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

  it('has every variable of the app in the table of operations', async () => {
    const [config, operations] = await Promise.all(
      ['app/config.ts', 'docs/operations.md'].map((file) => readFile(join(root, file), 'utf8')),
    )
    const read = [...(config ?? '').matchAll(/env\['([A-Z_]+)'\]/g)].map(([, name = '']) => name)
    expect(new Set(read).size).toBeGreaterThan(10)
    const [, table = ''] = /## Environment\n(.*?)\n## /s.exec(operations ?? '') ?? []
    expect([...new Set(read)].filter((name) => !table.includes(`\`${name}\``))).toEqual([])
  })

  it('has the profile of AppArmor that a refusal prints', async () => {
    const source = await readFile(join(root, 'kernels-runner/isolation/bubblewrap.ts'), 'utf8')
    const [, printed = ''] = /const profile = \[(.*?)\n {2}\]/s.exec(source) ?? []
    const lines = [...printed.matchAll(/^ *['`](.*)['`],$/gm)].map(([, line = '']) =>
      line.replace('${file}', '/usr/bin/bwrap').trim(),
    )
    expect(lines.length).toBeGreaterThan(5)
    expect(guide.replaceAll(/^ +/gm, '')).toContain(lines.join('\n'))
  })

  it('names the places with zeros of the example, and no others', async () => {
    const example = await readFile(join(root, '.github/codicil-caller.example.yml'), 'utf8')
    const bound = [...example.matchAll(/uses: (.*)@0{40}$/gm)].map(([, what]) => what)
    expect(bound).toEqual([
      'codicil/codicil',
      'codicil/codicil/.github/workflows/seal-evidence.yml',
      'codicil/codicil/.github/workflows/attest-evidence.yml',
    ])
    for (const [, file = ''] of guide.matchAll(/`(\.github\/[\w./-]*example\.yml)`/g)) {
      await expect(readFile(join(root, file))).resolves.toBeDefined()
    }
  })
})
