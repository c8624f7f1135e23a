/** Why a selector picks no figure, or no single one, and what to write instead. */
import type { Measurement } from '../evidence/index.ts'
import { type FigureSelector, nearest, type SideOfStage } from '../settings/index.ts'
import { indexOfName, words } from './label.ts'
import type { Picked } from './called.ts'
import type { Picker } from './pick.ts'

export function severalFit(
  picked: readonly Picked[],
  selector: FigureSelector,
  picker: Picker,
): string {
  const lines = picked.map(({ measurement: { source } }) => `${source.file}:${source.line}`)
  const places = [...new Set(lines)]
  return `${picked.length} figures fit and do not say the same (${few(places)}); ${apartBy(picked, selector, picker)}`
}

function few(texts: readonly string[]): string {
  return `${texts.slice(0, 4).join(', ')}${texts.length > 4 ? ', …' : ''}`
}

/** By what the figures that fit differ, so that one can be chosen. */
function apartBy(picked: readonly Picked[], selector: FigureSelector, picker: Picker): string {
  const rows = [...new Set(picked.map(({ measurement }) => picker.nameOf(measurement)))]
  const [row] = rows
  if (rows.length > 1 && typeof row === 'string') {
    const parts = [JSON.stringify(row), ...selector.parts]
    return `name a row: \`${selector.name}(${parts.join(', ')})\`, or write \`for all names\` behind the predicate`
  }
  const columns = new Set(
    picked.flatMap(({ measurement }) => Object.keys(measurement.labels ?? {})),
  )
  const telling = [...columns].filter(
    (column) => new Set(picked.map(({ measurement }) => measurement.labels?.[column])).size > 1,
  )
  const diagnostics = new Set(picked.map(({ measurement }) => measurement.source.diagnostic))
  const stages = new Set(picked.map(({ measurement }) => measurement.stage))
  if (stages.size > 1) return `name one: ${few([...stages])}`
  const headings = new Set(picked.map(({ measurement }) => measurement.under.at(-1) ?? 'none'))
  if (diagnostics.size > 1) return `name the diagnostic: ${few([...diagnostics])}`
  if (telling.length > 0)
    return `they differ in ${telling.slice(0, 4).join(', ')}: write {${telling[0]}: "…"}`
  if (headings.size > 1) {
    const parts = [...selector.parts, [...headings].at(-1)]
    return `they stand under different headings (${few([...headings])}): name one, as in \`${selector.name}(${parts.join(', ')})\``
  }
  return 'nothing but their lines tells them apart: take first(…), last(…), min(…), max(…) or median(…)'
}

/** That nothing fits, with names that may have been meant. */
export function nothingFits(
  selector: FigureSelector,
  name: string,
  { picker }: { picker: Picker },
  statistic: string | null = null,
): string {
  const there = statistic === null ? [] : picker.pick(selector)
  if (there.length > 0) {
    const stated = there.flatMap(({ measurement }) => Object.keys(measurement.figures))
    return `${selector.name} states no ${statistic}, but ${[...new Set(stated)].slice(0, 8).join(', ')}`
  }
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
    if (key !== undefined) return `there is no ${key}${meant(key, picker.columns())}`
    const other = Object.entries(selector.where).find(
      ([column, text]) =>
        picker.placed({ name: '', parts: [], where: { [column]: text } }).length === 0,
    )
    if (other === undefined) return `no figure fits ${name}`
    const [column, text] = other
    return `no ${column} is ${text}${meant(text, picker.textsOf(column, everywhere))}`
  }
  return `no figure is called ${selector.name}${meant(selector.name, picker.names())}`
}

/** That no row has a column, with those that there are. */
export function noTexts(column: string, picker: Picker): string {
  const columns = picker.columns()
  const near = nearest(column, columns)
  if (near.length > 0) return `no row has a ${column}; near it: ${near.join(', ')}.`
  const there = columns.filter((one) => one !== 'unit').slice(0, 6)
  const byName = 'the names of the figures are `for all names`'
  return `no row has a ${column}; ${there.length > 0 ? `there are ${there.join(', ')}, and ` : ''}${byName}.`
}

/** Which part of the selector of a side picks nothing. */
export function noSuchSide(
  { diagnostic, under, stage, labels = {}, name }: SideOfStage,
  id: string,
  all: readonly Measurement[],
): string {
  const isCalled = (text: string, wanted: string) => indexOfName(words(text), words(wanted)) !== -1
  const headings = all.flatMap((one) => one.under)
  const stages = all.map((one) => one.stage)
  const diagnostics = all.map(({ source }) => source.diagnostic)
  if (diagnostic !== undefined && !diagnostics.includes(diagnostic)) {
    return `nothing was read from a diagnostic ${diagnostic}${meant(diagnostic, diagnostics)}`
  }
  if (under !== undefined && !headings.some((one) => isCalled(one, under))) {
    return `no heading holds ${under}${meant(under, headings)}`
  }
  for (const [column, text] of Object.entries(labels)) {
    const texts = all.flatMap((one) => one.labels?.[column] ?? [])
    const columns = all.flatMap((one) => Object.keys(one.labels ?? {}))
    if (texts.length === 0) return `there is no column ${column}${meant(column, columns)}`
    if (!texts.includes(text)) return `no ${column} is ${text}${meant(text, texts)}`
  }
  const wanted = stage ?? id
  if (![...stages, ...headings].some((one) => isCalled(one, wanted))) {
    return `no stage is called ${wanted}${meant(
      wanted,
      stages.flatMap((one) => partsLike(one, wanted)),
    )}`
  }
  const sides = all.flatMap(({ side }) => side ?? [])
  return `no figure of ${wanted} is one of ${name ?? 'this side'}${name === undefined ? '' : meant(name, sides)}`
}

/** Parts of a stage's name with as many words as another: a log may put its side before it. */
function partsLike(stage: string, wanted: string): string[] {
  const all = stage.split(/\s+/)
  const count = wanted.split(/\s+/).length
  return [stage, ...all.map((_, at) => all.slice(at, at + count).join(' '))]
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near.length > 0 ? `; near it: ${near.join(', ')}` : ''
}
