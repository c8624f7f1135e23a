/**
 * Holds a section as it stands against the section as its evidence draws it, piece by piece: what a
 * person wrote is told, what is bound to evidence must be there as it was.
 */
import { boundIn, firstChange } from './figures.ts'
import { unitsOf, type Unit } from './units.ts'

/** What a person made of a drafted text without touching what it rests on. */
export interface Edited {
  kind: 'added' | 'reworded' | 'moved'
  /** Line of the found text, from 1. */
  line: number
  text: string
}

/** A piece whose bound parts are not those of the evidence. */
export interface Unbound {
  /** Line of the found text, from 1; of the drawn one for what is missing. */
  line: number
  what: string
  expected: string
  found: string
}

export function compareEdited(
  drawn: string,
  found: string,
): { edited: Edited[]; unbound: Unbound[] } {
  const [wanted, got] = [unitsOf(drawn), unitsOf(found)]
  const { pairs, missing, added } = pairUp(wanted, got)
  const edited: Edited[] = [...movedIn(pairs)]
  const unbound: Unbound[] = []
  const left = new Set(added)
  for (const unit of missing) {
    const bound = boundIn(unit.text)
    const candidates = [...left].filter(
      (one) => one.kind === unit.kind && one.context === unit.context,
    )
    const same = candidates.filter((one) => firstChange(bound, boundIn(one.text)) === null)
    const alike = nearest(unit, same, bound.length > 0 ? 0.15 : 0.34)
    const other = alike ?? nearest(unit, candidates, 0.4)
    if (other === undefined) {
      unbound.push({
        line: unit.line,
        what: 'this is missing',
        expected: unit.text,
        found: '(nothing)',
      })
      continue
    }
    left.delete(other)
    const change = firstChange(bound, boundIn(other.text))
    if (change === null) edited.push({ kind: 'reworded', line: other.line, text: other.text })
    else {
      unbound.push({
        line: other.line,
        what: `${change.expected} has become ${change.found}`,
        expected: unit.text,
        found: other.text,
      })
    }
  }
  for (const unit of left) {
    if (isClaim(unit)) {
      const expected = 'nothing of the evidence'
      unbound.push({ line: unit.line, what: 'this was added', expected, found: unit.text })
    } else edited.push({ kind: 'added', line: unit.line, text: unit.text })
  }
  return { edited, unbound }
}

/** A row of a drafted table, or a verdict, reads as if it were drafted. */
function isClaim({ kind, text }: Unit): boolean {
  return kind === 'row' || /\*\*(?:CONFIRMED|REFUTED|INCONCLUSIVE)\*\*/.test(text)
}

type Pair = readonly [wanted: Unit, found: Unit]

/** Pieces that stand there word for word, wherever. */
function pairUp(
  wanted: readonly Unit[],
  got: readonly Unit[],
): { pairs: Pair[]; missing: Unit[]; added: Unit[] } {
  const key = ({ kind, text, context }: Unit) => JSON.stringify([kind, text, context])
  const free = Map.groupBy(got, key)
  const pairs: Pair[] = []
  const missing: Unit[] = []
  for (const unit of wanted) {
    const found = free.get(key(unit))?.shift()
    if (found === undefined) missing.push(unit)
    else pairs.push([unit, found])
  }
  return { pairs, missing, added: [...free.values()].flat() }
}

/** Pairs outside of the longest run in which both sides have one order. */
function movedIn(pairs: readonly Pair[]): Edited[] {
  const lines = pairs.map(([, found]) => found.line)
  const kept = longestRising(lines)
  return pairs.flatMap(([, { line, text }], at): Edited[] =>
    kept.has(at) ? [] : [{ kind: 'moved', line, text }],
  )
}

/** Positions of a longest rising sequence (patience sorting, O(n log n)). */
function longestRising(values: readonly number[]): Set<number> {
  const tails: number[] = []
  const before: (number | undefined)[] = []
  for (const [at, value] of values.entries()) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1
      else high = middle
    }
    before[at] = tails[low - 1]
    tails[low] = at
  }
  const kept = new Set<number>()
  let at: number | undefined = tails.at(-1)
  while (at !== undefined) {
    kept.add(at)
    at = before[at]
  }
  return kept
}

/** The candidate that shares most words; none where fewer than `least` of them are shared. */
function nearest(unit: Unit, candidates: readonly Unit[], least: number): Unit | undefined {
  const words = wordsOf(unit.text)
  const [best] = candidates
    .map((one) => ({ one, share: shared(words, wordsOf(one.text)) }))
    .filter(({ share }) => share >= least)
    .toSorted((a, b) => b.share - a.share)
  return best?.one
}

/** 2 · common / all words (Dice). */
function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const all = one.size + other.size
  return all === 0 ? 1 : (2 * [...one].filter((word) => other.has(word)).length) / all
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))
}
