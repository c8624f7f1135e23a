/** What a statement counts: the rows of the document that agree with it, or nothing that is known. */
import { append } from '../../../many.ts'
import type { Section, Spec } from '../../types.ts'
import { percentOf } from '../count.ts'
import { decimalsOf } from '../figure.ts'
import { PROGRESS_NAME } from './words.ts'
import type { Bar, Criterion, Figure, Place, Reading, Scope, Total } from '../types.ts'

export interface Known {
  spec: Spec
  criteria: readonly Criterion[]
  totals: readonly Total[]
}

export interface Tally {
  done: number
  open: number
  all: number
}

type Named = Exclude<Scope, { kind: 'unknown' }>

/** Criteria by the names under which a text may speak of them. */
export type Groups = ReadonlyMap<string, readonly Criterion[]>

export function groupsOf({ spec, criteria }: Known): Groups {
  const groups = new Map<string, readonly Criterion[]>()
  const add = (name: string, own: readonly Criterion[]) => {
    if (name !== '' && own.length > 0) groups.set(name, own)
  }
  for (const section of spec.sections) {
    if (section !== spec.title) add(plainName(section.name), inside(criteria, section))
  }
  for (const name of new Set(criteria.flatMap(({ category }) => category ?? []))) {
    add(
      plainName(name),
      criteria.filter(({ category }) => category === name),
    )
  }
  return groups
}

/** @param label the text that introduces the statement */
export function scopeOf(
  reading: Reading,
  place: Place,
  label: string,
  known: Known,
  groups: Groups,
): Scope {
  const found = candidates(reading, place, label, known, groups)
  const agreeing = found.find((scope) => agrees(reading, countOf(scope)))
  if (agreeing) return agreeing
  const [nearest] = found
  if (nearest === undefined) {
    return { kind: 'unknown', reason: 'the document has no rows that it could count' }
  }
  const stale = found.find((scope) => isStale(reading, countOf(scope), found))
  if (stale) return stale
  const { done, all } = countOf(nearest)
  return {
    kind: 'unknown',
    reason: `it agrees with no count of the rows (${nearest.name}: ${done} of ${all})`,
  }
}

/** How many rows of a scope have each standing, today. */
export function countOf(scope: Scope): Tally {
  if (scope.kind === 'unknown') return { done: 0, open: 0, all: 0 }
  if (scope.kind === 'total') {
    const [done, open] = [scope.total.done?.value ?? 0, scope.total.open?.value ?? 0]
    return { done, open, all: done + open }
  }
  const count = (standing: Criterion['standing']) =>
    scope.criteria.filter((one) => one.standing === standing).length
  const [done, open] = [count('done'), count('open')]
  return { done, open, all: scope.whole === 'all' ? scope.criteria.length : done + open }
}

/** How a bar rounds the share that it shows: to the nearest cell, else down; null for neither. */
export function roundingOf(
  { cells, filled }: Bar,
  { done, all }: Pick<Tally, 'done' | 'all'>,
): ((share: number) => number) | null {
  if (all === 0) return null
  return [Math.round, Math.floor].find((round) => round((cells * done) / all) === filled) ?? null
}

/** Whether a printed share is 100 · part / all, rounded as it is printed. */
export function shareFollows(figure: Figure, part: number, all: number): boolean {
  const exact = percentOf(part, all - part)
  return exact !== null && Math.abs(figure.value - exact) <= 0.5 * 10 ** -decimalsOf(figure) + 1e-9
}

/** What it may count, the nearest first. */
function candidates(
  { worded }: Reading,
  place: Place,
  label: string,
  known: Known,
  groups: Groups,
): Named[] {
  const { criteria, totals } = known
  const published = totals
    .filter(({ snapshot, done, open }) => !snapshot && done && open)
    .map((total): Named & { kind: 'total' } => ({ kind: 'total', total, name: `"${total.label}"` }))
  const own = published.filter(({ total }) => total.row === place.cell?.row)
  if (own.length > 0) return own
  const named = namedIn(`${place.about} ${label}`, groups)
  if (named) {
    const sameName = published.filter(({ total }) => plainName(total.label) === named.name)
    return [...rowsOf(named.criteria, `"${named.name}"`), ...sameName]
  }
  // A number alone in a cell counts what its row is named by, or its progress.
  if (place.kind === 'cell' && !worded && !PROGRESS_NAME.test(place.about)) return []
  const sections: Named[] = []
  for (let section = place.section; section !== null; section = section.parent) {
    const within = inside(criteria, section)
    if (within.length < criteria.length) append(sections, rowsOf(within, `"${section.heading}"`))
  }
  // A heading speaks of its own section.
  if (place.kind === 'heading' && sections.length > 0) return sections
  return [
    ...sections,
    ...rowsOf(criteria, 'all rows'),
    ...published.filter(({ total }) => total.sum),
  ]
}

/** Rows with one of the two statuses, and with those of a third one where there are any. */
function rowsOf(criteria: readonly Criterion[], name: string): Named[] {
  if (criteria.length === 0) return []
  const both: Named = { kind: 'criteria', criteria, name, whole: 'both' }
  return criteria.every(({ standing }) => standing !== 'neither')
    ? [both]
    : [{ ...both, whole: 'all' }, both]
}

function namedIn(
  text: string,
  groups: Groups,
): { name: string; criteria: readonly Criterion[] } | null {
  const plain = ` ${plainName(text)} `
  const names = [...groups.keys()].filter((name) => plain.includes(` ${name} `))
  const [name] = names.sort((one, other) => other.length - one.length)
  const criteria = name === undefined ? undefined : groups.get(name)
  return name === undefined || criteria === undefined ? null : { name, criteria }
}

/** Every number that is given is the count's. */
function agrees(reading: Reading, count: Tally): boolean {
  const { done, open, all, percents, bars, ordered } = reading
  if (count.all === 0) return false
  if (!ordered) {
    const given = new Set([done?.value, open?.value])
    return given.has(count.done) && given.has(count.open) && done!.value + open!.value === count.all
  }
  if (done && done.value !== count.done) return false
  if (open && open.value !== count.open) return false
  if (all && all.value !== count.all) return false
  if (done || open) return true
  if (percents.length > 0) {
    return percents.every(({ of, figure }) => shareFollows(figure, count[of], count.all))
  }
  return (
    bars.length > 0 &&
    bars.every(({ filled, cells }) => filled === Math.round((cells * count.done) / count.all))
  )
}

/**
 * A count that names a status and was right at another time: `2 of 4 verified` where three of four
 * rows are, or both statuses in one breath. With several things that it might count it is none.
 */
function isStale(
  { worded, ordered, all, done, open }: Reading,
  count: Tally,
  found: readonly Named[],
): boolean {
  if (!worded || !ordered) return false
  if (all) return all.value === count.all
  const names = new Set(found.flatMap(({ kind, name }) => (kind === 'criteria' ? [name] : [])))
  return done !== null && open !== null && names.size === 1
}

function inside(criteria: readonly Criterion[], { subtree }: Section): Criterion[] {
  return criteria.filter(({ row }) => row.start >= subtree.start && row.end <= subtree.end)
}

/** Words alone, in small letters: without marks, numbers in brackets and pictures. */
function plainName(text: string): string {
  return text
    .replaceAll(/\([^()]*\d[^()]*\)|\[[^[\]]*\d[^[\]]*\]/g, ' ')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}-]+/gu, ' ')
    .trim()
}
