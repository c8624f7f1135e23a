/** The divergence table, and what must be said under it. */
import type { AlignType, RootContent, Table } from 'mdast'
import { type FactName, pairMetricKeys, pairMetrics, softFacts } from '../../evidence/index.ts'
import type { DivergenceRow, Judgement, Quantity, SideSummary } from '../../judge/types.ts'
import { code, list, table, type Inline } from './build.ts'

/** How a figure is written; a drafted section notes it in its ledger on the way. */
export type Show = (quantity: Quantity) => Inline

const asPrinted: Show = ({ text }) => text
const absent = '—'

/**
 * One row a stage, candidate / reference in a cell; columns that no row fills are left out.
 * Undefined when nothing was compared.
 */
export function divergenceTable(
  judgement: Judgement,
  show: Show = asPrinted,
  rows: readonly DivergenceRow[] = judgement.rows,
): Table | undefined {
  if (rows.length === 0) return undefined
  const { candidate, reference } = judgement.sides
  const columns: Column[] = [
    { title: 'Stage', align: 'left', cell: (row) => stage(row, judgement) },
    { title: `n ${candidate} / ${reference}`, cell: bySide(show, ({ n }) => n) },
    ...['mean', 'std'].map((name) => ({
      title: `${name} ${candidate} / ${reference}`,
      cell: bySide(show, ({ figures }) => figures[name] ?? null),
    })),
    ...pairMetricKeys.map((key) => ({
      title: pairMetrics[key].title,
      cell: one(show, (row) => row[key]),
    })),
    { title: 'Verdict', align: 'left', cell: ({ cell }) => code(cell.text) },
  ]
  const filled = columns.filter(({ cell }) => rows.some((row) => cell(row) !== null))
  return table(
    filled.map(({ align }) => align ?? 'right'),
    filled.map(({ title }) => title),
    rows.map((row) => filled.map(({ cell }) => cell(row) ?? absent)),
  )
}

/** What replays show, what nobody stated, what was asserted, the floors, the soft facts, and who vouches. */
export function divergenceNotes(judgement: Judgement, show: Show = asPrinted): RootContent[] {
  const { rows } = judgement
  if (rows.length === 0) return []
  const notes: Inline[] = [
    ...replays(judgement, show),
    ...notStated(rows),
    ...asserted(rows),
    ...floors(rows),
    ...soft(rows),
    vouches(rows),
  ]
  return [list(notes)]
}

interface Column {
  title: string
  align?: AlignType
  /** Null where the row has nothing to say. */
  cell: (row: DivergenceRow) => Inline | null
}

function stage({ stage: name, candidate, reference }: DivergenceRow, { sides }: Judgement): Inline {
  const named = [candidate?.name ?? sides.candidate, reference?.name ?? sides.reference]
  const own = named[0] !== sides.candidate || named[1] !== sides.reference
  return own ? [code(name), ` (${named.join(' / ')})`] : code(name)
}

function bySide(show: Show, pick: (side: SideSummary) => Quantity | null): Column['cell'] {
  return ({ candidate, reference }) => {
    const [a, b] = [candidate && pick(candidate), reference && pick(reference)]
    if (!a && !b) return null
    return [a ? show(a) : absent, ' / ', b ? show(b) : absent]
  }
}

function one(show: Show, pick: (row: DivergenceRow) => Quantity | null): Column['cell'] {
  return (row) => {
    const quantity = pick(row)
    return quantity && show(quantity)
  }
}

function replays({ first, sides }: Judgement, show: Show): Inline[] {
  const fault = { yes: 'at fault', no: 'not at fault', 'cannot tell': 'fault undecided' }
  return first.replays.map(({ stage: name, side, injected, propagated, atFault }) => [
    'Computed again from captured inputs, ',
    code(name),
    ` of ${sides[side]}: own error `,
    show(injected),
    ...(propagated ? [', propagated ', show(propagated)] : []),
    `; ${fault[atFault]}.`,
  ])
}

function notStated(rows: readonly DivergenceRow[]): Inline[] {
  const stagesOf = group(rows.flatMap((row) => row.notStated.map((fact) => [fact, row.stage])))
  if (stagesOf.size === 0) return []
  const facts = Map.groupBy(stagesOf, ([, stages]) => JSON.stringify(stages))
  const parts = [...facts.values()].map((alike): Inline => {
    const together = alike.map(([fact]) => fact).join(', ')
    const stages = alike[0]?.[1] ?? []
    return stages.length === rows.length ? together : [together, ' (', names(stages), ')']
  })
  return [['Stated by neither side: ', separated(parts, '; '), '.']]
}

function asserted(rows: readonly DivergenceRow[]): Inline[] {
  const parts = rows.flatMap((row) =>
    [row.candidate, row.reference].flatMap((side): Inline[] =>
      side && side.asserted.length > 0
        ? [[side.asserted.join(', '), ' of ', side.name, ' at ', code(row.stage)]]
        : [],
    ),
  )
  if (parts.length === 0) return []
  return [['Asserted by the investigation, not printed: ', separated(parts, '; '), '.']]
}

function floors(rows: readonly DivergenceRow[]): Inline[] {
  const byText = group(
    rows.flatMap(({ stage: name, floor, bound }) =>
      [floor?.text, bound].flatMap((text) => (text === undefined ? [] : [[text, name] as const])),
    ),
  )
  const without = rows
    .filter(({ floor, bound }) => floor === null && bound === undefined)
    .map(({ stage: name }) => name)
  const parts = [...byText].map(([text, stages]) => [text, ' (', names(stages), ')'])
  if (without.length > 0) parts.push(['unknown (', names(without), ')'])
  return [['Noise floor: ', separated(parts, '; '), '.', ...repeated(rows)]]
}

/** What several runs gave, also where that is no floor. */
function repeated(rows: readonly DivergenceRow[]): Inline[] {
  const byText = group(
    rows.flatMap(({ stage: name, repeats }) =>
      (repeats ?? []).map((text) => [text, name] as const),
    ),
  )
  if (byText.size === 0) return []
  const parts = [...byText].map(([text, stages]) => [text, ' (', names(stages), ')'])
  return [' Repeats: ', separated(parts, '; '), '.']
}

function soft(rows: readonly DivergenceRow[]): Inline[] {
  const sides = rows.flatMap(({ candidate, reference }) => [candidate, reference])
  const stated = group(
    sides.flatMap((side) =>
      softFacts.flatMap((fact) => {
        const value = side?.facts[fact]
        return side && value !== undefined
          ? [[fact, `${String(value)} of ${side.name}`] as const]
          : []
      }),
    ),
  )
  if (stated.size === 0) return []
  const parts = [...stated].map(([fact, values]) => `${fact} ${values.join(', ')}`)
  return [`Sets the noise floor only: ${parts.join('; ')}.`]
}

function vouches(rows: readonly DivergenceRow[]): Inline {
  const byVouch = group(rows.map(({ vouch, stage: name }) => [vouch, name]))
  const [only] = byVouch.keys()
  if (byVouch.size === 1 && only !== undefined) return `Every figure of the table: ${only}.`
  const parts = [...byVouch].map(([vouch, stages]) => [vouch, ' (', names(stages), ')'])
  return ['Who vouches: ', separated(parts, '; '), '.']
}

/** Distinct values by key, both in the order of their first appearance. */
function group(pairs: readonly (readonly [string | FactName, string])[]): Map<string, string[]> {
  const groups = Map.groupBy(pairs, ([key]) => key)
  return new Map(
    [...groups].map(([key, all]) => [key, [...new Set(all.map(([, value]) => value))]]),
  )
}

function names(stages: readonly string[]): Inline {
  return separated(
    stages.map((name) => code(name)),
    ', ',
  )
}

function separated(parts: readonly Inline[], by: string): Inline {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [by, part]))
}
