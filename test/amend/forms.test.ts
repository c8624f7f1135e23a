/**
 * Small documents in the forms that people write, each as the change that must come out: lines with
 * `-` are gone, lines with `+` are new, and every other line stays as it is.
 */
import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'
import { readFixture } from './loop.ts'

/** `==== title`, the intent in one line, `----`, the change. */
const cases = readFixture('forms.txt')
  .split(/^==== /m)
  .slice(1)
  .map((one): [title: string, intent: IntentInput, change: string] => {
    const [, title = '', intent = '', change = ''] = /^(.*)\n(.*)\n----\n([^]*)$/.exec(one) ?? []
    return [title, JSON.parse(intent) as IntentInput, change]
  })

/** The document before or after. */
function side(change: string, gone: '-' | '+'): string {
  const lines = change.trimEnd().split('\n')
  return `${lines
    .filter((line) => !line.startsWith(gone))
    .map((line) => line.slice(1))
    .join('\n')}\n`
}

describe('an amendment', () => {
  it.each(cases)('%s', (_, intent, change) => {
    expect(applyIntent(side(change, '+'), intent).text).toBe(side(change, '-'))
  })
})

const refused: [title: string, intent: IntentInput, before: string][] = [
  [
    'where a title may say the version of another thing',
    { version: '4' },
    '# Loader for GGUF v3\n\n**Version:** 3\n',
  ],
  [
    'where a new field is called almost like one that stands there',
    { fields: { 'Last Updated': '2026-02-02' } },
    '# Engine\n\n**Version:** 1.2.0\n**Updated:** 2026-01-02\n',
  ],
  [
    'where the name of a new field would end its emphasis',
    { fields: { 'Own**er': 'us' } },
    '# Engine\n\n**Version:** 1.2.0\n',
  ],
]

describe('an amendment is refused', () => {
  it.each(refused)('%s', (_, intent, before) => {
    expect(() => applyIntent(before, intent)).toThrow(/^line \d+: /)
  })

  it.each([
    [' ', 'is blank'],
    ['## Two', 'begins with # signs'],
  ])('with a heading that is none: %j', (heading, reason) => {
    const intent = { sections: [{ heading, level: 2, body: 'T.' }] }
    expect(() => applyIntent('# S\n\n## A\n\nT.\n', intent)).toThrow(reason)
  })

  it('unless the settings, or the title in the intent, say which it is', () => {
    const before = '# Loader for GGUF v3\n\n**Version:** 3\n'
    const style = { version: { field: 'Version' } }
    expect(applyIntent(before, { version: '4' }, style).text).toBe(
      '# Loader for GGUF v3\n\n**Version:** 4\n',
    )
    expect(applyIntent(before, { version: '4', title: 'Loader for GGUF v3, new' }).text).toBe(
      '# Loader for GGUF v3, new\n\n**Version:** 4\n',
    )
  })
})

describe('a history that the settings name', () => {
  const named = (...lines: string[]) => ['# S', '', '## 2. Evolution', '', ...lines, ''].join('\n')

  it.each([
    [['| Version | Date |', '|---|---|', '| 1.0 | x |'], { cells: ['1.1', 'y'] }, '| 1.1 | y |'],
    [['- first draft', '- second draft'], { item: 'third draft' }, '- third draft'],
    [['### 1.0', '', 'Text.'], { heading: '1.1', body: 'More.' }, '### 1.1\n\nMore.'],
  ])('is one in any form: %j', (lines, entry, line) => {
    for (const history of ['Evolution', '2. Evolution']) {
      const { text } = applyIntent(named(...lines), { history: [entry] }, { history })
      expect(text).toContain(line)
    }
    expect(() => applyIntent(named(...lines), { history: [entry] })).toThrow('no revision history')
  })
})
