/**
 * Whether predicates can hold at the same time, decided over the reals: negations are pushed down to
 * the comparisons, alternatives are tried one after the other, and each name keeps the interval that
 * the comparisons so far leave it.
 */
import { mostOf } from '../../many.ts'
import type { Comparison, Predicate } from './parse.ts'

export type Overlap =
  | { kind: 'never' }
  /** Values for the names under which all of the predicates hold. */
  | { kind: 'possible'; witness: ReadonlyMap<string, number> }
  /** There are too many alternatives to try them all. */
  | { kind: 'undecided' }

const maxSteps = 20_000

export function overlap(...predicates: readonly Predicate[]): Overlap {
  return overlapWithin(new Map(), ...predicates)
}

/** The same where some names have values between two bounds only, both included. */
export function overlapWithin(
  ranges: ReadonlyMap<string, { lo: number; hi: number }>,
  ...predicates: readonly Predicate[]
): Overlap {
  const search = new Search()
  const box = new Map(
    [...ranges].map(([name, { lo, hi }]) => [
      name,
      { lo, loOpen: lo === -Infinity, hi, hiOpen: hi === Infinity, without: [] },
    ]),
  )
  const witness = search.satisfy(
    predicates.map((predicate) => ({ predicate, holds: true })),
    box,
  )
  if (search.steps > maxSteps) return { kind: 'undecided' }
  return witness === null ? { kind: 'never' } : { kind: 'possible', witness }
}

interface Goal {
  predicate: Predicate
  holds: boolean
}

class Search {
  steps = 0

  satisfy(goals: readonly Goal[], box: Box): Map<string, number> | null {
    this.steps += 1
    if (this.steps > maxSteps) return null
    const [first, ...rest] = goals
    if (!first) return valuesIn(box)
    const { predicate, holds } = first
    if (predicate.kind === 'not') {
      return this.satisfy([{ predicate: predicate.of, holds: !holds }, ...rest], box)
    }
    if (predicate.kind === 'comparison') {
      const narrowed = narrow(box, holds ? predicate : denied(predicate))
      return narrowed && this.satisfy(rest, narrowed)
    }
    const left = { predicate: predicate.left, holds }
    const right = { predicate: predicate.right, holds }
    if ((predicate.kind === 'and') === holds) return this.satisfy([left, right, ...rest], box)
    return this.satisfy([left, ...rest], box) ?? this.satisfy([right, ...rest], box)
  }
}

/** What is left for one name: an interval with open or closed ends, less single points. */
interface Span {
  lo: number
  loOpen: boolean
  hi: number
  hiOpen: boolean
  without: readonly number[]
}

type Box = ReadonlyMap<string, Span>

const anything: Span = {
  lo: -Infinity,
  loOpen: true,
  hi: Infinity,
  hiOpen: true,
  without: [],
}

function narrow(box: Box, { name, op, value }: Comparison): Box | null {
  const span = { ...(box.get(name) ?? anything) }
  if (op === '!=') span.without = [...span.without, value]
  if (op === '<' || op === '<=' || op === '==') {
    const open = op === '<'
    if (value < span.hi) Object.assign(span, { hi: value, hiOpen: open })
    else if (value === span.hi) span.hiOpen ||= open
  }
  if (op === '>' || op === '>=' || op === '==') {
    const open = op === '>'
    if (value > span.lo) Object.assign(span, { lo: value, loOpen: open })
    else if (value === span.lo) span.loOpen ||= open
  }
  return isEmpty(span) ? null : new Map(box).set(name, span)
}

function isEmpty({ lo, loOpen, hi, hiOpen, without }: Span): boolean {
  if (lo < hi) return false
  return lo > hi || loOpen || hiOpen || without.includes(lo)
}

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '==' } as const

function denied(comparison: Comparison): Comparison {
  return { ...comparison, op: opposite[comparison.op] }
}

function valuesIn(box: Box): Map<string, number> {
  return new Map([...box].map(([name, span]) => [name, valueIn(span)]))
}

/** A plain value inside a span that is not empty. */
function valueIn(span: Span): number {
  const { lo, hi } = span
  const scale = Math.max(1, mostOf([lo, hi].filter(Number.isFinite).map(Math.abs)))
  const tries = [lo, hi, 0, Math.round((lo + hi) / 2), (lo + hi) / 2, lo + scale, hi - scale]
  // A point may be missing at each of these; points further in are missing finitely often.
  for (let part = 2; part < 64; part += 1) {
    tries.push(lo + (hi - lo) / (part + 0.5), lo + scale * part, hi - scale * part)
  }
  return tries.find((value) => Number.isFinite(value) && holdsIn(span, value)) ?? Number.NaN
}

function holdsIn({ lo, loOpen, hi, hiOpen, without }: Span, value: number): boolean {
  return (
    (loOpen ? value > lo : value >= lo) &&
    (hiOpen ? value < hi : value <= hi) &&
    !without.includes(value)
  )
}
