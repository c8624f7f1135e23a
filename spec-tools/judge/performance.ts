/**
 * The gate of performance figures: whether the same metric of the same work was measured, in units
 * that can be converted. What is known to differ makes a comparison INCOMPARABLE, as for tensors, and
 * what only one side says makes it UNPROVEN; nothing is compared then.
 */
import type { Measurement } from '../evidence/index.ts'
import { conversion, type Expression, type FigureSelector } from '../settings/index.ts'
import type { Evaluated } from './evaluated.ts'
import { indexOfName, sameWords, words } from './label.ts'
import { metricOf, type Picked, unitOf } from './called.ts'
import { objectOf } from './row.ts'
import { isOfMachine, isTypeOf, keyOf, plainFact, squashed, type Work } from './work.ts'

const ofTensors = new Set(['mean', 'std', 'min', 'max', 'l2', 'norm', 'sum'])

/** What the selectors of one side of a comparison name: by this the two may differ. */
export interface Chosen {
  keys: ReadonlySet<string>
  texts: readonly string[]
}

type Side = Pick<Evaluated, 'picked' | 'metric'> & { chosen: Chosen }

export interface GateContext {
  work: Work
  /** Facts that somebody vouches for where the logs say nothing. */
  assert: Readonly<Record<string, string>>
}

/**
 * Why two values may not be set in relation; null where they may. Figures of one row are always
 * comparable: their relation is a figure of that row.
 */
export function incomparable(left: Side, right: Side, context: GateContext): string | null {
  if (!areApart(left, right)) return null
  const both = [...left.picked, ...right.picked]
  const elsewhere = new Set(both.map(({ measurement }) => placeOf(measurement))).size > 1
  if (elsewhere && both.some(isOfTensor)) {
    return 'these are statistics of tensors: two of them are compared as a stage (`side: pair, metric: std_ratio`)'
  }
  return unlikeMetrics(left, right, elsewhere) ?? unlikeWork(left, right, elsewhere, context)
}

/** Whether two values were made of different rows. */
export function areApart(left: Pick<Side, 'picked'>, right: Pick<Side, 'picked'>): boolean {
  if (left.picked.length === 0 || right.picked.length === 0) return false
  const [a, b] = [left, right].map(({ picked }) =>
    [...new Set(picked.map(({ measurement }) => objectOf(measurement)))].toSorted().join('\n'),
  )
  return a !== b
}

function placeOf({ source, side }: Measurement): string {
  return JSON.stringify([source.diagnostic, side])
}

/** Of figures that are compared directly, and not as parts of two ratios. */
function unlikeMetrics(left: Side, right: Side, elsewhere: boolean): string | null {
  if (!left.metric || !right.metric) return null
  const [a, b] = [left.metric, right.metric]
  const statistics = [left, right].map((one) =>
    listed(one.picked.map(({ statistic }) => statistic)),
  )
  if (statistics[0] !== statistics[1] && !(a.isExplicit && b.isExplicit)) {
    return `INCOMPARABLE(${statistics.join('≠')}); name the statistic of both: \`mean(…)\`, \`p99(…)\``
  }
  if (sameWords(words(a.selector.name), words(b.selector.name))) {
    const [x, y] = [namesOf(left.picked, a.selector), namesOf(right.picked, b.selector)]
    return x === y || statistics[0] !== statistics[1] ? null : `INCOMPARABLE(${x}≠${y})`
  }
  const units = [...left.picked, ...right.picked].map(({ measurement }) => unitOf(measurement))
  return elsewhere && units.includes(undefined)
    ? `UNPROVEN(unit?): ${a.selector.name} and ${b.selector.name} are called differently, and no unit says that they are the same metric`
    : null
}

function namesOf(picked: readonly Picked[], selector: FigureSelector): string {
  return listed(picked.map((one) => metricOf(one, selector)))
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].toSorted().slice(0, 4).join(', ')
}

/** `last(loss)` and `first(loss)`: two numbers of what one selector picks. */
function ofOneSeries(left: Side, right: Side): boolean {
  const [a, b] = [left, right].map(({ metric }) => metric && JSON.stringify(metric.selector))
  return a !== undefined && a === b
}

function unlikeWork(
  left: Side,
  right: Side,
  elsewhere: boolean,
  { work, assert }: GateContext,
): string | null {
  if (ofOneSeries(left, right)) return null
  const [a, b] = [left, right].map(({ picked }) => textsOf(picked, work))
  const said = new Map(Object.entries(assert).map(([key, text]) => [keyOf(key), text]))
  for (const key of [...new Set([...a!.keys(), ...b!.keys()])].toSorted(byWeight)) {
    const asserted = said.get(key)
    const fill = (texts: ReadonlySet<string> | undefined) =>
      texts ?? (asserted === undefined ? undefined : new Set([asserted]))
    const [x, y] = [fill(a!.get(key)), fill(b!.get(key))]
    if (isChosen(key, x, left.chosen) && isChosen(key, y, right.chosen)) continue
    if (x === undefined || y === undefined) {
      if (isOfMachine(key)) continue
      const stated = [...(x ?? y ?? [])].slice(0, 3).join(', ')
      return `UNPROVEN(${key}?): one side states ${key} ${stated} and the other none; print it there, too, or vouch for it: \`assert: { ${key}: ${stated} }\``
    }
    // The steps of one log are meant to differ, and a series is as long as it was printed.
    if (/^steps?$/.test(key) && (!elsewhere || Math.max(x.size, y.size) > 1)) continue
    const [one, other] = [x, y].map((texts) => [...texts].map(folded).toSorted())
    if (one!.join('\n') === other!.join('\n') || isNamedInBoth(x, y, left, right)) continue
    const apart = `INCOMPARABLE(${key} ${shownTexts(x)}≠${shownTexts(y)})`
    if (!isOfType(key)) return apart
    return `${apart}; if it is what is compared, name it on both sides (\`${key} = ${[...x][0]}\` in the brackets of the figure), or call the diagnostics so`
  }
  return null
}

/** The model first, then whatever else there is, by its name. */
function byWeight(a: string, b: string): number {
  const weight = (key: string) => (key.startsWith('model') ? 0 : key === 'batch' ? 1 : 2)
  return weight(a) - weight(b) || (a < b ? -1 : 1)
}

function shownTexts(texts: ReadonlySet<string>): string {
  const all = [...texts]
  return `${all.slice(0, 3).join(', ')}${all.length > 3 ? ', …' : ''}`
}

function textsOf(picked: readonly Picked[], work: Work): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { measurement } of picked) {
    for (const [key, text] of work.of(measurement)) {
      const texts = found.get(key) ?? new Set()
      found.set(key, texts.add(text))
    }
  }
  return found
}

function folded(text: string): string {
  const number = Number(text.replaceAll(/[,_]/g, ''))
  return Number.isFinite(number) ? String(number) : text.toLowerCase()
}

/** How numbers are stored: what a quantisation is compared for. */
function isOfType(key: string): boolean {
  return /^(?:\w*dtype|precision|quant\w*|type|weights|kv)$/.test(key)
}

/** Whether two texts, such as paths of a model, differ in no more than what the sides are called. */
function isNamedInBoth(
  x: ReadonlySet<string>,
  y: ReadonlySet<string>,
  left: Side,
  right: Side,
): boolean {
  const rest = (texts: ReadonlySet<string>, { chosen }: Side) =>
    [...texts].map((text) => {
      const names = chosen.texts.map(squashed).filter((name) => name.length > 1)
      const all = squashed(text)
      const name = names.find((one) => all.includes(one))
      return name === undefined ? null : all.replace(name, '')
    })
  const [a, b] = [rest(x, left), rest(y, right)]
  return !a.includes(null) && !b.includes(null) && a.toSorted().join() === b.toSorted().join()
}

/** Whether a selector names the key, or each of its texts. */
function isChosen(key: string, values: ReadonlySet<string> | undefined, chosen: Chosen): boolean {
  if (chosen.keys.has(key)) return true
  if (values === undefined) return false
  return [...values].every((value) =>
    chosen.texts.some((text) => {
      const [own, wanted] = [words(text), words(value)]
      if (plainFact(text) === plainFact(value)) return true
      if (isOfType(key) && isTypeOf(text, value)) return true
      return sameWords(own, wanted) || indexOfName(own, [...words(key), ...wanted]) !== -1
    }),
  )
}

/** What the selectors of an expression name, with the conditions that hold for all. */
export function chosenBy(expression: Expression, where: Readonly<Record<string, string>>): Chosen {
  const keys = new Set(Object.keys(where).map(keyOf))
  const texts: string[] = []
  const walk = (one: Expression): void => {
    if ('left' in one && one.kind !== 'same output') {
      walk(one.left)
      walk(one.right)
    } else if ('of' in one) walk(one.of)
    else if ('selector' in one) {
      for (const text of [one.selector.name, ...one.selector.parts]) texts.push(text)
      for (const key of Object.keys(one.selector.where)) keys.add(keyOf(key))
    }
  }
  walk(expression)
  return { keys, texts }
}

/** Factor from the unit of the second to that of the first; null where there is none. */
export function conversionOf(to: string | undefined, from: string | undefined): number | null {
  if (from === undefined && to === undefined) return 1
  return from === undefined || to === undefined ? null : conversion(from, to)
}

/** Why the units of two figures forbid a comparison, in the words of a cell. */
export function unitsApart(left: string | undefined, right: string | undefined): string {
  return left === undefined || right === undefined
    ? `UNPROVEN(unit?): one side states ${left ?? right} and the other no unit`
    : `INCOMPARABLE(unit ${left}≠${right})`
}

function isOfTensor({ measurement, statistic }: Picked): boolean {
  const { n, shape } = measurement.facts
  if (unitOf(measurement) !== undefined || isQuality(measurement)) return false
  return n !== undefined || shape !== undefined || ofTensors.has(statistic)
}

/** A perplexity, an accuracy or a loss: a number that a log states, often with its error. */
function isQuality({ stage, figures, facts: { shape } }: Measurement): boolean {
  if (shape !== undefined) return false
  const isStated = ['stderr', 'plus_minus'].some((name) => Object.hasOwn(figures, name))
  return isStated || words(stage).some((word) => qualities.has(word))
}

const qualities = new Set(
  'acc accuracy ppl perplexity loss f bleu chrf rouge score wer cer em match mrr ndcg auc'.split(
    ' ',
  ),
)

/** What is better, by the unit of a figure: more work in less time. */
export function better(unit: string | undefined): 'larger' | 'smaller' | null {
  if (unit === undefined) return null
  if (conversion(unit, 's') !== null || conversion(unit, 'B') !== null) return 'smaller'
  return /\/\s*(?:s|sec|second|min|h)$|FLOPS?|FLOP\/s/i.test(unit) ? 'larger' : null
}
