/** Random specs: a title, fields, numbered sections with anything in them, tables, an end. */
import fc from 'fast-check'
import { lineEnding, markdown } from '../document/documents.ts'

export interface RandomSpec {
  text: string
  /** Heading of the section that holds a table with the row `r1`. */
  tableUnder: string
  nextHeading: string
}

const paragraph = fc.constantFrom(
  'Some text.',
  'A line\nand another.',
  '- item\n- item',
  '> quote',
  '`code` *it*',
)
const filler = fc.oneof(
  { weight: 3, arbitrary: paragraph },
  { weight: 2, arbitrary: markdown.map((text) => text.replaceAll(/\r\n|\r/g, '\n')) },
)

const numbering = fc.constantFrom('plain', 'dotted', 'sign', 'none')
const order = fc.constantFrom('ascending', 'descending')
const ending = fc.constantFrom(
  '',
  '\n---\n\n*End of Specification*\n',
  '\n[a]: https://example.org\n',
  '\n## Appendix A: Terms\n\nText.\n',
)

export const specs: fc.Arbitrary<RandomSpec> = fc
  .record({
    bom: fc.boolean(),
    eol: lineEnding,
    final: fc.boolean(),
    version: fc.constantFrom(
      '**Version:** 1.2.0',
      '**Version**: 2.1 (draft)',
      '> Version: 1.0.0',
      'Version 3.0',
    ),
    fillers: fc.array(filler, { minLength: 2, maxLength: 4 }),
    table: fc.boolean(),
    rule: fc.boolean(),
    numbering,
    order,
    ending,
  })
  .map((parts) => {
    const count = parts.fillers.length
    const numbers = parts.fillers.map((_, at) =>
      parts.order === 'ascending' ? at + 1 : count - at,
    )
    const head = (number: number, name: string) => {
      const marks = { plain: `${number} `, dotted: `${number}. `, sign: `§${number}. `, none: '' }
      return `${marks[parts.numbering as keyof typeof marks]}${name}`
    }
    const sections = parts.fillers.map((text, at) => {
      const heading = head(numbers[at] ?? 0, `Part ${'abcdef'[at]}`)
      const rows = at === 0 ? '| Row | State |\n|-----|-------|\n| r1  | open  |\n\n' : ''
      return `${parts.rule ? '---\n\n' : ''}## ${heading}\n\n${rows}${text}\n`
    })
    const text = `# Random spec\n\n${parts.version}\n\n${sections.join('\n')}${parts.ending}`
    return {
      text:
        (parts.bom ? '\uFEFF' : '') +
        (parts.final ? text : text.trimEnd()).replaceAll('\n', parts.eol),
      tableUnder: head(numbers[0] ?? 0, 'Part a'),
      nextHeading: head(count + 1, 'New'),
    }
  })
