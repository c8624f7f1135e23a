import { describe, expect, it } from 'vitest'
import { amended, changed, doc, refusal } from './amended.ts'

const table = (...rows: string[]) =>
  doc('# Spec', '', '## Costs', '', '| # | Item | State |', '|---|---|---|', ...rows, '', 'After.')

describe('the rows of an intent', () => {
  const rows = (...cells: string[]) => ({ rows: [{ table_under: 'Costs', cells }] })

  it('go to the bottom of a table whose first column counts nothing', () => {
    const before = table('| pear | a | b |', '| apple | a | b |')
    expect(changed(before, rows('fig', 'c', 'd'))).toEqual(['+ | fig | c | d |'])
    expect(amended(before, rows('fig', 'c', 'd'))).toContain('| apple | a | b |\n| fig | c | d |\n')
  })

  it('are sorted in where the first column is sorted', () => {
    const before = table('| 1 | a | b |', '| 2.9 | a | b |', '| **10** | a | b |')
    expect(amended(before, rows('2.10', 'c', 'd'))).toContain(
      '| 2.9 | a | b |\n| 2.10 | c | d |\n| **10**',
    )
    expect(amended(before, rows('0', 'c', 'd'))).toContain('|---|---|---|\n| 0 | c | d |\n| 1 |')
  })

  it('count single letters as after all numbers', () => {
    const before = table('| 1 | a | b |', '| 2 | a | b |', '| A | a | b |', '| B | a | b |')
    expect(amended(before, rows('3', 'c', 'd'))).toContain('| 2 | a | b |\n| 3 | c | d |\n| A |')
    expect(amended(before, rows('C', 'c', 'd'))).toContain('| B | a | b |\n| C | c | d |\n')
  })

  it('go on top where the numbers descend', () => {
    const before = table('| 3 | a | b |', '| 2 | a | b |', '| 1 | a | b |')
    expect(amended(before, rows('4', 'c', 'd'))).toContain('|---|---|---|\n| 4 | c | d |\n| 3 |')
  })

  it('go to the bottom of numbers that are not sorted', () => {
    const before = table('| 3 | a | b |', '| 1 | a | b |', '| 2 | a | b |')
    expect(amended(before, rows('0', 'c', 'd'))).toContain('| 2 | a | b |\n| 0 | c | d |\n')
  })

  it('keep their order in one place', () => {
    const before = table('| x | a | b |')
    const intent = { rows: [...rows('y', '1', '2').rows, ...rows('z', '1', '2').rows] }
    expect(changed(before, intent)).toEqual(['+ | y | 1 | 2 |', '+ | z | 1 | 2 |'])
  })

  it('follow the row that `after` names', () => {
    const before = table('| x | a | b |', '| y | a | b |')
    const intent = { rows: [{ table_under: 'Costs', cells: ['w', 'c', 'd'], after: 'x' }] }
    expect(amended(before, intent)).toContain('| x | a | b |\n| w | c | d |\n| y |')
  })

  it('go on after a blank line that broke the table', () => {
    const before = table('| 1 | a | b |', '', '| 2 | a | b |', '| 3 | a | b |')
    expect(amended(before, rows('4', 'c', 'd'))).toContain('| 3 | a | b |\n| 4 | c | d |\n\nAfter.')
  })

  it('are written with the blanks and pipes of the table', () => {
    const tight = doc('## Costs', '', 'a|b', '-|-', 'c|d')
    expect(changed(tight, rows('e', 'f'))).toEqual(['+ e|f'])
    const closed = doc('## Costs', '', '|a|b|', '|-|-|', '|c|d|')
    expect(changed(closed, rows('e', 'f'))).toEqual(['+ |e|f|'])
    const inList = doc('## Costs', '', '- item', '', '  | a | b |', '  |---|---|', '  | c | d |')
    expect(changed(inList, rows('e', 'f'))).toEqual(['+   | e | f |'])
    const quoted = doc('## Costs', '', '> | a | b |', '> |---|---|', '> | c | d |')
    expect(changed(quoted, rows('e', 'f'))).toEqual(['+ > | e | f |'])
  })

  it('line up where the columns do', () => {
    const before = doc(
      '## Costs',
      '',
      '| Item  | Sum |',
      '|-------|----:|',
      '| apple |   1 |',
      '| fig   |  12 |',
    )
    expect(changed(before, rows('pear', '3'))).toEqual(['+ | pear  |   3 |'])
  })

  it('keep escaped pipes', () => {
    const before = table('| x | `a\\|b` | c |')
    expect(changed(before, rows('y', '`c\\|d`', 'e'))).toEqual(['+ | y | `c\\|d` | e |'])
  })

  it('go into the table with these columns', () => {
    const before = doc(
      '## Costs',
      '',
      '| A | B |',
      '|---|---|',
      '| 1 | 2 |',
      '',
      '| A | C |',
      '|---|---|',
      '| 1 | 2 |',
    )
    const intent = { rows: [{ table_under: 'Costs', cells: ['2', '3'], columns: ['A', 'C'] }] }
    expect(amended(before, intent)).toBe(`${before}| 2 | 3 |\n`)
    expect(refusal(before, rows('2', '3'), 'ambiguous-anchor')).toContain('lines 3, 7')
  })

  it('find a table below a caption', () => {
    const before = doc('# S', '', '## Costs', '', '**Sums:**', '', '| A |', '|---|', '| 1 |')
    const intent = { rows: [{ table_under: '**Sums:**', cells: ['2'] }] }
    expect(changed(before, intent)).toEqual(['+ | 2 |'])
  })

  it('are refused where the heading has no table', () => {
    const before = doc('# S', '', '## Costs', '', 'Text.', '', '## Other')
    expect(refusal(before, rows('1'), 'missing-anchor')).toContain('table under "Costs"')
    expect(
      refusal(before, { rows: [{ table_under: 'Othr', cells: ['1'] }] }, 'missing-anchor'),
    ).toContain('heading or caption "Othr"')
  })

  it('are refused with a line break in a cell', () => {
    expect(refusal(table('| x | a | b |'), rows('y', 'a\nb', 'c'), 'unfit-cells')).toContain('5: ')
  })
})

describe('the cells of an intent', () => {
  const cell = (row: string, column: string | number, value: string) => ({
    cells: [{ row, under: 'Costs', column, value }],
  })

  it('are replaced by the row and the column, and nothing around them', () => {
    const before = table('| 1 | pear |  open |', '| 2 | fig | open |')
    expect(changed(before, cell('1', 'State', 'done'))).toEqual([
      '- | 1 | pear |  open |',
      '+ | 1 | pear |  done |',
    ])
  })

  it('may be named by the position of their column', () => {
    const before = table('| 1 | pear | open |')
    expect(changed(before, cell('1', 2, 'done'))[1]).toBe('+ | 1 | pear | done |')
  })

  it('fill an empty cell and one that the row lacks', () => {
    expect(changed(table('| 1 | pear |  |'), cell('1', 'State', 'done'))[1]).toBe(
      '+ | 1 | pear | done |',
    )
    expect(changed(table('| 1 | pear |'), cell('1', 'State', 'done'))[1]).toBe(
      '+ | 1 | pear | done |',
    )
  })

  it('keep columns in line that were so before', () => {
    const before = doc(
      '## Costs',
      '',
      '| Item  | State |',
      '|-------|-------|',
      '| apple | open  |',
      '| fig   | open  |',
    )
    expect(changed(before, cell('fig', 'State', 'ok'))[1]).toBe('+ | fig   | ok    |')
  })

  it('may change the first cell of a row', () => {
    const before = table('| 1 | pear | open |')
    expect(changed(before, cell('1', '#', '1a'))[1]).toBe('+ | 1a | pear | open |')
  })

  it('are found in rows with escaped pipes and pipes in code', () => {
    const before = table('| `a\\|b` | x | open |')
    expect(changed(before, cell('`a\\|b`', 'State', 'done'))[1]).toBe('+ | `a\\|b` | x | done |')
  })

  it('are refused where two rows begin alike', () => {
    const before = table('| 1 | a | open |', '| 1 | b | open |')
    expect(refusal(before, cell('1', 'State', 'done'), 'ambiguous-anchor')).toContain('lines 7, 8')
  })

  it('are told apart by the columns of their table', () => {
    const before = doc(
      '## Costs',
      '',
      '| A | B |',
      '|---|---|',
      '| 1 | 2 |',
      '',
      '| A | B | C |',
      '|---|---|---|',
      '| 1 | 2 | 3 |',
    )
    const intent = {
      cells: [{ row: '1', under: 'Costs', column: 'B', value: '9', columns: ['A', 'B', 'C'] }],
    }
    expect(changed(before, intent)[1]).toBe('+ | 1 | 9 | 3 |')
  })

  it('are refused where there is no such row', () => {
    expect(refusal(table('| 1 | a | open |'), cell('2', 'State', 'x'), 'missing-anchor')).toContain(
      'row "2"',
    )
  })
})

describe('the history of an intent', () => {
  const history = (rows: string[], under = '## Revision History') =>
    doc(
      '# Spec',
      '',
      '**Version:** 1.1',
      '',
      '## 1. A',
      '',
      'Text.',
      '',
      under,
      '',
      '| Version | Date | Changes |',
      '|---|---|---|',
      ...rows,
    )
  const entries = {
    history: [{ cells: ['1.2', 'May', 'two'] }, { cells: ['1.3', 'June', 'three'] }],
  }

  it('goes on top, newest first, where the table descends', () => {
    const before = history(['| 1.1 | April | one |', '| 1.0 | March | none |'])
    expect(amended(before, entries)).toBe(
      before.replace('| 1.1 |', '| 1.3 | June | three |\n| 1.2 | May | two |\n| 1.1 |'),
    )
  })

  it('goes to the bottom, oldest first, where the table ascends', () => {
    const before = history(['| 1.0 | March | none |', '| 1.1 | April | one |'])
    expect(amended(before, entries)).toBe(`${before}| 1.2 | May | two |\n| 1.3 | June | three |\n`)
  })

  it('goes to the bottom of a table with one row', () => {
    const before = history(['| 1.1 | April | one |'])
    expect(amended(before, entries)).toBe(`${before}| 1.2 | May | two |\n| 1.3 | June | three |\n`)
  })

  it('compares 1.9 and 1.10 as numbers', () => {
    const before = history(['| 1.10 | April | one |', '| 1.9 | March | none |'])
    expect(amended(before, entries)).toContain('|---|---|---|\n| 1.3 |')
  })

  it('follows the row that `after` names', () => {
    const before = history(['| 1.1 | April | one |', '| 1.0 | March | none |'])
    const intent = { history: [{ cells: ['1.0.1', 'x', 'y'], after: '1.0' }] }
    expect(amended(before, intent)).toBe(`${before}| 1.0.1 | x | y |\n`)
  })

  it('is found by its columns where the heading says nothing', () => {
    const before = history(['| 1.0 | March | none |', '| 1.1 | April | one |'], '**Log:**')
    expect(changed(before, entries)).toHaveLength(2)
  })

  it('does not take a list of components for one', () => {
    const before = doc(
      '# S',
      '',
      '## Parts',
      '',
      '| Component | Version |',
      '|---|---|',
      '| a | 1.0 |',
    )
    expect(refusal(before, entries, 'missing-anchor')).toContain('no revision history')
  })

  const headings = (...versions: string[]) =>
    doc(
      '# Spec',
      '',
      '## Changelog',
      '',
      ...versions.flatMap((version) => [`### v${version} (May)`, '- Done.', '']),
      '## 1. A',
      '',
      'Text.',
    )
  const heading = { history: [{ heading: 'v1.2.0 (June)', body: '- More.' }] }

  it('is a heading on top where headings stand newest first', () => {
    const before = headings('1.1.0', '1.0.0')
    expect(amended(before, heading)).toBe(
      before.replace('### v1.1.0', '### v1.2.0 (June)\n- More.\n\n### v1.1.0'),
    )
  })

  it('is a heading at the end where they stand oldest first', () => {
    const before = headings('1.0.0', '1.1.0')
    expect(amended(before, heading)).toBe(
      before.replace('\n\n## 1. A', '\n\n### v1.2.0 (June)\n- More.\n\n## 1. A'),
    )
  })

  const items = (...lines: string[]) => doc('# Spec', '', '## History', '', ...lines, '', '## 1. A')
  const item = { history: [{ item: '**1.2** (June): more' }] }

  it('is an item on top of a list that stands newest first', () => {
    const before = items('- **1.1** (May): b', '- **1.0** (April): a')
    expect(changed(before, item)).toEqual(['+ - **1.2** (June): more'])
    expect(amended(before, item)).toContain('## History\n\n- **1.2**')
  })

  it('is an item at the end of a list that stands oldest first', () => {
    const before = items('* 1.0: a', '* 1.1: b')
    const intent = { history: [{ item: '1.2: c' }] }
    expect(amended(before, intent)).toContain('* 1.1: b\n* 1.2: c\n\n## 1. A')
  })

  it('is refused in another form than the document has', () => {
    expect(refusal(items('- 1.0: a', '- 1.1: b'), entries, 'missing-anchor')).toContain(
      'it is list',
    )
  })
})
