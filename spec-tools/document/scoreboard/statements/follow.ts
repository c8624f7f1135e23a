/** What the counts of a document become when criteria are flipped: edits at the ranges that were read. */
import type { Edit } from '../changes.ts'
import { percentOf } from '../count.ts'
import { editOf, withValue } from '../figure.ts'
import type { Bar, Criterion, Figure, Scope, Statement, Total } from '../types.ts'
import { drawBar } from './bars.ts'
import { countOf, roundingOf, shareFollows } from './scope.ts'

export interface Followed {
  edits: Edit[]
  /** The statement as it will stand; its ranges are still those of the old document. */
  after: Statement
  /** Why it was left although its rows have moved; null where nothing is wrong. */
  left: string | null
}

/** @param renewed criteria and totals as they will stand, by those that were read */
export function followStatement(
  statement: Statement,
  renewed: { criteria: ReadonlyMap<Criterion, Criterion>; totals: ReadonlyMap<Total, Total> },
): Followed {
  const scope = moved(statement.scope, renewed)
  const [was, is] = [countOf(statement.scope), countOf(scope)]
  const same: Followed = { edits: [], after: { ...statement, scope }, left: null }
  if (was.done === is.done && was.open === is.open) return same
  if (!statement.ordered && statement.done?.value === statement.open?.value) {
    return { ...same, left: 'it does not say which number is which' }
  }
  const { done, open } = inOrder(statement, was)
  const by = { done: is.done - was.done, open: is.open - was.open }
  const next = {
    done: done && withValue(done, done.value + by.done),
    open: open && withValue(open, open.value + by.open),
  }
  if ((next.done?.value ?? 0) < 0 || (next.open?.value ?? 0) < 0) {
    return { ...same, left: 'it would fall below zero' }
  }
  const before = numbersOf(statement, done, open, was)
  const after = numbersOf(statement, next.done, next.open, is)
  const percents = statement.percents.map((share) => {
    const exact = percentOf(after[share.of], after.all - after[share.of])
    const follows = shareFollows(share.figure, before[share.of], before.all)
    return exact === null || !follows ? share : { ...share, figure: withValue(share.figure, exact) }
  })
  const bars = statement.bars.map((bar) =>
    isRowByRow(bar, statement.scope) && !isRowByRow({ ...bar, filled: is.done }, scope)
      ? { bar, edit: null, left: 'its symbols may stand for one row each' }
      : followBar(bar, before, after),
  )
  const figures: [Figure | null, Figure | null][] = [
    [done, next.done],
    [open, next.open],
    ...statement.percents.map(({ figure }, at): [Figure, Figure] => [
      figure,
      percents[at]?.figure ?? figure,
    ]),
  ]
  const lost = bars.find(({ left }) => left !== null)?.left ?? null
  return {
    edits: [
      ...figures.flatMap(([old, now]) => (old && now ? editOf(old, now) : [])),
      ...bars.flatMap(({ edit }) => edit ?? []),
    ].sort((one, other) => one.start - other.start),
    after: { ...statement, ...next, percents, scope, bars: bars.map(({ bar }) => bar) },
    left: lost,
  }
}

/** Whether each symbol may be that of the row with its place: `✅✅⏳` of three rows. */
function isRowByRow({ cells, filled }: Bar, scope: Scope): boolean {
  if (scope.kind !== 'criteria' || scope.criteria.length !== cells) return false
  return scope.criteria.every(({ standing }, at) => (standing === 'done') === at < filled)
}

function moved(
  scope: Scope,
  {
    criteria,
    totals,
  }: { criteria: ReadonlyMap<Criterion, Criterion>; totals: ReadonlyMap<Total, Total> },
): Scope {
  if (scope.kind === 'unknown') return scope
  if (scope.kind === 'total') return { ...scope, total: totals.get(scope.total) ?? scope.total }
  return { ...scope, criteria: scope.criteria.map((one) => criteria.get(one) ?? one) }
}

/** A bare pair such as `15+33` in the order in which it agrees with the rows. */
function inOrder(
  { ordered, done, open }: Statement,
  was: { done: number },
): Pick<Statement, 'done' | 'open'> {
  return ordered || done?.value === was.done ? { done, open } : { done: open, open: done }
}

/** What a statement says of itself; what it leaves out is the count's. */
function numbersOf(
  { all }: Statement,
  done: Figure | null,
  open: Figure | null,
  count: { done: number; open: number; all: number },
): { done: number; open: number; all: number } {
  if (done && open)
    return { done: done.value, open: open.value, all: all?.value ?? done.value + open.value }
  const whole = all?.value ?? count.all
  if (done) return { done: done.value, open: whole - done.value, all: whole }
  if (open) return { done: whole - open.value, open: open.value, all: whole }
  return count
}

/** Filled cells are cells · done / all, rounded after as they were rounded before. */
function followBar(
  bar: Bar,
  before: { done: number; all: number },
  after: { done: number; all: number },
): { bar: Bar; edit: Edit | null; left: string | null } {
  const kept = { bar, edit: null }
  const round = roundingOf(bar, before)
  if (round === null) {
    return {
      ...kept,
      left: `its bar fills ${bar.filled} of ${bar.cells} cells, which is not ${before.done} of ${before.all}`,
    }
  }
  const filled = round((bar.cells * after.done) / after.all)
  if (filled === bar.filled) return { ...kept, left: null }
  const text = drawBar(bar, filled)
  return text === null
    ? { ...kept, left: 'the other symbol of its bar is not known' }
    : { bar: { ...bar, filled }, edit: { start: bar.start, end: bar.end, text }, left: null }
}
