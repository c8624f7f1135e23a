/** What a comparison of tensor files found: as JSON, and as a table for a terminal. */
import { stripVTControlCharacters } from 'node:util'
import type { Figure, JudgedFiles, TensorPair } from '../kernels-runner/tensors/index.ts'
import {
  byTelling,
  outcomeOf,
  pairMetricKeys,
  pairMetrics,
  type PairMetricKey,
  type Quantity,
  type SideSummary,
  type TensorRepeat,
  type TensorRow,
} from '../spec-tools/index.ts'

/** The sides of some rows must not be set in relation: they have no ratio at all. */
function shownMetrics({ cell: { verdict } }: TensorRow): readonly PairMetricKey[] {
  const unrelated = verdict === 'INCOMPARABLE' || verdict === 'UNPROVEN'
  return unrelated ? pairMetricKeys.filter((key) => key !== 'ratio') : pairMetricKeys
}

/** Metrics go by the names that investigations use; what is not available is null. */
export function comparisonJson({ files, pairs, repeats, judgement }: JudgedFiles) {
  const about = (side: 'candidate' | 'reference') => {
    const { path, format, size, facts } = files[side]
    // The order of the stages is that of the rows.
    const { stages: _stages, ...stated } = facts
    return { name: judgement.sides[side], path, format, size, facts: stated }
  }
  return {
    candidate: about('candidate'),
    reference: about('reference'),
    rows: judgement.rows.map((row, index) => rowJson(row, pairs[index])),
    repeats: repeats.map(({ side, name, pairs: again }) => ({
      side,
      path: name,
      rows: again.map(({ stage, pair }) => ({
        stage,
        relative_l2: pair?.relativeL2.value ?? null,
        max_abs_diff: pair?.maxAbsDiff.value ?? null,
      })),
    })),
    first: judgement.first.stages,
    divergence: judgement.first,
    next: judgement.next,
    warnings: judgement.warnings,
  }
}

function rowJson(row: TensorRow, measured: TensorPair | undefined) {
  const pair = measured?.pair ?? null
  return {
    stage: row.stage,
    verdict: row.cell.verdict,
    cell: row.cell.text,
    reasons: row.cell.reasons.map(({ text }) => text),
    candidate: sideJson(measured?.a ?? null, row.candidate),
    reference: sideJson(measured?.b ?? null, row.reference),
    ...Object.assign(
      {},
      ...shownMetrics(row).map((key) => ({
        [pairMetrics[key].name]: real(row[key]),
        ...beside[key]?.(pair),
      })),
    ),
    n_finite: row.nFinite,
    worst_row: row.worstRow && { row: row.worstRow.row, relative_l2: row.worstRow.relativeL2 },
    rows_apart: row.rowsApart,
    row_limit: row.rowLimit,
    gain: row.gain,
    floor: row.floor && {
      relative_l2: row.floor.relativeL2,
      origin: row.floor.origin,
      text: row.floor.text,
    },
    not_stated: row.notStated,
    ...details(measured),
  }
}

/** What else is measured, next to the metric that it tells more about. */
const beside: Partial<Record<PairMetricKey, (pair: TensorPair['pair']) => object>> = {
  maxAbsDiff: (pair) => ({ max_abs_diff_index: pair?.maxAbsDiff.index ?? null }),
  rmsDiff: (pair) => ({ bias: pair?.bias.value ?? null }),
  cosine: (pair) => ({ one_minus_cosine: pair?.oneMinusCosine.value ?? null }),
}

function sideJson(side: TensorPair['a'], summary: SideSummary | null) {
  if (!side) return null
  const { tensor, stats, sha256 } = side
  return {
    dtype: tensor.dtype,
    shape: tensor.shape,
    n: tensor.n,
    ...(stats && {
      n_nan: stats.nNan,
      n_posinf: stats.nPosInf,
      n_neginf: stats.nNegInf,
      n_zero: stats.nZero,
      mean: stats.mean.value,
      std: stats.std.value,
      min: stats.min.value,
      max: stats.max.value,
      l2: stats.l2.value,
    }),
    asserted: summary?.asserted ?? [],
    ...(sha256 !== null && { sha256 }),
  }
}

function details(measured: TensorPair | undefined) {
  if (!measured?.quantiles) return {}
  const { quantiles, ulp, argmax, notes } = measured
  return {
    quantiles: {
      p50: quantiles.p50.value,
      p99: quantiles.p99.value,
      p999: quantiles.p999.value,
      method: quantiles.method,
      relative_error: quantiles.relativeError,
    },
    ulp: ulp && { max: ulp.max.value, mean: ulp.mean.value, n_within_one: ulp.nWithinOne },
    argmax: argmax && { rows: argmax.rows, matches: argmax.matches, first: argmax.firstMismatch },
    notes,
  }
}

function real(quantity: Quantity | null): number | string | null {
  if (!quantity || Number.isNaN(quantity.value)) return null
  return Number.isFinite(quantity.value) ? quantity.value : quantity.text
}

interface Column {
  title: string
  cell: (row: TensorRow, measured: TensorPair | undefined) => string | null
  left?: boolean
}

const bothSides = (of: (side: SideSummary) => string | null): Column['cell'] => {
  return ({ candidate, reference }) => {
    const [a, b] = [candidate, reference].map((side) => (side && of(side)) ?? absent)
    if (a === absent && b === absent) return null
    return a === b ? (a ?? null) : `${a} / ${b}`
  }
}

const absent = '—'

const columns: readonly Column[] = [
  { title: 'stage', cell: ({ stage }) => stage, left: true },
  { title: 'n', cell: bothSides(({ n }) => n && n.text) },
  { title: 'mean', cell: bothSides(({ figures }) => figure(figures['mean'])) },
  { title: 'std', cell: bothSides(({ figures }) => figure(figures['std'])) },
  ...pairMetricKeys.map((key): Column => ({
    title: pairMetrics[key].brief,
    cell: (row, measured) =>
      shownMetrics(row).includes(key)
        ? ((row[key] && nearOne(key, measured)) ?? figure(row[key], pairMetrics[key].digits))
        : null,
  })),
  { title: 'p99|diff|', cell: (_, measured) => measuredFigure(measured?.quantiles?.p99) },
  { title: 'max ULP', cell: (_, measured) => measuredFigure(measured?.ulp?.max) },
  { title: 'verdict', cell: ({ cell }) => cell.text, left: true },
]

export interface Look {
  /** Every stage in the order of the computation. */
  all: boolean
  coloured: boolean
  /** Characters of a line. */
  width: number
}

/** Stages that are shown unless all are asked for; so few are always shown, in their order. */
const shownStages = 12

/** The stages that tell something first, then counts, noise, the first that parts, what to do. */
export function comparisonText(
  { files, pairs, repeats, judgement }: JudgedFiles,
  { all, coloured, width }: Look = { all: false, coloured: false, width: Infinity },
): string {
  const { rows, first, next, warnings } = judgement
  const about = (side: 'candidate' | 'reference') =>
    `${side} ${files[side].path} (${files[side].format})`
  const pairOf = new Map(rows.map((row, index) => [row, pairs[index]]))
  const shown = all || rows.length <= shownStages ? rows : byTelling(rows).slice(0, shownStages)
  const left = rows.length - shown.length
  const counts = Map.groupBy(rows, ({ cell }) => cell.verdict)
  const summary = [...counts].map(([verdict, of]) => `${of.length} ${verdict}`).join(', ')
  const [header = '', ...table] = aligned(shown, pairOf, width)
  const paint = (line: string, row: TensorRow | undefined) =>
    coloured && row ? `\u001B[${colours[outcomeOf(row)]}m${line}\u001B[0m` : line
  const lines = [
    `${about('candidate')}, ${about('reference')}`,
    '',
    header,
    ...table.map((line, index) => ({ line, row: shown[index] })),
    ...(left > 0 ? [`… and ${left} more; --all shows them.`] : []),
    '',
    ...(summary === '' ? [] : [`${summary}.`]),
    ...repeats.map(noiseLine),
    first.text,
    ...first.stages.flatMap((stage) => confinedTo(stage, { files, pairs, judgement })),
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...next.slice(0, 1).map(({ text }) => `Next: ${text}`),
  ]
  return lines
    .map((one) =>
      typeof one === 'string' ? `${harmless(one)}\n` : `${paint(harmless(one.line), one.row)}\n`,
    )
    .join('')
}

/** SGR codes: the words of the verdict say the same without them. */
const colours = { match: 32, divergent: 31, nonfinite: 35, unjudged: 33 } as const

/** Columns that go first where a line has no room for all. */
const dispensable = ['max ULP', 'p99|diff|', 'cosine', 'mean', 'std ratio', 'n', 'std', 'RMS']

/** Only columns that some row fills and that the line has room for; numbers to the right. */
function aligned(
  rows: readonly TensorRow[],
  pairOf: ReadonlyMap<TensorRow, TensorPair | undefined>,
  width: number,
): string[] {
  let filled = columns
    .map((column) => ({ ...column, cells: rows.map((row) => column.cell(row, pairOf.get(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== null))
    .map(({ title, left, cells }) => {
      const texts = [title, ...cells.map((cell) => harmless(cell ?? absent))]
      const widest = Math.max(...texts.map(({ length }) => length))
      const padded = texts.map((text) => (left ? text.padEnd(widest) : text.padStart(widest)))
      return { title, widest, padded }
    })
  const used = () => filled.reduce((sum, { widest }) => sum + widest + 2, -2)
  for (const title of dispensable) {
    if (used() > width) filled = filled.filter((column) => column.title !== title)
  }
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    filled
      .map(({ padded }) => padded[line])
      .join('  ')
      .trimEnd(),
  )
}

/** What a repeat differs by from the first run of its side, where it differs most. */
function noiseLine({ side, name, pairs }: TensorRepeat): string {
  const measured = pairs.flatMap(({ stage, pair }) => {
    const apart = pair?.relativeL2.value ?? null
    return apart === null ? [] : [{ stage, apart }]
  })
  const [most] = measured.toSorted((a, b) => b.apart - a.apart)
  const found =
    most && most.apart > 0
      ? `differs by a relative L2 of at most ${brief(most.apart)}, at ${most.stage}`
      : `agrees in all of ${measured.length} ${measured.length === 1 ? 'stage' : 'stages'}`
  return `Repeat of ${side}: ${name} ${found}.`
}

/** Which rows were counted as apart, by token where a row is one, and by which limit. */
function confinedTo(
  stage: string,
  { files, pairs, judgement }: Pick<JudgedFiles, 'files' | 'pairs' | 'judgement'>,
): string[] {
  const index = judgement.rows.findIndex((row) => row.stage === stage)
  const [row, pair] = [judgement.rows[index], pairs[index]]
  const [apart, limit] = [row?.rowsApart, row?.rowLimit]
  if (!apart || !pair?.rows || typeof limit !== 'number') return []
  if (apart.length === 0 || apart.length === pair.nRows) return []
  const { tokens } = files.reference.facts
  const named = apart.slice(0, 8).map((at) => {
    return tokens?.length === pair.nRows ? `${at} (token ${tokens[at]})` : String(at)
  })
  const more = apart.length > named.length ? ` and ${apart.length - named.length} more` : ''
  const within = pair.rows.filter(({ row: at }) => !apart.includes(at))
  const most = Math.max(...within.map(({ pair: figures }) => figures.relativeL2.value ?? 0))
  const [has, rows] = apart.length === 1 ? ['has', 'row'] : ['have', 'rows']
  return [
    `In ${stage} ${apart.length} of ${pair.nRows} rows ${has} a relative L2 above ${brief(limit)}: ${rows} ${named.join(', ')}${more}; the others have at most ${brief(most)}.`,
  ]
}

function figure(quantity: Quantity | null | undefined, digits?: number): string | null {
  if (!quantity) return null
  return Number.isFinite(quantity.value) ? brief(quantity.value, digits) : quantity.text
}

function measuredFigure(measured: Figure | null | undefined): string | null {
  return measured && measured.value !== null ? brief(measured.value) : null
}

/** Near 1 the digits of a cosine say little, and those of its distance from 1 all. */
function nearOne(key: PairMetricKey, measured: TensorPair | undefined): string | null {
  const distance = key === 'cosine' ? measured?.pair?.oneMinusCosine.value : null
  if (typeof distance !== 'number' || distance >= 1e-3) return null
  return distance === 0 ? '1' : `1-${distance.toExponential(1)}`
}

/** Five digits: enough to see what differs, and still one line a stage. */
function brief(value: number, digits = 5): string {
  const text = String(Number(value.toPrecision(digits)))
  return text.length > 10 ? value.toExponential(3) : text
}

/** Names in files are data: no line breaks, no escapes that a terminal would obey. */
function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, '�')
}
