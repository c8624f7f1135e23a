/**
 * Random documents in many styles, each with an intent and the document that must come out: both are
 * written from the same parts, so that the expected bytes owe nothing to the engine.
 */
import fc from 'fast-check'
import { slug } from 'github-slugger'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'

export interface ExactCase {
  before: string
  intent: IntentInput
  after: string
}

interface Parts {
  bom: boolean
  eol: string
  fields: keyof typeof fieldStyles
  version: readonly [old: string, next: string]
  status: string
  history: 'none' | 'ascending' | 'descending' | 'list'
  entries: string[]
  numbering: keyof typeof numberings
  contents: boolean
  blanks: 1 | 2
  rule: boolean
  ids: keyof typeof idStyles
  rows: { id: number; state: string }[]
  sections: { number: number; body: string }[]
  ending: string
}

const fieldStyles = {
  bold: (name: string, value: string) => `**${name}:** ${value}`,
  outside: (name: string, value: string) => `**${name}**: ${value}`,
  list: (name: string, value: string) => `- **${name}:** ${value}`,
  quote: (name: string, value: string) => `> **${name}:** ${value}`,
  plain: (name: string, value: string) => `${name}: ${value}`,
  wide: (name: string, value: string) => `**${name}**：${value}`,
  row: (name: string, value: string) => `| ${name} | ${value} |`,
}

const han = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九']
const numberings = {
  dotted: (n: number) => `${n}. `,
  plain: (n: number) => `${n} `,
  sign: (n: number) => `§${n}. `,
  label: (n: number) => `Phase ${n}: `,
  han: (n: number) => `${han[n]}、`,
  chapter: (n: number) => `第${n}章 `,
}

const idStyles = {
  number: (n: number) => String(n),
  id: (n: number) => `AC-${String(n).padStart(3, '0')}`,
  link: (n: number) => `[${n}](https://x.example/${n})`,
  bold: (n: number) => `**${n}.5B**`,
  version: (n: number) => `\`spec-v1.0.0-rc.${n}\``,
}

const versions = [
  ['1.2.0', '1.3.0'],
  ['v2.1', 'v2.2'],
  ['0.9.0-rc.9', '0.9.0-rc.10'],
  ['1.2.0+gpu.1', '1.3.0+gpu.2'],
  ['3.09.0', '3.10.0'],
] as const

const bodies = [
  'Some text.',
  'A line\nand another, v1 of it.',
  '- item\n- item',
  '> quote',
  '```\n## no heading\n```',
  '| a | b |\n|---|---|\n| 1 | 2 |',
]

const endings = [
  '',
  '\n---\n\n*End of Specification*\n',
  '\n[^1]: Note.\n',
  '\n[a]: https://x.example\n',
]

function heading({ numbering }: Parts, number: number): string {
  return `${numberings[numbering](number)}Part ${'zabcdefghi'[number]}`
}

function write(parts: Parts): string {
  const {
    fields,
    version,
    status,
    history,
    entries,
    contents,
    blanks,
    rule,
    ids,
    rows,
    sections,
    ending,
  } = parts
  const field = fieldStyles[fields]
  const gap = '\n'.repeat(blanks + 1)
  const header = [field('Version', version[0]), field('Status', status)]
  if (fields === 'row') header.unshift('| Name | Value |', '|---|---|')
  const list = sections.map(({ number }) => {
    const text = heading(parts, number)
    return `- [${text}](#${slug(text)})`
  })
  const past = {
    none: [],
    list: ['## Changelog', entries.map((entry) => `- **${entry}** (2026-01-01): x`).join('\n')],
    ascending: [
      '## Revision History',
      [
        '| Version | Date |',
        '|---|---|',
        ...entries.map((entry) => `| ${entry} | 2026-01-01 |`),
      ].join('\n'),
    ],
    descending: [
      '## Revision History',
      [
        '| Version | Date |',
        '|---|---|',
        ...entries.map((entry) => `| ${entry} | 2026-01-01 |`),
      ].join('\n'),
    ],
  }[history]
  const table = [
    '| Id | State |',
    '|---|---|',
    ...rows.map(({ id, state }) => `| ${idStyles[ids](id)} | ${state} |`),
  ].join('\n')
  const blocks = sections.map(({ number, body }, at) => {
    const lead = rule && blanks === 1 ? '---\n\n' : ''
    return `${lead}## ${heading(parts, number)}\n\n${at === 0 ? `${table}\n\n` : ''}${body}`
  })
  const text = [
    `# Engine`,
    (contents ? [header.join('\n'), list.join('\n')] : [header.join('\n')]).join('\n\n'),
    ...blocks,
    ...(past.length > 0 ? [past.join('\n\n')] : []),
  ].join(gap)
  return (parts.bom ? '\uFEFF' : '') + `${text}\n${ending}`.replaceAll('\n', parts.eol)
}

const parts: fc.Arbitrary<Parts> = fc
  .record({
    bom: fc.boolean(),
    eol: fc.constantFrom('\n', '\r\n', '\r'),
    fields: fc.constantFrom(...(Object.keys(fieldStyles) as (keyof typeof fieldStyles)[])),
    version: fc.constantFrom(...versions),
    status: fc.constantFrom('Draft', 'In review', '草案'),
    history: fc.constantFrom(
      'none' as const,
      'ascending' as const,
      'descending' as const,
      'list' as const,
    ),
    numbering: fc.constantFrom(...(Object.keys(numberings) as (keyof typeof numberings)[])),
    contents: fc.boolean(),
    blanks: fc.constantFrom(1 as const, 2 as const),
    rule: fc.boolean(),
    ids: fc.constantFrom(...(Object.keys(idStyles) as (keyof typeof idStyles)[])),
    ending: fc.constantFrom(...endings),
    numbers: fc.subarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 3 }),
    rowNumbers: fc.subarray([1, 2, 3, 8, 9, 10, 11, 12], { minLength: 3 }),
    bodies: fc.array(fc.constantFrom(...bodies), { minLength: 8, maxLength: 8 }),
  })
  .map(({ numbers, rowNumbers, bodies: texts, ...rest }) => ({
    ...rest,
    entries: rest.history === 'ascending' ? ['0.8.0', '0.9.0'] : ['0.9.0', '0.8.0'],
    rows: rowNumbers.map((id) => ({ id, state: 'open' })),
    sections: numbers.map((number, at) => ({ number, body: texts[at] ?? '' })),
  }))

/** An intent of some of the parts that an intent may have, and the parts that it makes. */
export const exactCases: fc.Arbitrary<ExactCase> = fc
  .record({
    parts,
    chosen: fc.subarray(['version', 'status', 'history', 'row', 'cell', 'section'] as const, {
      minLength: 1,
    }),
    pick: fc.nat(1_000),
    body: fc.constantFrom('New text.', 'New.\n\n- a\n- b', '```sh\n# no heading\n```', '> said'),
  })
  .map(({ parts: base, chosen, pick, body }) => {
    const after = structuredClone(base)
    const intent: IntentInput = {}
    const under = heading(base, base.sections[0]?.number ?? 0)
    if (chosen.includes('version')) {
      intent.version = base.version[1]
      after.version = [base.version[1], base.version[1]]
    }
    if (chosen.includes('status')) {
      intent.fields = { Status: 'Final' }
      after.status = 'Final'
    }
    if (chosen.includes('history') && base.history !== 'none') {
      const entry =
        base.history === 'list'
          ? { item: '**1.0.0** (2026-01-01): x' }
          : { cells: ['1.0.0', '2026-01-01'] }
      intent.history = [entry]
      after.entries =
        base.history === 'ascending' ? [...base.entries, '1.0.0'] : ['1.0.0', ...base.entries]
    }
    if (chosen.includes('cell')) {
      const row = after.rows[pick % after.rows.length]
      if (row) {
        intent.cells = [{ row: idStyles[base.ids](row.id), under, column: 'State', value: 'shut' }]
        row.state = 'shut'
      }
    }
    if (chosen.includes('row')) {
      const id = 4 + (pick % 4)
      const columns = ['Id', 'State']
      intent.rows = [{ table_under: under, cells: [idStyles[base.ids](id), 'new'], columns }]
      after.rows = [...after.rows, { id, state: 'new' }].toSorted((one, other) => one.id - other.id)
    }
    const free = [2, 3, 4, 5, 6, 7, 8, 9].filter(
      (number) =>
        number > (base.sections[0]?.number ?? 0) &&
        base.sections.every((one) => one.number !== number),
    )
    const number = free[pick % Math.max(1, free.length)]
    if (chosen.includes('section') && number !== undefined) {
      intent.sections = [{ heading: heading(base, number), level: 2, body }]
      after.sections = [...after.sections, { number, body }].toSorted(
        (one, other) => one.number - other.number,
      )
    }
    return { before: write(base), intent, after: write(after) }
  })
