/** Figures of the run in texts that a verdict changes in place: what they resolve to, and their replay. */
import { expect, it } from 'vitest'
import { amendmentRecord, replay } from '../../spec-tools/index.ts'
import { doc } from './amended.ts'
import { draftOf } from './drafted.ts'
import { sha256 } from './loop.ts'

const spec = doc(
  '# Engine',
  '',
  '**Version:** 1.4.0',
  '',
  '## 4. Memory',
  '',
  'It takes at most 8 GiB.',
  '',
  '| Model   | Peak  |',
  '| ------- | ----- |',
  '| qwen-7b | 8 GiB |',
)

const investigation = `title: Memory
section: false
hypotheses:
  H1:
    confirm: peak_memory > 9 GiB
    replaces: { paragraph: It takes at most, with: 'It takes {peak_memory}.' }
    flips: { cell: [qwen-7b, Peak], to: '{peak_memory}' }
`

function drafted() {
  const { files, text } = draftOf(spec, {
    investigation,
    logs: { probe: 'peak_memory: 9.25 GiB\n' },
  })
  const record = files.find(({ path }) => path.endsWith('/amendment.json'))!
  const folder = record.path.slice(0, -'amendment.json'.length)
  const evidence = new Map(
    files
      .filter(({ path }) => path.startsWith(folder))
      .map(({ path, content }) => [
        path.slice(folder.length),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
  )
  const parsed = amendmentRecord.parse(JSON.parse(String(record.content)))
  const differences = (current: string) =>
    replay({ files: evidence, base: spec, current, sha256 }).differences.map(
      ({ where, what }) => `${where}: ${what}`,
    )
  return { figures: parsed.figures, text, differences }
}

it('each resolves to its place in a log', () => {
  const figure = (where: string) => ({
    text: '9.25 GiB',
    where,
    from: ['probe:1#value'],
    how: 'printed',
  })
  expect(drafted().figures).toEqual([figure('line 11'), figure('line 7')])
})

it('a figure that was changed is a difference, and prose around it is not', () => {
  const { text, differences } = drafted()
  expect(differences(text)).toEqual([])
  expect(differences(text.replace('takes 9.25', 'takes 9.05'))).toEqual([
    'spec.md:7: 9.25 GiB has become 9.05 GiB',
  ])
  expect(differences(text.replace('| 9.25', '| 9.05'))).toEqual([
    'spec.md:11: 9.25 GiB has become 9.05 GiB',
  ])
  expect(differences(text.replace('It takes', 'As measured, it takes'))).toEqual([])
})
