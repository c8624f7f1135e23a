/** Why a selector picks no figure, or no single one, and what to write instead. */
import { type FigureSelector, nearest } from '../settings/index.ts'
import type { Picked, Picker } from './pick.ts'

export function severalFit(picked: readonly Picked[]): string {
  const places = picked
    .slice(0, 4)
    .map(({ measurement: { source } }) => `${source.file}:${source.line}`)
  return `${picked.length} figures fit and do not say the same (${places.join(', ')}${picked.length > 4 ? ', …' : ''}); ${apartBy(picked)}`
}

/** By what the figures that fit differ, so that one can be chosen. */
function apartBy(picked: readonly Picked[]): string {
  const columns = new Set(
    picked.flatMap(({ measurement }) => Object.keys(measurement.labels ?? {})),
  )
  const telling = [...columns].filter(
    (column) => new Set(picked.map(({ measurement }) => measurement.labels?.[column])).size > 1,
  )
  const diagnostics = new Set(picked.map(({ measurement }) => measurement.source.diagnostic))
  const stages = new Set(picked.map(({ measurement }) => measurement.stage))
  if (stages.size > 1) return `name one: ${[...stages].slice(0, 4).join(', ')}`
  const headings = new Set(picked.map(({ measurement }) => measurement.under.at(-1)))
  if (diagnostics.size > 1) return `name the diagnostic: ${[...diagnostics].slice(0, 4).join(', ')}`
  if (telling.length > 0)
    return `they differ in ${telling.slice(0, 4).join(', ')}: write {${telling[0]}: "…"}`
  if (headings.size > 1) return 'they stand under different headings: name one'
  return 'nothing but their lines tells them apart: take first(…), last(…), min(…), max(…) or median(…)'
}

/** That nothing fits, with names that may have been meant. */
export function nothingFits(
  selector: FigureSelector,
  name: string,
  { picker }: { picker: Picker },
): string {
  const everywhere = { ...selector, parts: [], where: {} }
  const elsewhere = picker.pick(everywhere).length > 0
  if (elsewhere && selector.parts.length + Object.keys(selector.where).length > 0) {
    const wrong = selector.parts.find(
      (part) => picker.placed({ name: '', parts: [part], where: {} }).length === 0,
    )
    const key = Object.keys(selector.where).find(
      (one) => picker.textsOf(one, everywhere).length === 0,
    )
    if (wrong !== undefined) return `nothing is called ${wrong}${meant(wrong, picker.places())}`
    return `no figure fits ${name}${key === undefined ? '' : `: there is no ${key}${meant(key, picker.columns())}`}`
  }
  return `no figure is called ${selector.name}${meant(selector.name, picker.names())}`
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near.length > 0 ? `; near it: ${near.join(', ')}` : ''
}
