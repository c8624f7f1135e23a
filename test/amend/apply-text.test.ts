import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { amended, changed, doc, refusal } from './amended.ts'

describe('the items of an intent', () => {
  const list = (...lines: string[]) => doc('# S', '', '## Aims', '', ...lines, '', 'After.')
  const item = (text: string, after?: string) => ({
    items: [{ list_under: 'Aims', item: text, ...(after !== undefined && { after }) }],
  })

  it('end the list with its own marker', () => {
    expect(changed(list('* one', '* two'), item('three'))).toEqual(['+ * three'])
    expect(changed(list('-   one', '-   two'), item('three'))).toEqual(['+ -   three'])
  })

  it('take the next number, or the same where the list repeats one', () => {
    expect(changed(list('1. one', '2. two'), item('three'))).toEqual(['+ 3. three'])
    expect(changed(list('1) one', '1) two'), item('three'))).toEqual(['+ 1) three'])
  })

  it('come after what is nested in the last one', () => {
    const before = list('- one', '- two', '  - inner', '', '    more')
    expect(amended(before, item('three'))).toBe(before.replace('    more\n', '    more\n- three\n'))
  })

  it('follow the item that `after` names, nested ones too', () => {
    expect(amended(list('- one', '- two'), item('new', 'one'))).toContain('- one\n- new\n- two')
    expect(amended(list('- one', '  - inner', '- two'), item('new', 'inner'))).toContain(
      '  - inner\n  - new\n- two',
    )
  })

  it('stand apart where the others do', () => {
    expect(amended(list('- one', '', '- two'), item('three'))).toContain(
      '- two\n\n- three\n\nAfter.',
    )
  })

  it('indent their further lines', () => {
    expect(changed(list('1. one'), item('two\nmore'))).toEqual(['+ 2. two', '+    more'])
  })

  it('find a list below a line of text', () => {
    const before = doc('# S', '', 'These:', '', '- one', '', 'Those:', '', '- two')
    expect(changed(before, { items: [{ list_under: 'Those:', item: 'three' }] })).toEqual([
      '+ - three',
    ])
  })

  it('are refused where the heading has two lists', () => {
    const before = list('- one', '', 'Text.', '', '* two')
    expect(refusal(before, item('three'), 'ambiguous-anchor')).toContain('lines 5, 9')
    expect(changed(before, item('three', 'two'))).toEqual(['+ * three'])
  })
})

describe('the replacements of an intent', () => {
  const replace = (old: string, text: string) => ({ replace: [{ old, new: text }] })
  const before = doc('# S', '', 'One two.', 'Two three.', '', '```', 'code', '```')

  it('change a text that occurs once', () => {
    expect(changed(before, replace('three', 'four'))).toEqual(['- Two three.', '+ Two four.'])
  })

  it('may run over lines, and into code', () => {
    expect(changed(before, replace('two.\nTwo', 'x\n\ny'))).toEqual([
      '- One two.',
      '- Two three.',
      '+ One x',
      '+ ',
      '+ y three.',
    ])
    expect(changed(before, replace('code', 'more'))).toEqual(['- code', '+ more'])
  })

  it('are not made twice where the new text holds the old one', () => {
    expect(changed(before, replace('three.', 'three. Four.'))).toEqual([
      '- Two three.',
      '+ Two three. Four.',
    ])
  })

  it('are refused for a text that occurs twice or never', () => {
    expect(refusal(doc('a b a'), replace('a', 'c'), 'ambiguous-anchor')).toContain(
      'again in line 1',
    )
    expect(refusal(before, replace('none', 'nine'), 'missing-anchor')).toContain('"none"')
  })

  it('may not touch what another part changes', () => {
    const versioned = doc('# S', '', '**Version:** 1.0', '', '## A')
    const intent = { version: '1.1', ...replace('**Version:** 1.0', '**Version:** 9') }
    expect(refusal(versioned, intent, 'overlap')).toContain('change the same text')
  })

  it('may rename the heading that another part is anchored to', () => {
    const spec = doc('# S', '', '## 1. Old', '', '| A |', '|---|', '| x |')
    const intent = {
      ...replace('## 1. Old', '## 2. New'),
      rows: [{ table_under: '1. Old', cells: ['y'] }],
    }
    expect(amended(spec, intent)).toBe(
      doc('# S', '', '## 2. New', '', '| A |', '|---|', '| x |', '| y |'),
    )
  })
})

describe('an intent', () => {
  it('that is empty changes nothing', () => {
    expect(applyIntent(doc('# S'), {}).edits).toEqual([])
  })

  it('says all its problems at once', () => {
    const intent = { versoin: '1', sections: [{ heading: '', level: 9, body: '' }] }
    expect(() => applyIntent('', intent as never)).toThrow(
      /schema:\n(?=[^]*sections\.0\.heading)(?=[^]*sections\.0\.level)(?=[^]*versoin)/,
    )
  })

  it('tells where each part was placed', () => {
    const before = doc('# S', '', '**Version:** 1.0', '', '## 1. A', '', 'Text.')
    const { placed } = applyIntent(before, {
      version: '1.1',
      sections: [{ heading: '2. B', level: 2, body: 'Text.' }],
    })
    expect(placed).toMatchObject([
      { part: 'version', what: '1.1', line: 3, where: 'field' },
      { part: 'section', what: '2. B', line: 7, where: 'after "1. A"' },
    ])
  })

  it('leaves a byte order mark, odd blanks and NUL alone', () => {
    const before =
      '\uFEFF# S \n\n**Version:**\u00A01.0\u0000\n\n## 1. A\t\n\nText \u2028 more.  \n \n'
    const { text } = applyIntent(before, {
      sections: [{ heading: '2. B', level: 2, body: 'New.' }],
    })
    expect(text).toBe(before.replace('more.  \n', 'more.  \n\n## 2. B\n\nNew.\n'))
  })

  it('keeps a missing final line ending missing', () => {
    const { text } = applyIntent('# S\n\n## 1. A\n\nText.', {
      sections: [{ heading: '2. B', level: 2, body: 'New.\n' }],
    })
    expect(text).toBe('# S\n\n## 1. A\n\nText.\n\n## 2. B\n\nNew.')
  })

  it('writes with the ending that most lines have', () => {
    const before = '# S\r\n\r\n## 1. A\n\r\nText.\r\n'
    const { text } = applyIntent(before, {
      sections: [{ heading: '2. B', level: 2, body: 'a\nb' }],
    })
    expect(text).toBe(`${before.slice(0, -2)}\r\n\r\n## 2. B\r\n\r\na\r\nb\r\n`)
  })

  it('is refused as a whole where a fence would swallow it', () => {
    const before = doc('# S', '', '## 1. A', '', '```', 'code')
    const intent = { sections: [{ heading: '2. B', level: 2, body: 'New.' }] }
    expect(refusal(before, intent, 'unclosed-fence')).toContain(
      '5: The code fence of this line never ends',
    )
    expect(refusal(doc('# S', '', '<!-- open', '', '## A'), intent, 'unclosed-fence')).toContain(
      '3: The HTML',
    )
  })

  it('is refused where the new section itself leaves a fence open', () => {
    const intent = { sections: [{ heading: '2. B', level: 2, body: 'New.\n\n```\ncode' }] }
    expect(refusal(doc('# S', '', '## 1. A'), intent, 'unclosed-fence')).toContain(
      '3: The code fence in line 3',
    )
  })
})
