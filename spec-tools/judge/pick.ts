/**
 * The figures that an inline selector stands for, such as `tok_s(new, {test: "tg128"})`: those whose
 * name, statistic or unit has these words, in the places that the parts and conditions name.
 */
import { leastOf } from '../many.ts'
import type { Measurement } from '../evidence/index.ts'
import type { FigureSelector } from '../settings/index.ts'
import { named, type Picked } from './called.ts'
import { indexOfName, sameWords, words } from './label.ts'
import { objectOf, objectsAround, ownName, rowOf } from './row.ts'
import { isNaming, nameOfRow } from './row-name.ts'
import { isOfPair } from './select.ts'
import { keyOf, sameFact, Work } from './work.ts'

export class Picker {
  readonly #all: readonly Measurement[]
  /** Measurements that stand in one line: one row of a table, one object, one line of text. */
  readonly #rows: ReadonlyMap<string, readonly Measurement[]>
  #objects: ReadonlyMap<string, readonly Measurement[]> | undefined
  #stages: ReadonlySet<string> | undefined
  readonly #names = new Map<string, string | null>()
  /** At what work each figure was measured, and what the lines of the logs say. */
  readonly work: Work

  /**
   * @param all with the layer among the facts where it is known
   * @param files the logs, by the path that measurements name as their source
   */
  constructor(all: readonly Measurement[], files: ReadonlyMap<string, Uint8Array>) {
    this.#all = all
    this.#rows = Map.groupBy(all, rowOf)
    this.work = new Work(this, files)
  }

  /** Those that fit best, in the order of the logs. */
  pick(selector: FigureSelector, statistic: string | null = null): Picked[] {
    const ranked = this.placed(selector)
      .filter((one) => !isOfPair(one))
      .flatMap((measurement) => {
        const found = named(measurement, selector, statistic, this.nameOf(measurement))
        return found === null ? [] : [{ ...found, measurement }]
      })
    const lowest = leastOf(ranked.map(({ rank }) => rank))
    if (ranked.length > 0 || statistic === null) {
      return ranked.filter(({ rank }) => rank === lowest)
    }
    // `p99(cuda)` may be the p99 of a figure, or the figure p99 at a place.
    const { name, parts, where } = selector
    return this.pick({ name: statistic, parts: [name, ...parts], where })
  }

  /** Those of its row. */
  beside(measurement: Measurement): readonly Measurement[] {
    return this.#rows.get(rowOf(measurement)) ?? []
  }

  /** What its row is called, where the row has a name of its own. */
  nameOf(measurement: Measurement): string | null {
    const row = rowOf(measurement)
    if (!this.#names.has(row)) this.#names.set(row, nameOfRow(this.beside(measurement)))
    return this.#names.get(row) ?? null
  }

  /** Those of its object and of the objects around it; of a line of text those of the line. */
  around(measurement: Measurement): readonly Measurement[] {
    this.#objects ??= Map.groupBy(this.#all, objectOf)
    return objectsAround(measurement).flatMap((key) => this.#objects?.get(key) ?? [])
  }

  /** Rows (lines with a figure) in these places. */
  rows(selector: FigureSelector): string[] {
    return [...new Set(this.placed(selector).map(rowOf))]
  }

  /** All measurements in the places that a selector names, whatever they are called. */
  placed({ parts, where }: FigureSelector): Measurement[] {
    const conditions = Object.entries(where)
    return parts
      .reduce<readonly Measurement[]>((left, part) => this.#inPart(left, part), this.#all)
      .filter((one) => conditions.every(([key, text]) => this.#holds(one, key, text)))
  }

  /** The texts that a column holds in the places of a selector, each once. */
  textsOf(column: string, selector: FigureSelector): string[] {
    const found = this.placed(selector).flatMap((one) => this.textOf(one, column) ?? [])
    if (found.length > 0 || !isNaming(words(column))) return [...new Set(found)]
    const picked = this.pick(selector).map(({ measurement }) => measurement)
    return [...new Set(picked.map((one) => this.nameOf(one) ?? one.stage))]
  }

  /** The text of a measurement's row under a column; a fact or a neighbour's figure counts as one. */
  textOf(measurement: Measurement, column: string): string | null {
    const key = words(column)
    const labels = Object.entries(measurement.labels ?? {})
    const labelled = labels.find(([name]) => sameWords(words(name), key))?.[1]
    if (labelled !== undefined) return labelled
    const fact = Object.entries(measurement.facts).find(([name]) =>
      sameWords(words(name), key),
    )?.[1]
    if (fact !== undefined) return String(fact)
    const heading = measurement.under.find((one) => sameWords(words(one).slice(0, key.length), key))
    if (heading !== undefined && words(heading).length > key.length) {
      return heading.replace(/^\S+[\s:=]*/, '')
    }
    const neighbour = this.beside(measurement).find(
      (one) =>
        one !== measurement &&
        (sameWords(words(one.stage), key) || sameWords(words(ownName(one.stage)), key)),
    )
    return neighbour?.figures['value']?.printed ?? numberBeside(measurement, key)
  }

  /** Names, statistics and units by which a figure can be picked. */
  names(): string[] {
    const found = this.#all.flatMap(({ stage, figures, facts }) => [
      stage,
      ...Object.keys(figures).flatMap((statistic) => [statistic, `${stage} ${statistic}`]),
      facts.unit ?? '',
    ])
    return [...new Set(found.filter((one) => one !== ''))]
  }

  /** Diagnostics, sides, texts and headings that a part can name. */
  places(): string[] {
    const found = this.#all.flatMap(({ source, side, labels, under, stage }) => [
      source.diagnostic,
      stage,
      side ?? '',
      ...Object.values(labels ?? {}),
      ...under,
    ])
    return [...new Set(found.filter((one) => one !== ''))]
  }

  columns(): string[] {
    return [
      ...new Set(
        this.#all.flatMap(({ labels, facts }) => [
          ...Object.keys(labels ?? {}),
          ...Object.keys(facts),
        ]),
      ),
    ]
  }

  /** A part names a diagnostic, else a side, else a text of a row, else a heading or a label. */
  #inPart(measurements: readonly Measurement[], part: string): Measurement[] {
    const name = words(part)
    const ways: ((one: Measurement) => boolean)[] = [
      ({ source }) => source.diagnostic === part || sameWords(words(source.diagnostic), name),
      ({ side }) => side !== null && sameWords(words(side), name),
      ({ labels }) => Object.values(labels ?? {}).some((text) => sameWords(words(text), name)),
      // `BM_Add/64` is not `BM_Add/64/fast`.
      (one) => part.includes('/') && sameWords(words(this.nameOf(one) ?? one.stage), name),
      ({ stage, under }) => [stage, ...under].some((text) => indexOfName(words(text), name) !== -1),
    ]
    const way = ways.find((fits) => this.#all.some(fits))
    return way === undefined ? [] : measurements.filter(way)
  }

  #holds(measurement: Measurement, key: string, wanted: string): boolean {
    const text = this.textOf(measurement, key)
    const bound = /^\s*(>=|<=|>|<)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*$/i.exec(wanted)
    if (bound) {
      const value = text === null ? Number.NaN : Number(text)
      return compared(value, bound[1]!, Number(bound[2]))
    }
    if (text !== null) return sameText(text, wanted)
    // Some tables are read with the text of a row as the name of its figures.
    if (isNaming(words(key))) {
      const name = this.nameOf(measurement)
      if (name !== null) return sameText(name, wanted) || sameWords(words(name), words(wanted))
      const all = words(wanted)
      this.#stages ??= new Set(this.#all.map(({ stage }) => words(stage).join(' ')))
      return this.#stages.has(all.join(' '))
        ? sameWords(words(measurement.stage), all)
        : indexOfName(words(measurement.stage), all) !== -1
    }
    const fact = this.work.of(measurement).get(keyOf(key))
    return fact !== undefined && sameFact(fact, wanted)
  }
}

/** A number behind a word on the same line, such as that of `step 250/5000`; null for several. */
function numberBeside(
  { source: { raw }, facts }: Measurement,
  key: readonly string[],
): string | null {
  if (key.length === 0 || facts.unit === key[0] || /^\s*["{[]/.test(raw)) return null
  const name = key.join('[\\s_-]*')
  const found = [
    ...raw.matchAll(
      new RegExp(
        `(?<![\\p{L}\\p{N}_])${name}\\s*[:=#]?\\s*\\[?(\\d[\\d,]*(?:\\.\\d+)?)(?![\\p{L}\\d.])`,
        'giu',
      ),
    ),
  ]
  const texts = new Set(found.map(([, text = '']) => text.replaceAll(',', '')))
  return texts.size === 1 ? [...texts][0]! : null
}

function compared(value: number, op: string, bound: number): boolean {
  if (op === '>=') return value >= bound
  if (op === '<=') return value <= bound
  return op === '>' ? value > bound : value < bound
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => text.trim().toLowerCase())
  return left === right || (left !== '' && right !== '' && Number(left) === Number(right))
}
