/** N.5: the scoreboard, counted afresh, and every total that does not follow from its rows. */
import type { RootContent } from 'mdast'
import { code, list, paragraph, strong, table, type Inline } from '../../render/markdown/index.ts'
import type { Figures } from '../figures.ts'
import type { GroundScoreboard } from '../ground/index.ts'
import type { Subject } from './subject.ts'

export function drawScoreboard({ ground, figures }: Subject): RootContent[] {
  const board = ground.scoreboard
  if (board === null) return []
  const { counted, published } = board
  // Where both say the same, the document's own table says it, too.
  const agreed = published.length > 0 && counted.length > 0 && sameCounts(counted, published)
  return [
    ...flips(board, figures),
    ...(counted.length > 0 && !agreed
      ? [paragraph('Counted from the criteria rows:'), countTable(board, counted, figures)]
      : []),
    ...(agreed ? [] : categoryRows(board, figures)),
    ...warnings(board, figures),
  ]
}

/** A drift in one sentence: both numbers, nothing corrected. */
export function describeDrift(
  { what, published, counted, lines }: GroundScoreboard['drift'][number],
  figures: Figures,
): string {
  const from = lines.map((line) => `spec#L${line}`)
  return `${what}: the document says ${figures.value(published, from.slice(0, 1), 'published')}, its rows ${figures.value(number(counted), from.slice(1).length > 0 ? from.slice(1) : from, 'counted')}.`
}

type Counts = GroundScoreboard['counted']

/** Category rows are a source of their own: where they differ from the criteria, both are shown. */
function categoryRows(board: GroundScoreboard, figures: Figures): RootContent[] {
  if (board.published.length === 0) return []
  const why =
    board.counted.length === 0
      ? 'The spec holds no criteria rows; its category rows, added up:'
      : 'The category rows of the spec differ from that; added up, they say:'
  return [paragraph(why), countTable(board, board.published, figures)]
}

/** A column more where rows have a third status: a percentage is one of all rows. */
function countTable(board: GroundScoreboard, counts: Counts, figures: Figures): RootContent {
  const { header, percent, sum } = board
  const total = {
    done: add(counts.map(({ done }) => done)),
    open: add(counts.map(({ open }) => open)),
    other: add(counts.map(({ other }) => other)),
    lines: counts.flatMap(({ lines }) => lines),
  }
  const cells = ({ done, open, other, lines }: Omit<Counts[number], 'label'>) => {
    const from = lines.map((line) => `spec#L${line}`)
    const how = `100 · done / (done + open${total.other > 0 ? ' + other' : ''})`
    return [
      figures.value(done, from, 'counted'),
      figures.value(open, from, 'counted'),
      ...(total.other > 0 ? [figures.value(other, from, 'counted')] : []),
      figures.value(share(done, open + other, percent), from, how),
    ]
  }
  const others = total.other > 0 ? ['Other'] : []
  const titles = [header.label, header.done, header.open, ...others, header.percent]
  // Rows of no category are their own sum.
  const apart = counts.length === 1 && counts[0]?.label === '—' ? [] : counts
  return table(
    titles.map((_, column) => (column === 0 ? 'left' : 'right')),
    titles.map((title) => title.replaceAll('*', '')),
    [
      ...apart.map((count): Inline[] => [count.label, ...cells(count)]),
      [sum, ...cells(total)].map((cell) => strong(cell)),
    ],
  )
}

function share(
  done: number,
  rest: number,
  { decimals, sign }: GroundScoreboard['percent'],
): string {
  return done + rest === 0 ? '—' : `${((100 * done) / (done + rest)).toFixed(decimals)}${sign}`
}

/** Rows that change, by the status that they get, and the totals before and after. */
function flips({ flipped, moved, header }: GroundScoreboard, figures: Figures): RootContent[] {
  if (flipped.length === 0) return []
  const from = flipped.map(({ line }) => `spec#L${line}`)
  const total = ({ done, open }: { done: number; open: number }) =>
    figures.value(`${done} + ${open}`, from, 'before and after what was flipped')
  const totals: Inline[] = moved
    ? [
        ` ${header.done} + ${header.open}: ${total(moved.before)} → `,
        strong(total(moved.after)),
        '.',
      ]
    : []
  return [paragraph(...flippedRows(flipped), ...totals)]
}

/** Those that get the same status in one sentence. */
export function flippedRows(flipped: GroundScoreboard['flipped']): Inline[] {
  const groups = [...Map.groupBy(flipped, ({ from, to }) => JSON.stringify([from, to])).values()]
  return groups.flatMap((group, at): Inline[] => [
    at === 0 ? '' : ' ',
    ...group.flatMap(({ id }, index): Inline[] => (index === 0 ? [code(id)] : [', ', code(id)])),
    group.length === 1 ? ' goes from ' : ' go from ',
    code(group[0]?.from ?? ''),
    ' to ',
    code(group[0]?.to ?? ''),
    '.',
  ])
}

function warnings(
  { drift, unclear, unresolved, resting, left }: GroundScoreboard,
  figures: Figures,
): RootContent[] {
  const items: Inline[] = [
    ...distinct(drift).map((one) => `⚠ ${describeDrift(one, figures)}`),
    ...resting.map((one) => restingOn(one, figures)),
    ...unclear.map(({ id, reason }): Inline => [code(id), ` is in no count: ${reason}.`]),
    ...left.map(({ text, line, reason }): Inline => {
      const what = `“${text}” (line ${line}) was left as it is: ${reason}.`
      return [figures.sentence(what, [`spec#L${line}`], 'left')]
    }),
    ...unresolved.map(({ row, reason }): Inline => [code(row), ` was not flipped: ${reason}.`]),
  ]
  return items.length === 0 ? [] : [list(items)]
}

/** One line for a number that differs from two sources in the same way. */
function distinct(drift: GroundScoreboard['drift']): GroundScoreboard['drift'] {
  const seen = new Set<string>()
  return drift.filter(({ lines, published, counted }) => {
    const key = JSON.stringify([lines[0], published, counted])
    return !seen.has(key) && seen.add(key)
  })
}

/** A percentage of a total that is known to be wrong says what it was computed from. */
function restingOn(
  { label, done, open, percent, line }: GroundScoreboard['resting'][number],
  figures: Figures,
): Inline {
  const from = [`spec#L${line}`]
  const rounded = figures.value(percent, from, '100 · done / (done + open)')
  const part = figures.value(done, from, 'published, moved by what was flipped')
  const all = figures.value(done + open, from, 'done + open as published')
  return [
    strong(label),
    ` reads ${rounded}, which is ${part} of ${all} as that row publishes them.`,
  ]
}

function sameCounts(counted: Counts, published: Counts): boolean {
  return (
    counted.length === published.length &&
    published.every(({ label, done, open }) =>
      counted.some((one) => one.label === label && one.done === done && one.open === open),
    )
  )
}

function number(value: number): string {
  return String(Number(value.toFixed(2)))
}

function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
