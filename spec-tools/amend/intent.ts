/** An intent: what a person decided, without where it goes. Every edit of a document comes from one. */
import { CodicilError } from '../error.ts'
import type { Markdown } from '../markdown.ts'
import { described, whole, z } from '../schema.ts'

const anchor = z.string().check(z.minLength(1))
const cells = z.array(z.string())
const oneLine = z
  .string()
  .check(z.minLength(1), z.regex(/^[^\r\n]*$/, 'holds a line break; write it in one line'))

const heading = z
  .string()
  .check(
    z.regex(/\S/, 'is blank'),
    z.regex(/^[^\r\n]*$/, 'holds a line break; write it in one line'),
    z.regex(/^(?!\s*#{1,6}\s)/, 'begins with # signs; leave them out, the level gives them'),
  )

/** Where a row or an item goes, in the words of the intent; nothing where the document decides. */
const where = {
  after: described(
    z.optional(z.string()),
    'first cell of the row, or text of the item, that it follows',
  ),
  before: described(z.optional(z.string()), 'the row or item that it precedes'),
  first: described(z.optional(z.boolean()), 'true: before all others'),
  last: described(z.optional(z.boolean()), 'true: after all others'),
}

export interface Where {
  after?: string | undefined
  before?: string | undefined
  first?: boolean | undefined
  last?: boolean | undefined
}

const section = z.strictObject({
  heading: described(heading, 'raw heading text with its number, without the # signs'),
  level: whole(1, 6),
  body: described(z.string(), 'Markdown below the heading; sub-headings stay inside'),
  parent: described(
    z._default(z.nullable(z.string()), null),
    'heading above; null: the document itself',
  ),
  after: described(z.optional(anchor), 'heading whose whole subtree the section follows'),
  before: described(z.optional(anchor), 'heading, or full text of a line, that it precedes'),
  first: described(z.optional(z.boolean()), 'true: before all others of its level and parent'),
  last: described(z.optional(z.boolean()), 'true: after all others of its level and parent'),
  rule_before: described(z.optional(z.boolean()), 'a thematic break before it, or none'),
  rule_after: described(z.optional(z.boolean()), 'a thematic break after it, or none'),
})

const row = z.strictObject({
  table_under: described(anchor, 'heading or caption above the table'),
  cells,
  ...where,
  columns: described(z.optional(cells), 'header cells of the table that is meant'),
})

const cell = z.strictObject({
  row: described(z.string(), 'first cell of the row, raw'),
  under: described(anchor, 'heading or caption above the table'),
  column: described(z.union([z.string(), whole(0)]), 'header cell, or its position from 0'),
  value: z.string(),
  columns: z.optional(cells),
  line: described(z.optional(whole(1)), 'line of the row, where several have this first cell'),
})

const historyEntry = z.union([
  z.strictObject({ cells, ...where }),
  z.strictObject({ heading, body: z.string(), after: z.optional(z.string()) }),
  z.strictObject({ item: anchor, ...where }),
])

const item = z.strictObject({
  list_under: described(anchor, 'heading or caption above the list'),
  item: described(anchor, 'text without its marker'),
  ...where,
})

const replace = z.strictObject({
  old: described(anchor, 'occurs exactly once'),
  new: z.string(),
})

const rowText = z.strictObject({
  under: described(anchor, 'heading or caption above the table'),
  columns: described(cells, 'header cells of the table'),
  old: described(cells, 'all cells of the row as it stands'),
  new: described(cells, 'its cells afterwards, as many'),
})

const wholeText = z.strictObject({
  under: described(z.nullable(anchor), 'heading above; null: anywhere'),
  old: described(anchor, 'a whole paragraph, or the first line of a list item without its marker'),
  new: described(anchor, 'what stands there afterwards; a quote above it may be new'),
})

const line = z.strictObject({
  line: whole(1),
  text: described(z.string(), 'the whole line as it stands'),
  set: described(
    z.array(z.strictObject({ column: whole(1), old: anchor, new: z.string() })),
    'parts of the line, each with the column (from 1) at which it stands',
  ),
})

export const intentSchema = z.strictObject({
  version: described(z._default(z.nullable(anchor), null), 'new version token as written'),
  fields: z._default(z.record(oneLine, z.string()), {}),
  field_after: z._default(z.record(z.string(), z.string()), {}),
  history: described(z._default(z.array(historyEntry), []), 'oldest first'),
  sections: z._default(z.array(section), []),
  rows: z._default(z.array(row), []),
  cells: z._default(z.array(cell), []),
  items: z._default(z.array(item), []),
  row_texts: z._default(z.array(rowText), []),
  texts: z._default(z.array(wholeText), []),
  lines: described(z._default(z.array(line), []), 'numbers and marks within lines'),
  replace: z._default(z.array(replace), []),
  title: z._default(z.nullable(oneLine), null),
  derived: z._default(z.array(z.unknown()), []),
  derived_version_mentions: z._default(z.array(z.unknown()), []),
})

/** An intent with every key present. */
export type Intent = z.output<typeof intentSchema>
/** An intent as people and programs write it: only what changes. */
export type IntentInput = z.input<typeof intentSchema>

/**
 * An intent as a draft makes it. What goes into the document is Markdown by its type; anchors, which
 * only say where, are text as the document has it.
 */
export interface DraftedIntent {
  version: Markdown | null
  fields: Record<string, Markdown>
  field_after: Record<string, string>
  history: readonly (
    { cells: readonly Markdown[] } | { heading: Markdown; body: Markdown } | { item: Markdown }
  )[]
  sections: readonly { heading: Markdown; level: number; body: Markdown; parent: string | null }[]
  cells: readonly {
    row: string
    under: string
    column: number
    columns: string[]
    value: Markdown
    line?: number
  }[]
  lines: readonly {
    line: number
    text: string
    set: readonly { column: number; old: string; new: Markdown }[]
  }[]
  row_texts: readonly { under: string; columns: string[]; old: string[]; new: Markdown[] }[]
  texts: readonly { under: string | null; old: string; new: Markdown }[]
  replace: readonly { old: string; new: Markdown }[]
}

/** The intent of a draft; see `DraftedIntent` for what keeps text from outside out of it. */
export function draftedIntent(intent: DraftedIntent): Intent {
  return parseIntent(intent)
}

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
export class IntentError extends CodicilError<'bad-intent'> {
  override readonly name = 'IntentError'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'bad-intent', what, ...options })
  }
}
