import { describe, expect, it } from 'vitest'
import { learntForm, titleIn } from '../../spec-tools/amend/title-form.ts'

const three = (write: (section: number, minor: number) => string) =>
  [29, 28, 27].map((section) => write(section, section + 45))

describe('the form of the last titles', () => {
  it.each<[string, (section: number, minor: number) => string, string | null]>([
    [
      'a scope and a version',
      (n, v) => `docs(spec): §${n} A claim of ${n} falls (v2.${v}.0)`,
      'docs(spec): {section} {title} (v{to})',
    ],
    [
      'the id of the spec',
      (n, v) => `docs(ships): §${n} — Claim ${n} — v2.${v - 1}.0 → v2.${v}.0`,
      'docs({spec}): {section} — {title} — v{from} → v{to}',
    ],
    [
      'a verb before the section',
      (n, v) => `feat(spec): add §${n}, claim ${n} of the kernel (2.${v}.0)`,
      'feat(spec): add {section}, {title} ({to})',
    ],
    [
      'the section behind',
      (n, v) => `Spec: the kernel of layer ${n} differs (§${n}, v2.${v}.0) (#${n})`,
      'Spec: {title} ({section}, v{to})',
    ],
    [
      'a word for the section',
      (n) => `[spec] Section ${n}: what is found in layer ${n}`,
      '[spec] Section {number}: {title}',
    ],
    [
      'no section',
      (_, v) => `spec: amended with evidence of layer ${v}, v2.${v}.0`,
      'spec: {title}, v{to}',
    ],
    ['no version', (n) => `§${n}: what is found in layer ${n}`, '{section}: {title}'],
    [
      'a figure that is no version',
      (n) => `spec: §${n} reduces the error from 0.4 to 0.${n}`,
      'spec: {section} {title}',
    ],
    ['nothing that is told', () => 'Mend a typing error', null],
    ['places in braces', (n) => `spec: §${n} {title} {to}`, null],
    ['no title', (n, v) => `spec: §${n} (v2.${v}.0)`, null],
    ['a very long title', (n) => `spec: §${n} ${'long '.repeat(100)}`, null],
  ])('is learnt with %s', (_, write, expected) => {
    expect(learntForm(three(write), 'ships')).toBe(expected)
  })

  it('is that of most, and of none where there is no plain habit', () => {
    const one = three((n) => `spec: §${n} what is found`)
    const other = three((n) => `docs: add §${n} about what is found`)
    expect(learntForm([...one, ...other.slice(1), 'Mend a typing error'], 'x')).toBe(
      'spec: {section} {title}',
    )
    expect(learntForm([...one, ...other], 'x')).toBe(null)
    expect(learntForm(one.slice(1), 'x')).toBe(null)
    expect(learntForm([], 'x')).toBe(null)
  })

  it('takes no longer for what was made to be slow', () => {
    for (const hostile of [
      ' '.repeat(290),
      '—'.repeat(290),
      `§1${'.1'.repeat(140)}`,
      `v1${'.1'.repeat(140)}-`,
    ]) {
      expect(learntForm([`spec: §1 ${hostile.slice(0, 280)}`, hostile, hostile], 'x')).toBe(null)
    }
  })
})

describe('a title in a form', () => {
  const parts = {
    spec: 'ships',
    section: '§30',
    number: '30',
    title: 'What is found',
    version: { from: 'v2.74.0', to: '2.75.0' },
  }
  const form = 'docs({spec}): {section} {title} (v{from} → v{to})'

  it('has its parts in their places', () => {
    expect(titleIn(form, parts)).toBe('docs(ships): §30 What is found (v2.74.0 → v2.75.0)')
  })

  it('is none where a part is missing that the form has a place for', () => {
    expect(titleIn(form, { ...parts, version: null })).toBe(null)
    expect(titleIn(form, { ...parts, section: null })).toBe(null)
    expect(titleIn('{number}: {title}', { ...parts, number: null })).toBe(null)
    expect(titleIn('{title}', { ...parts, section: null, number: null, version: null })).toBe(
      'What is found',
    )
  })

  it('is as long as GitHub takes, with all of the form', () => {
    const title = titleIn(form, { ...parts, title: 'long '.repeat(100) })
    expect(title?.length).toBeLessThanOrEqual(250)
    expect(title).toMatch(/… \(v2\.74\.0 → v2\.75\.0\)$/)
  })

  it('takes a title for text, whatever stands in it', () => {
    const title = '{to} $& $1 @ada closes #1'
    expect(titleIn('spec: {title}', { ...parts, title })).toBe('spec: {to} $& $1 @ ada closes # 1')
  })
})
