/**
 * What a verdict changes in the document where it stands: statuses of rows, cells of any table, ticks
 * of lists, paragraphs, rows and headings. Each has a short form, and `on`, the verdict that it follows.
 */
import { described, list, nonEmpty, text, written, z } from '../schema.ts'

const name = nonEmpty(256)
const words = nonEmpty(4096)
const on = (verdict: 'CONFIRMED' | 'REFUTED') =>
  described(
    z._default(z.enum(['CONFIRMED', 'REFUTED']), verdict),
    `The verdict that it follows; default: ${verdict}.`,
  )
const under = described(
  z.optional(name),
  'Heading above it, or its first words; needed where several places fit.',
)
const row = described(
  z.union([name, list(name, 8, 1)]),
  'Text of a cell of the row, or several of its texts.',
)

const flip = z
  .strictObject({
    row: described(z.optional(name), 'Id of a criterion, such as FALSIFY-SHIP-001.'),
    cell: described(z.optional(z.tuple([row, name])), 'Row and column of any table.'),
    under,
    to: described(
      z.optional(nonEmpty(512)),
      'What is written; `{latency(new)}` is a figure. Default for a criterion: done, or open if REFUTED.',
    ),
    on: on('CONFIRMED'),
  })
  .check(
    z.refine(
      ({ row: id, cell, to }) =>
        (id === undefined) !== (cell === undefined) && (cell === undefined || to !== undefined),
      'it needs either `row`, the id of a criterion, or `cell: [row, column]` and `to`',
    ),
  )

const criterion = described(name, 'Id of a criterion that is then done.')
const statusOf = described(
  z.record(described(z.string().check(z.regex(/\d/)), 'Id of a criterion.'), nonEmpty(512)),
  'Id of a criterion: its status, as in `{ FALSIFY-SHIP-001: DISCHARGED }`.',
)

const tick = z.strictObject({
  item: described(words, 'Text of the item, or its first words.'),
  under,
  to: z._default(z.enum(['done', 'open']), 'done'),
  on: on('CONFIRMED'),
})

const replacement = z
  .strictObject({
    paragraph: described(z.optional(words), 'First words of a paragraph or of a list item.'),
    row: z.optional(row),
    under,
    with: described(
      z.union([words, list(text(4096), 64, 1)]),
      'The new text; of a row, its cells. `{latency(new)}` is a figure.',
    ),
    on: on('CONFIRMED'),
  })
  .check(
    z.refine(
      ({ paragraph, row: of, with: texts }) =>
        (paragraph === undefined) !== (of === undefined) &&
        (paragraph === undefined) === Array.isArray(texts),
      'it needs either `paragraph` and a text `with`, or `row` and a list of cells `with`',
    ),
  )

const retraction = z
  .strictObject({
    heading: described(z.optional(name), 'Heading of a section, as it stands.'),
    paragraph: described(z.optional(words), 'First words of a paragraph.'),
    under,
    on: on('REFUTED'),
  })
  .check(
    z.refine(
      ({ heading, paragraph }) => (heading === undefined) !== (paragraph === undefined),
      'it needs either `heading` or `paragraph`',
    ),
  )

/** One element or a list of them, each in one of its forms. */
function several<T extends z.core.$ZodType>(
  element: T,
  spread: (value: unknown) => unknown,
  ...short: z.core.$ZodType[]
) {
  const all = (value: unknown) => (Array.isArray(value) ? value : [value]).flatMap(spread)
  const form = short.length === 0 ? element : z.union([...short, element])
  return z._default(written(z.union([form, list(form, 64)]), all, list(element, 64)), [])
}

const byKey = (key: string) => (value: unknown) =>
  typeof value === 'string' ? { [key]: value } : value

/** `ROW`, or `{ ROW: STATUS }` for rows whose ids are no keys of a flip. */
function flipForms(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return byKey('row')(value)
  const entries = Object.entries(value)
  const isShort = entries.every(([key, to]) => /\d/.test(key) && typeof to === 'string')
  return isShort && entries.length > 0 ? entries.map(([id, to]) => ({ row: id, to })) : value
}

/** Keys of a hypothesis that say what its verdict changes. */
export const changes = {
  flips: described(
    several(flip, flipForms, criterion, statusOf),
    'Status of a criterion, or a cell of any table.',
  ),
  ticks: described(
    several(tick, byKey('item'), described(words, 'Text of the item, or its first words.')),
    'Items of task lists that are ticked: `[x]`.',
  ),
  replaces: described(
    several(replacement, (value) => value),
    'A paragraph, an item or a row.',
  ),
  retracts: described(
    several(retraction, byKey('heading'), described(name, 'Heading of a section, as it stands.')),
    'A section without a number, or a paragraph: it keeps its text under a banner.',
  ),
}

/** A change as it is carried out; texts may hold figures in braces. */
export type Change =
  | { kind: 'cell'; row: readonly string[]; column: string; under: string | null; to: string }
  | { kind: 'tick'; item: string; under: string | null; to: 'done' | 'open' }
  | { kind: 'text'; paragraph: string; under: string | null; to: string }
  | { kind: 'row'; row: readonly string[]; under: string | null; to: readonly string[] }
  | { kind: 'retract'; paragraph: string; under: string | null }

export type Verdict = 'CONFIRMED' | 'REFUTED'

type Declared = { [Key in keyof typeof changes]: z.infer<(typeof changes)[Key]> }

/** What a verdict changes besides criteria and sections. */
export function changesOn(
  { flips, ticks, replaces, retracts }: Declared,
  verdict: string,
): Change[] {
  const meant = <T extends { on: Verdict }>(all: readonly T[]) =>
    all.filter(({ on: wanted }) => wanted === verdict)
  const place = (one: { under?: string | undefined }) => ({ under: one.under ?? null })
  return [
    ...meant(flips).flatMap((one): Change[] =>
      one.cell === undefined
        ? []
        : [
            {
              kind: 'cell',
              row: [one.cell[0]].flat(),
              column: one.cell[1],
              to: one.to ?? '',
              ...place(one),
            },
          ],
    ),
    ...meant(ticks).map((one): Change => ({
      kind: 'tick',
      item: one.item,
      to: one.to,
      ...place(one),
    })),
    ...meant(replaces).map((one): Change => {
      const texts = [one.with].flat()
      return one.paragraph === undefined
        ? { kind: 'row', row: [one.row ?? []].flat(), to: texts, ...place(one) }
        : { kind: 'text', paragraph: one.paragraph, to: texts.join(' '), ...place(one) }
    }),
    ...meant(retracts).flatMap((one): Change[] =>
      one.paragraph === undefined
        ? []
        : [{ kind: 'retract', paragraph: one.paragraph, ...place(one) }],
    ),
  ]
}

/** Criteria that a verdict flips; without a status they are done, or open again. */
export function flipsOn({ flips }: Pick<Declared, 'flips'>, verdict: string) {
  return flips.flatMap(({ row: id, to, on: wanted }) =>
    id === undefined || wanted !== verdict ? [] : [{ row: id, to: to ?? null }],
  )
}

/** Headings of sections that a verdict retracts. */
export function headingsRetractedOn({ retracts }: Pick<Declared, 'retracts'>, verdict: string) {
  return retracts.flatMap(({ heading, on: wanted }) =>
    heading === undefined || wanted !== verdict ? [] : [heading],
  )
}

const figureInText = /\{((?:[^{}]|\{[^{}]*\})+)\}/g

/** The expressions in braces of a text, each once. */
export function figuresInText(texts: string): string[] {
  return [...new Set([...texts.matchAll(figureInText)].map(([, inner = '']) => inner.trim()))]
}

/** The text with its figures. */
export function filled(texts: string, figure: (expression: string) => string): string {
  return texts.replace(figureInText, (_, inner: string) => figure(inner.trim()))
}
