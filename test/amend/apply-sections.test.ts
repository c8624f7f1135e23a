import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { amended, changed, doc, refusal } from './amended.ts'

/** Sections of level 2 with a line of text each. */
const spec = (...headings: string[]) =>
  doc(
    '# Spec',
    '',
    'Intro.',
    '',
    ...headings.flatMap((heading) => [`## ${heading}`, '', 'Text.', '']),
  ).replace(/\n$/, '')

const section = (heading: string, more = {}) => ({
  sections: [{ heading, level: 2, body: 'New.', ...more }],
})

/** Headings of the amended document, in order. */
function order(before: string, intent: Parameters<typeof amended>[1]): string[] {
  return amended(before, intent)
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) => line.replace(/^#+ /, ''))
    .slice(1)
}

describe('a numbered section', () => {
  it('comes after the last sibling with a smaller number', () => {
    expect(order(spec('1. A', '2. B', '4. D'), section('3. C'))).toEqual([
      '1. A',
      '2. B',
      '3. C',
      '4. D',
    ])
    expect(order(spec('1. A', '2. B', 'Notes'), section('3. C'))).toEqual([
      '1. A',
      '2. B',
      '3. C',
      'Notes',
    ])
    expect(order(spec('9. A', '10. B'), section('11. C'))).toEqual(['9. A', '10. B', '11. C'])
  })

  it('takes the numbers before and after the section sign as one count', () => {
    expect(order(spec('27. A', '§29. B', '28. C'), section('§30. D'))).toEqual([
      '27. A',
      '§29. B',
      '28. C',
      '§30. D',
    ])
  })

  it('comes after the subtree of that sibling', () => {
    const before = doc(
      '# S',
      '',
      '## 1. A',
      '',
      '### 1.1 B',
      '',
      'Text.',
      '',
      '## Appendix',
      '',
      'Text.',
    )
    expect(order(before, section('2. C'))).toEqual(['1. A', '1.1 B', '2. C', 'Appendix'])
  })

  it('goes on top where the sections stand newest first', () => {
    expect(order(spec('3. C', '2. B', '1. A', 'Notes'), section('4. D'))).toEqual([
      '4. D',
      '3. C',
      '2. B',
      '1. A',
      'Notes',
    ])
  })

  it('goes between two that stand newest first', () => {
    expect(order(spec('4. D', '2. B', '1. A'), section('3. C'))).toEqual([
      '4. D',
      '3. C',
      '2. B',
      '1. A',
    ])
    const before = doc(
      '# S',
      '',
      '## Log',
      '',
      '### v3',
      '',
      'x',
      '',
      '### v1',
      '',
      'x',
      '',
      '## 1. A',
      '',
      'x',
    )
    const intent = { sections: [{ heading: 'v2', level: 3, body: 'New.', parent: 'Log' }] }
    expect(order(before, intent)).toEqual(['Log', 'v3', 'v2', 'v1', '1. A'])
  })

  it('leads the newest where only the last ones stand newest first', () => {
    const before = spec('1. A', '2. B', '9. I', '8. H', '7. G', 'Notes')
    expect(order(before, section('10. J'))).toEqual([
      '1. A',
      '2. B',
      '10. J',
      '9. I',
      '8. H',
      '7. G',
      'Notes',
    ])
  })

  it('counts letters, Roman numbers, labels and depths', () => {
    expect(order(spec('A. One', 'B. Two', 'Notes'), section('C. Three'))).toEqual([
      'A. One',
      'B. Two',
      'C. Three',
      'Notes',
    ])
    expect(order(spec('I. One', 'II. Two', 'Notes'), section('III. Three'))[2]).toBe('III. Three')
    expect(
      order(spec('Phase 9: A', 'Notes', 'Phase 10: B', 'End'), section('Phase 11: C'))[3],
    ).toBe('Phase 11: C')
    expect(order(spec('RFC-2 A', 'Notes', 'RFC-10 B'), section('RFC-9 C'))).toEqual([
      'RFC-2 A',
      'RFC-9 C',
      'Notes',
      'RFC-10 B',
    ])
    const deep = spec('E.2 A', 'E.10 B')
    expect(order(deep, section('E.2.1 C'))).toEqual(['E.2 A', 'E.2.1 C', 'E.10 B'])
  })

  it('counts an appendix apart from the sections', () => {
    const before = spec('1. A', '2. B', 'Appendix A: X', 'Appendix B: Y', 'Index')
    expect(order(before, section('3. C'))[2]).toBe('3. C')
    expect(order(before, section('Appendix C: Z'))[4]).toBe('Appendix C: Z')
  })

  it('comes before the first larger one where none is smaller', () => {
    expect(order(spec('Intro', '2. B', '3. C'), section('1. A'))).toEqual([
      'Intro',
      '1. A',
      '2. B',
      '3. C',
    ])
  })

  it('is sorted among the children of its parent only', () => {
    const before = doc(
      '# S',
      '',
      '## 1. A',
      '',
      '### 1.1 X',
      '',
      'Text.',
      '',
      '## 2. B',
      '',
      '### 2.1 Y',
      '',
      'Text.',
    )
    const intent = { sections: [{ heading: '1.2 Z', level: 3, body: 'New.', parent: '1. A' }] }
    expect(order(before, intent)).toEqual(['1. A', '1.1 X', '1.2 Z', '2. B', '2.1 Y'])
  })

  it('keeps the order of the list in one place', () => {
    const intent = {
      sections: ['3. C', '4. D', '5. E'].map((heading) => ({ heading, level: 2, body: 'New.' })),
    }
    expect(order(spec('1. A', '2. B', 'Notes'), intent)).toEqual([
      '1. A',
      '2. B',
      '3. C',
      '4. D',
      '5. E',
      'Notes',
    ])
  })

  it('does not count a date, a percentage or `3D` as a number', () => {
    const before = spec('14 November 2017', '100% done', '3D view', '2026-01-30 Notes')
    expect(order(before, section('5. New'))[4]).toBe('5. New')
  })
})

describe('a section without a number', () => {
  it('comes at the end of the document', () => {
    expect(order(spec('A', 'B'), section('C'))).toEqual(['A', 'B', 'C'])
  })

  it('comes at the end of its parent', () => {
    const before = doc('# S', '', '## A', '', '### X', '', 'Text.', '', '## B', '', 'Text.')
    const intent = { sections: [{ heading: 'Y', level: 3, body: 'New.', parent: 'A' }] }
    expect(order(before, intent)).toEqual(['A', 'X', 'Y', 'B'])
  })

  it('comes directly after the entry before it, if that has the same parent and level', () => {
    const intent = { sections: [...section('2. B').sections, ...section('Notes on B').sections] }
    expect(order(spec('1. A', '3. C', 'Z'), intent)).toEqual([
      '1. A',
      '2. B',
      'Notes on B',
      '3. C',
      'Z',
    ])
  })

  it.each(['References', 'Appendix A: Terms', 'Revision History', 'Changelog', 'Glossary'])(
    'stands before a trailing %j',
    (back) => {
      expect(order(spec('A', 'B', back), section('C'))).toEqual(['A', 'B', 'C', back])
    },
  )

  it('that is back matter itself stands at the end', () => {
    expect(order(spec('A', 'References'), section('Appendix A: Terms'))).toEqual([
      'A',
      'References',
      'Appendix A: Terms',
    ])
  })

  it('stands before link definitions and an end marker', () => {
    const definitions = `${spec('A')}\n[x]: https://example.org\n[y]: https://example.org\n`
    expect(amended(definitions, section('B'))).toContain('New.\n\n[x]: ')
    const marked = `${spec('A')}\n---\n\n*End of Specification*\n`
    expect(amended(marked, section('B'))).toContain('New.\n\n---\n\n*End')
  })
})

describe('a section with an anchor', () => {
  it('follows the whole subtree of `after`', () => {
    const before = doc('# S', '', '## A', '', '### A1', '', 'Text.', '', '## B', '', 'Text.')
    expect(order(before, section('N', { after: 'A' }))).toEqual(['A', 'A1', 'N', 'B'])
  })

  it('may follow one that stands earlier in the list', () => {
    const intent = {
      sections: [
        ...section('N', { after: 'A' }).sections,
        ...section('O', { after: 'N' }).sections,
      ],
    }
    expect(order(spec('A', 'B'), intent)).toEqual(['A', 'N', 'O', 'B'])
  })

  it('precedes the heading of `before`, number or not', () => {
    expect(order(spec('A', 'B'), section('9. N', { before: 'B' }))).toEqual(['A', '9. N', 'B'])
    expect(order(spec('A', 'B'), section('N', { before: 'A' }))).toEqual(['N', 'A', 'B'])
  })

  it('precedes a line of text between paragraphs', () => {
    const before = doc('# S', '', '## A', '', 'One.', '', '*Two.*', '', '## B')
    expect(amended(before, section('N', { before: '*Two.*', level: 3, parent: 'A' }))).toBe(
      doc('# S', '', '## A', '', 'One.', '', '### N', '', 'New.', '', '*Two.*', '', '## B'),
    )
  })

  it('stays before the break that leads the line', () => {
    const before = doc('# S', '', '## A', '', 'One.', '', '---', '', '*Two.*')
    expect(
      amended(
        before,
        section('N', { before: '*Two.*', level: 3, parent: 'A', rule_before: false }),
      ),
    ).toContain('One.\n\n### N\n\nNew.\n\n---\n\n*Two.*')
  })

  it('is refused if the heading is missing, with the nearest one', () => {
    expect(
      refusal(spec('1. Costs of it'), section('N', { after: 'Costs of' }), 'missing-anchor'),
    ).toBe('1: The document has no heading "Costs of"; the nearest is "1. Costs of it" in line 5')
  })

  it('is refused if the heading stands twice', () => {
    expect(refusal(spec('A', 'A'), section('N', { after: 'A' }), 'ambiguous-anchor')).toContain(
      'lines 5, 9',
    )
  })

  it('tells equal headings apart by level and parent', () => {
    const before = doc(
      '# S',
      '',
      '## A',
      '',
      '### Notes',
      '',
      'Text.',
      '',
      '## B',
      '',
      '### Notes',
      '',
      'Text.',
    )
    const intent = {
      sections: [{ heading: 'N', level: 3, body: 'New.', parent: 'B', before: 'Notes' }],
    }
    expect(order(before, intent)).toEqual(['A', 'Notes', 'B', 'N', 'Notes'])
  })
})

describe('a thematic break', () => {
  const ruled = doc(
    '# S',
    '',
    'Intro.',
    '',
    '---',
    '',
    '## 1. A',
    '',
    'Text.',
    '',
    '---',
    '',
    '## 2. B',
    '',
    'Text.',
    '',
    '---',
    '',
    '## Notes',
    '',
    'Text.',
  )

  it('leads a section if one leads the sibling before it', () => {
    expect(changed(ruled, section('3. C'))).toEqual([
      '+ ## 3. C',
      '+ ',
      '+ New.',
      '+ ',
      '+ ---',
      '+ ',
    ])
    expect(amended(ruled, section('3. C'))).toContain(
      'Text.\n\n---\n\n## 3. C\n\nNew.\n\n---\n\n## Notes',
    )
  })

  it('is taken from the sibling after it where the one before is a first child', () => {
    const before = doc('# S', '', '## 1. A', '', 'Text.', '', '***', '', '## 3. C', '', 'Text.')
    expect(amended(before, section('2. B'))).toContain(
      'Text.\n\n***\n\n## 2. B\n\nNew.\n\n***\n\n## 3. C',
    )
  })

  it('is taken from most headings of the level where there is no sibling', () => {
    const before = doc(
      '# S',
      '',
      '## A',
      '',
      '### A1',
      '',
      'x',
      '',
      '---',
      '',
      '### A2',
      '',
      'x',
      '',
      '---',
      '',
      '### A3',
      '',
      'x',
      '',
      '## B',
      '',
      'x',
    )
    const intent = { sections: [{ heading: 'N', level: 3, body: 'New.', parent: 'B' }] }
    expect(amended(before, intent)).toContain('x\n\n---\n\n### N\n\nNew.\n')
  })

  it('is written or left out as the intent says', () => {
    expect(amended(ruled, section('3. C', { rule_before: false }))).toContain(
      'Text.\n\n## 3. C\n\nNew.\n\n---\n\n## Notes',
    )
    expect(amended(spec('1. A', '2. B'), section('3. C', { rule_before: true }))).toContain(
      'Text.\n\n---\n\n## 3. C',
    )
    expect(amended(spec('1. A', '3. C'), section('2. B', { rule_after: true }))).toContain(
      'New.\n\n---\n\n## 3. C',
    )
  })
})

describe('blank lines', () => {
  it('are none after the heading where the others have none', () => {
    const before = doc('# S', '', '## 1. A', 'Text.', '', '## 2. B', 'Text.')
    expect(amended(before, section('3. C'))).toBe(`${before}\n## 3. C\nNew.\n`)
  })

  it('are none before it where the others have none', () => {
    const before = doc('# S', '## 1. A', 'Text.', '## 2. B', 'Text.', '## 3. C', 'Text.')
    expect(changed(before, section('2.5 N'))).toEqual(['+ ## 2.5 N', '+ New.'])
  })

  it('that are surplus in the gap are collapsed to one', () => {
    const before = doc('# S', '', '## 1. A', '', 'Text.', '', '', '', '## 3. C', '', 'Text.')
    expect(amended(before, section('2. B'))).toBe(
      doc('# S', '', '## 1. A', '', 'Text.', '', '## 2. B', '', 'New.', '', '## 3. C', '', 'Text.'),
    )
  })

  it('at the end of the file stay', () => {
    const before = `${spec('1. A')}\n\n\n`
    expect(amended(before, section('2. B'))).toBe(`${spec('1. A')}\n## 2. B\n\nNew.\n\n\n\n`)
  })
})

describe('the heading of a new section', () => {
  it('is underlined where the others are', () => {
    const before = doc(
      'Spec',
      '====',
      '',
      'Summary',
      '-------',
      '',
      'Text.',
      '',
      'Introduction',
      '-------',
      '',
      'Text.',
    )
    expect(amended(before, section('Three'))).toBe(`${before}\nThree\n-------\n\nNew.\n`)
  })

  it('is underlined to its length where the others are', () => {
    const before = doc(
      'Spec',
      '====',
      '',
      'One',
      '---',
      '',
      'Text.',
      '',
      'Further',
      '-------',
      '',
      'Text.',
    )
    expect(amended(before, section('Third one'))).toBe(`${before}\nThird one\n---------\n\nNew.\n`)
  })

  it('is closed where the others are', () => {
    const before = doc('# Spec #', '', '## A ##', '', 'Text.', '', '## B ##', '', 'Text.')
    expect(amended(before, section('C'))).toBe(`${before}\n## C ##\n\nNew.\n`)
  })

  it('stays before the anchor of the next one', () => {
    const before = doc(
      '# S',
      '',
      '## 1. A',
      '',
      'Text.',
      '',
      '<a name="b"></a>',
      '',
      '## 3. B',
      '',
      'Text.',
    )
    expect(amended(before, section('2. N'))).toContain(
      'Text.\n\n## 2. N\n\nNew.\n\n<a name="b"></a>\n\n## 3. B',
    )
  })

  it('may be all that there is', () => {
    const { text } = applyIntent('', section('A', { body: '' }))
    expect(text).toBe('## A\n')
  })
})

describe('headings that are none', () => {
  it.each([
    ['a fence', ['```', '## 9. Not', '```']],
    ['a fence in a list', ['- item', '  ```', '  ## 9. Not', '  ```']],
    ['indented code', ['    ## 9. Not']],
    ['HTML', ['<!--', '## 9. Not', '-->']],
    ['a list', ['- ## 9. Not']],
    ['a block quote', ['> ## 9. Not']],
  ])('in %s are not counted', (_, lines) => {
    const before = doc('# S', '', '## 1. A', '', ...lines, '', '## 3. B', '', 'Text.')
    const after = amended(before, section('2. N'))
    expect(after).toBe(before.replace('\n\n## 3. B', '\n\n## 2. N\n\nNew.\n\n## 3. B'))
  })
})

describe('a table of contents', () => {
  const contents = (...lines: string[]) =>
    doc(
      '# S',
      '',
      '## Contents',
      '',
      ...lines,
      '',
      '## 1. A',
      '',
      '### 1.1 X',
      '',
      'Text.',
      '',
      '## 2. B',
      '',
      'Text.',
      '',
      '## 4. D',
      '',
      'Text.',
    )

  it('gets a line for a section whose siblings it lists', () => {
    const before = contents(
      '- [1. A](#1-a)',
      '  - [1.1 X](#11-x)',
      '- [2. B](#2-b)',
      '- [4. D](#4-d)',
    )
    expect(amended(before, section('3. C: `x` & *y*'))).toContain(
      '- [2. B](#2-b)\n- [3. C: x & y](#3-c-x--y)\n- [4. D]',
    )
    const child = { sections: [{ heading: '1.2 Y', level: 3, body: 'New.', parent: '1. A' }] }
    expect(amended(before, child)).toContain('  - [1.1 X](#11-x)\n  - [1.2 Y](#12-y)\n- [2. B]')
  })

  it('gets the line after what is nested below the sibling', () => {
    const before = contents(
      '- [1. A](#1-a)',
      '  - [1.1 X](#11-x)',
      '- [2. B](#2-b)',
      '- [4. D](#4-d)',
    )
    const intent = section('1.5. N')
    expect(amended(before, intent)).not.toContain('(#15-n)')
    const plain = contents('1. [A](#1-a)', '   - [X](#11-x)', '2. [B](#2-b)', '3. [D](#4-d)')
    expect(amended(plain, section('3. C'))).toContain('2. [B](#2-b)\n3. [C](#3-c)\n3. [D](#4-d)')
  })

  it('keeps escaped numbers, hard breaks and emphasis', () => {
    const before = contents('1\\. [A](#1-a)  ', '2\\. [B](#2-b)  ', '4\\. [D](#4-d)  ')
    expect(amended(before, section('3. C'))).toContain('2\\. [B](#2-b)  \n3\\. [C](#3-c)  \n4\\.')
    const bold = contents('* [__1. A__](#1-a)', '* [__2. B__](#2-b)', '* [__4. D__](#4-d)')
    expect(amended(bold, section('3. C'))).toContain('* [__3. C__](#3-c)')
  })

  it('that lists something else is left alone', () => {
    const before = contents('- [1.1 X](#11-x)', '- [Elsewhere](#else)')
    expect(amended(before, section('3. C'))).not.toContain('#3-c')
  })

  it('made of a table is left alone', () => {
    const before = contents('| No | Title |', '|---|---|', '| 1 | [A](#1-a) |', '| 2 | [B](#2-b) |')
    expect(amended(before, section('3. C'))).not.toContain('#3-c')
  })
})
