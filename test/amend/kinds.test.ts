/** Forms of documents that people write: what is amended in each, and what is refused. */
import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { readSpec } from '../../spec-tools/document/index.ts'
import { changed, doc, refusal } from './amended.ts'

describe('the version of a document', () => {
  it.each([
    ['# 仕様', '**バージョン**: 1.2.0'],
    ['# 设计', '**版本**：1.2.0'],
    ['# 명세', '**버전**: 1.2.0'],
    ['# Norma', '**Versión:** 1.2.0'],
    ['# Протокол', '**Версия:** 1.2.0'],
    ['# Spec', '**Version:** 1.2.0-rc.9+build.7'],
  ])('is read in %s: %s', (title, line) => {
    const before = doc(title, '', line, '', '## 1. A', '', 'Text.')
    const token = /1\.2\.0[^ ]*/.exec(line)?.[0] ?? ''
    expect(changed(before, { version: '1.3.0' })).toEqual([
      `- ${line}`,
      `+ ${line.replace(token, '1.3.0')}`,
    ])
  })

  it.each([
    ['# Migration to CUDA v12', 'migrates to another thing'],
    ['# RFC 9110: HTTP v2', 'is a proposal about another thing'],
    ['# GGUF v3 loader', 'goes on after the token'],
  ])('is not the token of "%s", which %s', (title) => {
    expect(refusal(doc(title, '', 'Text.'), { version: '4' }, 'no-version')).toContain('title')
  })

  it('follows in a title that says the same as the field', () => {
    const before = doc('# CUDA v1.2.0', '', '**Version:** 1.2.0', '', 'Text.')
    expect(changed(before, { version: '1.3.0' })).toContain('+ # CUDA v1.3.0')
  })

  it('is found where the settings say, as the refusal advises', () => {
    const before = doc('<pre class="metadata">', 'Text Macro: VERSION 1.0.34', '</pre>', '', '# A')
    expect(refusal(before, { version: '1.0.35' }, 'no-version')).toContain('no version')
    expect(changed(before, { version: '1.0.35' }, { version: { line: 2 } })).toEqual([
      '- Text Macro: VERSION 1.0.34',
      '+ Text Macro: VERSION 1.0.35',
    ])
  })

  it('is ambiguous where two lines disagree, also when one has the new version', () => {
    const before = doc('# S', '', '**Version:** 1.2', '**Spec Version:** 1.3', '', 'Text.')
    expect(refusal(before, { version: '1.3' }, 'ambiguous-version')).toContain('1.2 in line 3')
  })
})

describe('the history of a document', () => {
  it.each([
    ['变更记录', '版本', '日期'],
    ['改訂履歴', 'バージョン', '日付'],
    ['변경 이력', '버전', '날짜'],
    ['Historique des versions', 'Version', 'Date'],
    ['Historial de cambios', 'Versión', 'Fecha'],
    ['История изменений', 'Версия', 'Дата'],
  ])('is read below "%s"', (heading, version, date) => {
    const before = doc(
      '# S',
      '',
      `## ${heading}`,
      '',
      `| ${version} | ${date} |`,
      '|---|---|',
      '| 1.0 | x |',
    )
    expect(changed(before, { history: [{ cells: ['1.1', 'y'] }] })).toEqual(['+ | 1.1 | y |'])
  })

  it('knows that rc.10 follows rc.9', () => {
    const rows = ['| 1.0.0-rc.10 | b |', '| 1.0.0-rc.9 | a |']
    const before = doc('# S', '', '## Changelog', '', '| Version | Notes |', '|---|---|', ...rows)
    expect(readSpec(before).history?.order).toBe('descending')
  })
})

describe('places', () => {
  const table = doc('# S', '', '## T', '', '| A | B |', '|---|---|', '| x | 1 |', '| y | 2 |')
  const row = { table_under: 'T', cells: ['z', '3'] }

  it('are first, last, before and after', () => {
    expect(readRows({ ...row, first: true })).toEqual(['z', 'x', 'y'])
    expect(readRows({ ...row, last: true })).toEqual(['x', 'y', 'z'])
    expect(readRows({ ...row, before: 'y' })).toEqual(['x', 'z', 'y'])
    expect(readRows({ ...row, after: 'x' })).toEqual(['x', 'z', 'y'])
  })

  function readRows(entry: typeof row & Record<string, unknown>): string[] {
    const added = changed(table, { rows: [entry] })
    expect(added).toEqual(['+ | z | 3 |'])
    return rowsAfter(entry)
  }

  function rowsAfter(entry: typeof row & Record<string, unknown>): string[] {
    const { text } = applyIntent(table, { rows: [entry] })
    return readSpec(text).tables[0]?.rows.map(({ cells }) => cells[0]?.text ?? '') ?? []
  }

  it('line up in tables with wide characters', () => {
    const before = doc('# S', '', '## T', '', '| 名称 | B   |', '|------|-----|', '| 項目 | x   |')
    expect(changed(before, { rows: [{ table_under: 'T', cells: ['犬', 'y'] }] })).toEqual([
      '+ | 犬   | y   |',
    ])
  })

  it('are refused where a row would have other cells than were meant', () => {
    const rows = (...cells: string[]) => ({ rows: [{ table_under: 'T', cells }] })
    expect(refusal(table, rows('a', 'b', 'c'), 'unfit-cells')).toContain('3 cells')
    expect(refusal(table, rows('a|b', 'c'), 'unfit-cells')).toContain('pipe')
  })

  it('ask where a new field is called almost like one that stands there', () => {
    const before = doc('# S', '', '**Authors:** Ann', '', 'Text.')
    const fields = { Author: 'Bob' }
    expect(refusal(before, { fields }, 'near-name')).toContain('"Authors"')
    expect(changed(before, { fields, field_after: { Author: 'Authors' } })).toEqual([
      '+ **Author:** Bob',
    ])
  })
})
