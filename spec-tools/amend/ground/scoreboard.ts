/** The counts that a section reports: criteria rows, category rows, and where they disagree. */
import { described, whole, z } from '../../schema.ts'
import type { Criterion, Flipped, Scoreboard } from '../../document/scoreboard.ts'

const count = z.strictObject({
  label: z.string(),
  done: z.int(),
  open: z.int(),
  other: described(z._default(z.int(), 0), 'Rows whose status is a third one.'),
  lines: described(z.array(z.int()), 'Lines of the spec that were counted.'),
})

const doneAndOpen = z.strictObject({ done: z.int(), open: z.int() })

export const scoreboardSchema = z.strictObject({
  header: z.strictObject({
    label: z.string(),
    done: z.string(),
    open: z.string(),
    percent: z.string(),
  }),
  percent: z.strictObject({ decimals: whole(0, 6), sign: z.string() }),
  sum: z.string(),
  counted: described(z.array(count), 'Criteria rows by category, after the flips.'),
  published: described(z.array(count), 'Category rows as they will stand.'),
  flipped: z.array(
    z.strictObject({
      id: z.string(),
      names: z._default(z.array(z.string()), []),
      from: z.string(),
      to: z.string(),
      line: z.int(),
    }),
  ),
  moved: described(
    z.optional(z.strictObject({ before: doneAndOpen, after: doneAndOpen })),
    'Totals before and after the flips: as published in the sum, else as counted.',
  ),
  unresolved: z.array(z.strictObject({ row: z.string(), reason: z.string() })),
  unclear: z.array(z.strictObject({ id: z.string(), line: z.int(), reason: z.string() })),
  left: described(
    z._default(
      z.array(z.strictObject({ text: z.string(), line: z.int(), reason: z.string() })),
      [],
    ),
    'Counts that may speak of the flipped rows and were left as they are.',
  ),
  resting: described(
    z._default(
      z.array(
        z.strictObject({
          label: z.string(),
          done: z.int(),
          open: z.int(),
          percent: z.string(),
          line: z.int(),
        }),
      ),
      [],
    ),
    'Percentages that moved with totals that do not add up, and the numbers that they rest on.',
  ),
  /** Totals of the base that do not follow from what they count; as found, before any flip. */
  drift: z.array(
    z.strictObject({
      what: z.string(),
      published: z.number(),
      counted: z.number(),
      lines: z.array(z.int()),
      text: z.string(),
    }),
  ),
})

export type GroundScoreboard = z.infer<typeof scoreboardSchema>

/** The scoreboard as it will stand, and what was wrong with it on the base; null without any. */
export function groundScoreboard(
  before: Scoreboard,
  { after, flipped, unresolved, left }: Flipped,
  disputed: Flipped['unresolved'],
): GroundScoreboard | null {
  const current = after.totals.filter(({ snapshot }) => !snapshot)
  const unmet = [...unresolved, ...disputed]
  // Rows that nobody adds up are no scoreboard, as long as no verdict is about them.
  if (flipped.length + current.length + unmet.length === 0) return null
  const header = current[0]?.table.header.map(({ text }) => text) ?? []
  const columnOf = (part: 'done' | 'open' | 'percent') =>
    current.map((total) => total[part]?.column).find((column) => column != null)
  const title = (column: number | null | undefined, fallback: string) =>
    (column == null ? undefined : header[column]) ?? fallback
  const percent = current.find((total) => total.percent !== null)?.percent
  return {
    header: {
      label: header[0] ?? 'Category',
      done: title(columnOf('done'), before.statuses.done),
      open: title(columnOf('open'), before.statuses.open),
      percent: title(columnOf('percent'), '%'),
    },
    percent: {
      decimals: /\.(\d+)/.exec(percent?.text ?? '')?.[1]?.length ?? 0,
      sign: /\d(\s*%)/.exec(percent?.text ?? '')?.[1] ?? '%',
    },
    sum: current.find(({ sum }) => sum)?.label ?? 'Sum',
    counted: countedRows(after),
    published: current.flatMap(({ sum, label, done, open, line }) =>
      sum || !done || !open
        ? []
        : [{ label, done: done.value, open: open.value, other: 0, lines: [line] }],
    ),
    flipped: flipped.toSorted((a, b) => a.line - b.line),
    ...(flipped.length > 0 && { moved: movedTotals(before, after) }),
    unresolved: unmet,
    unclear: after.unclear,
    resting: restingPercents(before, after),
    left: left.map(({ text, line, reason }) => ({ text, line, reason })),
    drift: before.drift,
  }
}

/** The sum that the document publishes, else the counted rows. */
function movedTotals(before: Scoreboard, after: Scoreboard): GroundScoreboard['moved'] {
  const at = after.totals.findIndex(
    ({ sum, snapshot, done, open }) => sum && !snapshot && done && open,
  )
  const standingOf = ({ totals, total }: Scoreboard) => {
    const { done, open } = totals[at] ?? {}
    return done && open
      ? { done: done.value, open: open.value }
      : { done: total.done, open: total.open }
  }
  return { before: standingOf(before), after: standingOf(after) }
}

/** Percentages that were computed anew in rows whose numbers do not add up. */
function restingPercents(before: Scoreboard, after: Scoreboard): GroundScoreboard['resting'] {
  const wrong = new Set(before.drift.flatMap(({ lines }) => lines[0] ?? []))
  return after.totals.flatMap(({ label, done, open, percent, line }, at) => {
    const moved = percent !== null && percent.text !== before.totals[at]?.percent?.text
    if (!moved || !done || !open || !wrong.has(line)) return []
    const text = percent.text.replaceAll(/[*_`]/g, '').trim()
    return [{ label, done: done.value, open: open.value, percent: text, line }]
  })
}

/** One row a category; what belongs to none is counted too, under a dash. */
function countedRows({ criteria, categories }: Scoreboard): GroundScoreboard['counted'] {
  const labels = [...categories.keys(), null]
  return labels.flatMap((label) => {
    const rows = criteria.filter(({ category }) => category === label)
    const counted = ({ standing: wanted }: Pick<Criterion, 'standing'>) =>
      rows.filter(({ standing }) => standing === wanted).length
    const [done, open] = [counted({ standing: 'done' }), counted({ standing: 'open' })]
    if (done + open === 0) return []
    return [
      {
        label: label ?? '—',
        done,
        open,
        other: counted({ standing: 'neither' }),
        lines: rows.map(({ line }) => line),
      },
    ]
  })
}
