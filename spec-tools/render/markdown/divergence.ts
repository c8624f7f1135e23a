/** The stages of a comparison: what decided each in one table, all figures in others. */
import type { AlignType, RootContent, Table } from 'mdast'
import { pairMetricKeys, pairMetrics } from '../../evidence/index.ts'
import { decisionOf, isNear } from '../../judge/decision.ts'
import type { DivergenceRow, Judgement, Quantity, SideSummary } from '../../judge/types.ts'
import { outcomeOf, verdicts } from '../../judge/verdicts.ts'
import { shortened } from '../plot/labels.ts'
import { code, strong, table, type Inline } from './build.ts'
import { against, brief, shareText } from './numbers.ts'
import { undecided } from './reasons.ts'

/** How figures are written; a drafted section notes them in its ledger on the way. */
export interface Show {
  quantity: (quantity: Quantity) => string
  /** A figure that was computed or rounded, with the figures of the bundle that it rests on. */
  computed: (text: string, from: readonly string[]) => string
}

export const plainly: Show = { quantity: brief, computed: (text) => text }

const absent = '–'
/** Characters of a name; those of stages differ at both ends. */
const longestStage = 32
const longestSide = 14

/**
 * One row a stage: verdict, the figure that decided, how much of its limit it takes, both sides. Five
 * columns that fit a page of 838 px; the last where a row has it. Undefined for no rows.
 */
export function stageTable(
  judgement: Judgement,
  rows: readonly DivergenceRow[],
  rest: readonly Inline[][] = [],
  show: Show = plainly,
): Table | undefined {
  if (rows.length + rest.length === 0) return undefined
  const statistic = ['std', 'mean'].find((name) =>
    rows.some((row) => row.candidate?.figures[name] ?? row.reference?.figures[name]),
  )
  const [a, b] = sideNames(judgement)
  const columns: Column[] = [
    { title: '', align: 'left', cell: verdictCell },
    { title: 'Stage', align: 'left', cell: ({ stage }) => stageName(stage) },
    { title: 'Decided by', align: 'left', cell: (row) => decidedBy(row, judgement) },
    { title: 'Of its limit', cell: (row) => ofLimit(row, show) },
    ...(statistic === undefined
      ? []
      : [
          {
            title: `${statistic} ${a} / ${b}`,
            cell: bySide(show, ({ figures }) => figures[statistic] ?? null),
          },
        ]),
  ]
  return table(
    columns.map(({ align }) => align ?? 'right'),
    columns.map(({ title }) => title),
    [
      ...rows.map((row) => columns.map(({ cell }) => cell(row) ?? absent)),
      ...rest.map((cells) => columns.map((_, index) => cells[index] ?? '')),
    ],
  )
}

/** Verdict and how much of the limit was used, of stages that stand in one row together. */
export function restRow(rows: readonly DivergenceRow[], more: boolean, show: Show): Inline[] {
  const [worst] = rows
  if (worst === undefined) return []
  const count = `${rows.length}${more ? ' more' : ''}`
  const highest = rows.length > 1 && decisionOf(worst)?.share != null
  return [
    verdictCell(worst),
    highest ? [`${count}, the highest `, stageName(worst.stage)] : `${count}`,
    highest ? decisionName(worst) : '',
    highest ? (ofLimit(worst, show) ?? '') : '',
  ]
}

export function stageName(stage: string): Inline {
  return code(shortened(stage, longestStage))
}

export function verdictCell(row: DivergenceRow): string {
  return isNear(row) ? '⚠ near' : verdicts[row.cell.verdict].brief
}

/** Names of the sides, as short as a head of a column bears. */
export function sideNames({ sides }: Pick<Judgement, 'sides'>): [string, string] {
  return [shortened(sides.candidate, longestSide), shortened(sides.reference, longestSide)]
}

/** All figures of the stages, in two tables: those of each side, and those of both together. */
export function figureTables(
  judgement: Judgement,
  rows: readonly DivergenceRow[],
  show: Show = plainly,
): RootContent[] {
  const sides = rows.flatMap((row) =>
    [row.candidate, row.reference].flatMap((side) => (side ? [{ row, side }] : [])),
  )
  const statistics = ['mean', 'std', 'min', 'max'].filter((name) =>
    sides.some(({ side }) => side.figures[name]),
  )
  const metrics = pairMetricKeys.filter((key) => rows.some((row) => row[key] !== null))
  const shown = (quantity: Quantity | null | undefined) =>
    quantity ? show.quantity(quantity) : absent
  const counted = sides.some(({ side }) => side.n)
  return [
    ...(statistics.length === 0
      ? []
      : [
          table(
            ['left', 'left', ...(counted ? numbers(1) : []), ...numbers(statistics.length)],
            ['Stage', 'Side', ...(counted ? ['n'] : []), ...statistics],
            sides.map(({ row, side }) => [
              stageName(row.stage),
              shortened(side.name, longestSide),
              ...(counted ? [shown(side.n)] : []),
              ...statistics.map((name) => shown(side.figures[name])),
            ]),
          ),
        ]),
    table(
      ['left', ...numbers(metrics.length), 'left'],
      ['Stage', ...metrics.map((key) => pairMetrics[key].title), 'Verdict'],
      rows.map((row) => [
        stageName(row.stage),
        ...metrics.map((key) => shown(row[key])),
        code(row.cell.text),
      ]),
    ),
    ...replays(judgement, show),
  ]
}

function numbers(count: number): AlignType[] {
  return Array.from({ length: count }, () => 'right')
}

interface Column {
  title: string
  align?: AlignType
  /** Null where the row has nothing to say. */
  cell: (row: DivergenceRow) => Inline | null
}

function decidedBy(row: DivergenceRow, judgement: Judgement): Inline {
  return decisionOf(row) ? decisionName(row) : undecided(row, judgement)
}

function decisionName(row: DivergenceRow): string {
  return (decisionOf(row)?.name ?? '').replaceAll('_', ' ')
}

/** `0.0042 of 0.01 · 42 %`. */
export function ofLimit(row: DivergenceRow, show: Show = plainly): string | null {
  const decision = decisionOf(row)
  if (decision === null) return null
  const { value, limit, share, bound } = decision
  const from = decision.from.length > 0 ? decision.from : (row.relativeL2?.from ?? [])
  const [a, b] = against(value, limit)
  const bounded = { exactly: '', 'at least': '≥ ', 'at most': '≤ ' }[bound]
  const part = share === null ? '' : ` · ${shareText(share)}`
  return show.computed(`${bounded}${a} of ${b}${part}`, from)
}

function bySide(show: Show, pick: (side: SideSummary) => Quantity | null): Column['cell'] {
  return ({ candidate, reference }) => {
    const [a, b] = [candidate && pick(candidate), reference && pick(reference)]
    if (!a && !b) return null
    return [a ? show.quantity(a) : absent, ' / ', b ? show.quantity(b) : absent]
  }
}

/** What computing a stage again from captured inputs showed. */
function replays({ first, sides }: Judgement, show: Show): RootContent[] {
  if (first.replays.length === 0) return []
  const fault = { yes: 'at fault', no: 'not at fault', 'cannot tell': 'undecided' }
  return [
    table(
      ['left', 'left', 'right', 'right', 'left'],
      ['Computed again', 'Side', 'Own error', 'Came in', 'The stage is'],
      first.replays.map(({ stage, side, injected, propagated, atFault }) => [
        stageName(stage),
        sides[side],
        show.quantity(injected),
        propagated ? show.quantity(propagated) : absent,
        strong(fault[atFault]),
      ]),
    ),
  ]
}

/** How many stages came out how, such as `3 divergent, 1 near its limit, 26 match`. */
export function stageCounts(rows: readonly DivergenceRow[]): string {
  const kinds = Map.groupBy(rows, (row) => {
    if (isNear(row)) return 'near their limits'
    return outcomeOf(row) === 'match' ? 'match' : verdicts[row.cell.verdict].brief.slice(2)
  })
  return [...kinds].map(([kind, of]) => `${of.length} ${kind}`).join(', ')
}
