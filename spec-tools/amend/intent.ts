/** An intent: what a person decided, without where it goes. The only door to an edit. */
import { z } from 'zod'

const anchor = z.string().min(1)
const cells = z.array(z.string())

const section = z.strictObject({
  heading: anchor.describe('raw heading text with its number, without the # signs'),
  level: z.int().min(1).max(6),
  body: z.string().describe('Markdown below the heading; sub-headings stay inside'),
  parent: z.string().nullable().default(null).describe('heading above; null: the document itself'),
  after: anchor.optional().describe('heading whose whole subtree the section follows'),
  before: anchor.optional().describe('heading, or full text of a line, that it precedes'),
  rule_before: z.boolean().optional().describe('a thematic break before it, or none'),
  rule_after: z.boolean().optional().describe('a thematic break after it, or none'),
})

const row = z.strictObject({
  table_under: anchor.describe('heading or caption above the table'),
  cells,
  after: z.string().optional().describe('first cell of the row that it follows'),
  columns: cells.optional().describe('header cells of the table that is meant'),
})

const cell = z.strictObject({
  row: z.string().describe('first cell of the row, raw'),
  under: anchor.describe('heading or caption above the table'),
  column: z.union([z.string(), z.int().min(0)]).describe('header cell, or its position from 0'),
  value: z.string(),
  columns: cells.optional(),
})

const historyEntry = z.union([
  z.strictObject({ cells, after: z.string().optional() }),
  z.strictObject({ heading: anchor, body: z.string(), after: z.string().optional() }),
  z.strictObject({ item: z.string().min(1), after: z.string().optional() }),
])

const item = z.strictObject({
  list_under: anchor.describe('heading or caption above the list'),
  item: z.string().min(1).describe('text without its marker'),
  after: z.string().optional().describe('text of the item that it follows'),
})

const replace = z.strictObject({
  old: z.string().min(1).describe('occurs exactly once'),
  new: z.string(),
})

export const intentSchema = z.strictObject({
  version: z.string().min(1).nullable().default(null).describe('new version token as written'),
  fields: z.record(z.string(), z.string()).default({}),
  field_after: z.record(z.string(), z.string()).default({}),
  history: z.array(historyEntry).default([]).describe('oldest first'),
  sections: z.array(section).default([]),
  rows: z.array(row).default([]),
  cells: z.array(cell).default([]),
  items: z.array(item).default([]),
  replace: z.array(replace).default([]),
  title: z.string().min(1).nullable().default(null),
  derived: z.array(z.unknown()).default([]),
  derived_version_mentions: z.array(z.unknown()).default([]),
})

/** An intent with every key present. */
export type Intent = z.output<typeof intentSchema>
/** An intent as people and programs write it: only what changes. */
export type IntentInput = z.input<typeof intentSchema>

/** Parses an intent, with one error that lists every problem and where it stands. */
export function parseIntent(value: unknown): Intent {
  const parsed = intentSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.length > 0 ? path.join('.') : '(whole)'}: ${message}`,
  )
  throw new IntentError(`The intent does not fit its schema:\n${problems.join('\n')}`)
}

/** The intent itself cannot be read, whatever the document. */
export class IntentError extends Error {
  override readonly name = 'IntentError'
  readonly code = 'bad-intent'
}
