import { describe, expect, it } from 'vitest'
import { amended, changed, doc, refusal } from './amended.ts'

const header = doc(
  '# Spec',
  '',
  '**Version:** 1.2.0 (draft of May)',
  '**Status:** Open',
  '**Date:** 2026-01-01',
  '',
  '## 1. First',
  '',
  'Text.',
)

describe('the version of an intent', () => {
  it('replaces the token and keeps the label after it', () => {
    expect(changed(header, { version: '1.3.0' })).toEqual([
      '- **Version:** 1.2.0 (draft of May)',
      '+ **Version:** 1.3.0 (draft of May)',
    ])
  })

  it.each([
    ['**Version**: 2.1', '**Version**: 2.2', '2.2'],
    ['> **Version:** 0.9.0-spec', '> **Version:** 0.10.0-spec', '0.10.0-spec'],
    ['- **Version**: v3.09.0  ', '- **Version**: v3.10.0  ', '3.10.0'],
    ['Version: 1.0', 'Version: 1.1', '1.1'],
    ['Version 1.0.0', 'Version 1.1.0', '1.1.0'],
    ['*Version:* 1.0', '*Version:* 1.1', '1.1'],
    ['**Version: 1.0**', '**Version: 1.1**', '1.1'],
    ['__Version__: `1.0`', '__Version__: `1.1`', '1.1'],
    ['**Date:** May | **Version:** 1.0', '**Date:** May | **Version:** 1.1', '1.1'],
    ['**Document Version:** **1.0**', '**Document Version:** **1.1**', '1.1'],
  ])('stands in %j and becomes %j', (line, after, version) => {
    const before = doc('# Spec', '', line, '', '## 1. First')
    expect(changed(before, { version })).toEqual([`- ${line}`, `+ ${after}`])
  })

  it.each([
    [doc('---', 'title: T', "version: '1.0.0'", '---', '', '# T'), "+ version: '1.1.0'"],
    [doc('---', 'version: 1.0.0', '...', '', '# T'), '+ version: 1.1.0'],
    [doc('# Spec - Version 1.0.0', '', 'Text.'), '+ # Spec - Version 1.1.0'],
    [doc('Spec 1.0.0', '==========', '', 'Text.'), '+ Spec 1.1.0'],
    [doc('# Spec', '', '### Version 1.0.0', '', '## A'), '+ ### Version 1.1.0'],
    [
      doc('# Spec', '', '| Version | 1.0.0 |', '|---|---|', '| Date | May |', '', '## A'),
      '+ | Version | 1.1.0 |',
    ],
    [
      doc('# Spec', '', '| Field | Value |', '|---|---|', '| **Version** | 1.0.0 |', '', '## A'),
      '+ | **Version** | 1.1.0 |',
    ],
  ])('is found outside a line of the header too (%#)', (before, line) => {
    expect(changed(before, { version: '1.1.0' })[1]).toBe(line)
  })

  it('changes front matter and footer that still hold the old one, and leaves stale ones', () => {
    const before = doc(
      '---',
      'version: 1.2.0',
      '---',
      '# Spec',
      '',
      '**Version:** 1.2.0',
      '',
      '## 1. First',
      '',
      'Text of version 1.2.0.',
      '',
      '## 2. Second',
      '',
      'Text.',
      '',
      '---',
      '',
      '**Document Version:** 1.2.0',
      '**Version:** 1.1.0',
    )
    expect(amended(before, { version: '1.3.0' })).toBe(
      before
        .replace('version: 1.2.0', 'version: 1.3.0')
        .replace('**Version:** 1.2.0', '**Version:** 1.3.0')
        .replace('**Document Version:** 1.2.0', '**Document Version:** 1.3.0'),
    )
  })

  it('is refused where two lines of the header disagree', () => {
    const before = doc('# Spec', '', '**Version:** 1.0', '**Spec Version:** 2.0', '', '## A')
    expect(refusal(before, { version: '3.0' }, 'ambiguous-version')).toBe(
      '4: Two lines state the version: 1.0 in line 3 and 2.0 in line 4',
    )
  })

  it('is taken from the line that the settings name', () => {
    const before = doc('# Spec', '', '**Version:** 1.0', '**Spec Version:** 2.0', '', '## A')
    const after = changed(before, { version: '3.0' }, { version: { field: 'Spec Version' } })
    expect(after).toEqual(['- **Spec Version:** 2.0', '+ **Spec Version:** 3.0'])
  })

  it('is refused where the document has none', () => {
    expect(refusal(doc('# Spec', '', 'Text.'), { version: '1.1' }, 'no-version')).toContain('1: ')
  })
})

describe('the fields of an intent', () => {
  it('are replaced in place, hard breaks included', () => {
    const before = doc('# Spec', '', '**Status:** Open  ', '**Date:** May\\', '', '## A')
    expect(changed(before, { fields: { Status: 'Closed', Date: 'June' } })).toEqual([
      '- **Status:** Open  ',
      '- **Date:** May\\',
      '+ **Status:** Closed  ',
      '+ **Date:** June\\',
    ])
  })

  it('give the whole version value when the label changes too', () => {
    const intent = { version: '1.3.0', fields: { Version: '1.3.0 (final)' } }
    expect(changed(header, intent)[1]).toBe('+ **Version:** 1.3.0 (final)')
  })

  it('are added at the end of the field block', () => {
    expect(changed(header, { fields: { Owner: 'Ann', Team: 'B' } })).toEqual([
      '+ **Owner:** Ann',
      '+ **Team:** B',
    ])
  })

  it('follow the field that field_after names, new ones too', () => {
    const intent = {
      fields: { Updated: 'June', By: 'Ann' },
      field_after: { Updated: 'Status', By: 'Updated' },
    }
    expect(amended(header, intent)).toBe(
      header.replace('**Status:** Open\n', '**Status:** Open\n**Updated:** June\n**By:** Ann\n'),
    )
  })

  it.each([
    ['> **Status:** Open', '> **Owner:** Ann'],
    ['- **Status**: Open', '- **Owner**: Ann'],
    ['* *Status*: Open', '* *Owner*: Ann'],
    ['Status: Open', 'Owner: Ann'],
    ['__Status:__ Open  ', '__Owner:__ Ann  '],
    ['**Status: Open**', '**Owner: Ann**'],
  ])('are written like %j', (line, added) => {
    const before = doc('# Spec', '', line, '', '## A', '', 'Text.')
    expect(changed(before, { fields: { Owner: 'Ann' } })).toEqual([`+ ${added}`])
  })

  it('are rows where the header is a table', () => {
    const before = doc(
      '# S',
      '',
      '| Field | Value |',
      '|---|---|',
      '| **Version** | 1.0 |',
      '',
      '## A',
    )
    expect(changed(before, { fields: { Owner: 'Ann' } })).toEqual(['+ | **Owner** | Ann |'])
  })

  it('are paragraphs where the others are', () => {
    const before = doc('# Spec', '', '**Version:** 1.0', '', '**Status:** Open', '', '## A')
    expect(changed(before, { fields: { Owner: 'Ann' } })).toEqual(['+ **Owner:** Ann', '+ '])
  })

  it('go below the title of a document that has none', () => {
    const before = doc('# Spec', '', 'Text.', '', '## A', '', 'Text.')
    expect(changed(before, { fields: { Owner: 'Ann' } })).toEqual(['+ **Owner:** Ann', '+ '])
  })

  it('replace a value that runs over several lines as a whole', () => {
    const before = doc(
      '# Spec',
      '',
      '> **Aim:** to see',
      'and to know',
      '> **Date:** May',
      '',
      '## A',
    )
    expect(changed(before, { fields: { Aim: 'to do' } })).toEqual([
      '- > **Aim:** to see',
      '- and to know',
      '+ > **Aim:** to do',
    ])
  })

  it('are refused after a field that is missing', () => {
    const intent = { fields: { Owner: 'Ann' }, field_after: { Owner: 'Nobody' } }
    expect(refusal(header, intent, 'missing-anchor')).toContain('field "Nobody"')
  })
})

describe('the title of an intent', () => {
  it('replaces the text of the first heading', () => {
    expect(changed(header, { title: 'The Spec' })).toEqual(['- # Spec', '+ # The Spec'])
  })

  it('replaces a setext title and keeps its underline', () => {
    const before = doc('Spec', '====', '', 'Text.')
    expect(changed(before, { title: 'The Spec' })).toEqual(['- Spec', '+ The Spec'])
  })

  it('takes a version in the title with it', () => {
    const before = doc('# Spec v1.0.0', '', 'Text.')
    const intent = { version: '1.1.0', title: 'Spec v1.1.0 final' }
    expect(changed(before, intent)).toEqual(['- # Spec v1.0.0', '+ # Spec v1.1.0 final'])
  })
})

describe('a field below the header', () => {
  it('is no field: the name is new', () => {
    const before = doc(
      '# S',
      '',
      '**Version:** 1.0',
      '',
      '## A',
      '',
      '**Status:** text of the section',
    )
    expect(changed(before, { fields: { Status: 'Open' } })).toEqual(['+ **Status:** Open'])
  })
})
