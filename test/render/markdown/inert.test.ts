import * as fc from 'fast-check'
import type { Nodes, RootContent } from 'mdast'
import { toString } from 'mdast-util-to-string'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { describe, expect, it } from 'vitest'
import {
  code,
  codeBlock,
  details,
  heading,
  list,
  oneLine,
  paragraph,
  strong,
  table,
  tasks,
  toMarkdown,
  visible,
} from '../../../spec-tools/render/markdown/index.ts'

const read = (markdown: string) => unified().use(remarkParse).use(remarkGfm).parse(markdown)

/** Pieces that do something somewhere in Markdown or on GitHub, between ordinary characters. */
const pieces = [
  '@team',
  '@org/team',
  'a@b.example',
  '#1',
  'GH-1',
  'owner/repo#1',
  'owner/repo@0123456789abcdef',
  'deadbeefcafe',
  'closes #1',
  'https://evil.example/x.png',
  'www.evil.example',
  'mailto:a@b.example',
  '![x](https://evil.example/b.gif)',
  '[x](y)',
  '[x]: y',
  '[^1]',
  '<img src=x onerror=y>',
  '<details>',
  '</details>',
  '</summary>',
  '<!-- codicil:request=1 -->',
  '-->',
  '<https://evil.example>',
  '&lt;',
  '&#64;team',
  '|',
  '\\|',
  '\\',
  '`',
  '```',
  '~~~~',
  '~~x~~',
  '**x**',
  '__x__',
  '*',
  '_',
  '# x',
  '> x',
  '- x',
  '- [ ] x',
  '1. x',
  '1)',
  '+ x',
  '---',
  '===',
  ':-:',
  ':smile:',
  '$x$',
  '$$',
  '!',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\ud800',
  '\u00a0',
  '\u2028',
  '✅',
  '≠',
  ' ',
  '  ',
]

const hostile = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: 'binary' })),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''))

/** Where text can stand, and how to find it again in the tree that a reader makes. */
const positions: Record<string, { build: (text: string) => RootContent[]; shape: string[] }> = {
  paragraph: { build: (text) => [paragraph(text)], shape: ['paragraph'] },
  'between words': { build: (text) => [paragraph('a ', text, ' z')], shape: ['paragraph'] },
  heading: { build: (text) => [heading(3, text)], shape: ['heading'] },
  strong: { build: (text) => [paragraph(strong('x', text))], shape: ['paragraph', 'strong'] },
  'list item': {
    build: (text) => [list([text, 'z'])],
    shape: ['list', 'listItem', 'paragraph', 'listItem', 'paragraph'],
  },
  'task list item': {
    build: (text) => [tasks([{ done: true, text: ['x ', text] }])],
    shape: ['list', 'listItem', 'paragraph'],
  },
  'table cell': {
    build: (text) => [table([null, 'right'], ['head', text], [[text, '1']])],
    shape: ['table', 'tableRow', 'tableCell', 'tableCell', 'tableRow', 'tableCell', 'tableCell'],
  },
}

describe('text from outside', () => {
  it.each(Object.entries(positions))('only shows itself in a %s', (_, { build, shape }) => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(oneLine(text).trim() !== '')
        const built = build(text)
        const tree = read(toMarkdown(built))
        expect(tree.children.map((node) => toString(node))).toEqual(
          built.map((node) => toString(node)),
        )
        expect(containers(tree)).toEqual(shape)
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps every visible word', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(toString(paragraph(text))).toBe(oneLine(text).trim())
      }),
      { numRuns: 2000 },
    )
  })

  it('comes back whole from a code span in a table, whatever backticks and pipes it holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(oneLine(text).trim() !== '')
        const tree = read(toMarkdown([table([null], ['h'], [[code(text)]])]))
        expect(containers(tree)).toEqual([
          'table',
          'tableRow',
          'tableCell',
          'tableRow',
          'tableCell',
        ])
        const cell = tree.children[0]?.type === 'table' ? tree.children[0].children[1] : undefined
        expect(toString(cell)).toBe(code(text).value)
      }),
      { numRuns: 2000 },
    )
  })

  it('stays inside its fence, however long the fences are that it holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = read(toMarkdown([codeBlock(text), paragraph('after')]))
        expect(tree.children.map(({ type }) => type)).toEqual(['code', 'paragraph'])
        expect(tree.children[0]).toHaveProperty('value', visible(text).replace(/\n+$/, ''))
      }),
      { numRuns: 2000 },
    )
  })

  it('cannot close the folded block that it stands in', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = toMarkdown(details(text, [paragraph(text, '.'), codeBlock(text, 'text')]))
        const html: string[] = []
        visit(read(markdown), 'html', ({ value }) => void html.push(value))
        expect(html).toHaveLength(2)
        expect(html[0]).toMatch(/^<details>\n<summary>(?:[^<>]|<code>[^<>]*<\/code>)*<\/summary>$/)
        expect(html[1]).toBe('</details>')
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    '@team',
    'ask @org/team.',
    'closes #12',
    'owner/repo#1',
    'GH-12',
    'fixed in 0123abc',
    'see https://evil.example',
    'www.evil.example',
    'me@evil.example',
    ':tada:',
    'costs $x$',
  ])('has no word outside of code on which GitHub would act: %s', (text) => {
    const prose: string[] = []
    visit(paragraph(text) as Nodes, 'text', ({ value }) => void prose.push(value))
    expect(prose.join('')).not.toMatch(/@\w|#\d|GH-\d|\b[0-9a-f]{7}\b|:\/\/|www\.|:tada:|\$/)
  })

  it('keeps plain words, section signs and figures out of code', () => {
    expect(toMarkdown([paragraph('§28.4 says 18.23×, 132608 ≠ 18944 (n).')])).toBe(
      '§28.4 says 18.23×, 132608 ≠ 18944 (n).\n',
    )
  })
})

/** Types of all nodes in document order, without text, code spans and the root. */
function containers(tree: Nodes): string[] {
  const types: string[] = []
  visit(tree, (node) => {
    if (!['root', 'text', 'inlineCode'].includes(node.type)) types.push(node.type)
  })
  return types
}
