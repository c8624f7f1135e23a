/** Key-value pairs under their headings -> measurements. */
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { colon, equals } from './characters.ts'
import { bannerRank } from './grammars/banner.ts'
import { type Collector, figure } from './collector.ts'
import type { Key } from './key.ts'
import { cut, labelOf, stateFact, type Label } from './label.ts'
import { Kind, type Outline } from './outline.ts'
import { withoutUnit } from './units.ts'
import type { Pair, Pairs } from './pairs.ts'
import { holdsFigures, keyIn, labelsIn, saysNothing } from './pair-keys.ts'

/** A stage and a unit on one line: what makes one measurement. */
interface Group {
  stage: string
  unit: string | null
  label: Label | null
  figures: Record<string, Figure>
  /** Whether statistics without a name of their own may be of its stage. */
  inherited: boolean
}

export class Figures {
  readonly #outline: Outline
  readonly #collector: Collector
  /** Whether several statistics stand in the line without a name of their own. */
  #several = false
  /** The label of the line where it names two sides but no stage: `APR vs GGUF: …`. */
  #headless: Label | null = null

  constructor(outline: Outline, collector: Collector) {
    this.#outline = outline
    this.#collector = collector
  }

  /** Makes measurements of the pairs that were parsed; false if there is nothing in them. */
  take({ labelFrom, labelTo, list }: Pairs, line: string, indent: number): boolean {
    const printed = labelTo > labelFrom ? labelOf(line.slice(labelFrom, labelTo)) : null
    const isName = printed !== null && /[\p{L}\p{N}]/u.test(printed.stage)
    const label = isName && !printed.progress ? printed : null
    const keys = list.map((pair) => keyIn(line, pair))
    this.#headless = printed !== null && printed.stage === '' ? printed : null
    const facts: Facts = {}
    const groups: Group[] = []
    const joined = keys.map((key) => key.printed).join(', ')
    const dimensions =
      keys.some((key) => /^m$/i.test(key.printed)) || keys.some((key) => /^k$/i.test(key.printed))
    const common = label === null ? null : withoutUnit(label.stage).unit
    this.#several = keys.filter((key) => key.name.known && key.name.base === '').length > 1
    let stated = false
    // What a bracket that does not close holds is no name.
    const named = line.slice(labelFrom, labelTo)
    if (named.split('(').length === named.split(')').length && !holdsFigures(named)) {
      this.#collector.account(labelFrom, labelTo)
    }
    for (const [nth, pair] of list.entries()) {
      const { kind, value: number, mark, from, to, unit } = pair
      const key = keys[nth]!
      const value = line.slice(from, to)
      let understood = key.identity
      const bars = absolute.test(line.slice(0, pair.keyFrom))
      // `mean: 0.5 (max)` says two things.
      const torn = pair.said !== '' && !key.printed.endsWith(pair.said)
      // `done in 12.3µs n=100` holds a figure in its key.
      const holding = mark === equals && holdsFigures(key.printed)
      if (!understood && !bars && !torn && !holding && !saysNothing(key, dimensions)) {
        if (kind === 'list') {
          understood = this.#list(key, value, label, indent, groups, facts)
          stated ||= understood
        } else if (key.fact && stateFact(key.printed, value, facts)) {
          understood = stated = true
        } else if (kind === 'number' && value.length <= 64) {
          const one = figure(number, value, this.#collector.number)
          const inName = key.unit ?? (counts.test(key.printed) ? null : common)
          this.#place(key, one, unit ?? inName, label, mark, groups, joined)
          if (key.statistic === 'n') stateFact('n', value, facts)
          understood = true
        } else if (kind === 'word') {
          // `13241/24081MB` is a word that holds figures.
          understood = !/(?<![\p{L}\p{N}_])\d/u.test(value)
        }
      }
      if (!understood) continue
      const names = kind !== 'word' || stated
      if (names && !holdsFigures(key.printed)) this.#collector.account(pair.keyFrom, pair.keyTo)
      this.#collector.account(from, to)
    }
    if (groups.length === 0 && !stated) return false
    if (groups.every(({ figures }) => Object.keys(figures).join() === 'n')) {
      // `q (triton vs torch, n=4096)` heads the figures of both.
      const both = labelOf(line).pair === null ? null : labelOf(line)
      if (both !== null) this.#collector.account(0, line.length)
      if (groups.length === 0 || both !== null) {
        this.#state(both ?? label, facts, indent, line)
        return true
      }
    }
    if (label !== null && /^(?:model[ _])?config(?:uration)?$/i.test(label.stage)) {
      this.#outline.state({ config: this.#config(keys, list, line) }, indent)
    }
    const progress = printed?.progress === true ? printed : null
    const labels = labelsIn(list, keys, line)
    for (const group of groups) this.#add(group, facts, progress, labels)
    if (label !== null) this.#outline.add(label, indent, Kind.figure)
    return true
  }

  /** Puts a figure to the others of its stage and unit. */
  #place(
    key: Key,
    one: Figure,
    unit: string | null,
    label: Label | null,
    mark: number,
    groups: Group[],
    joined: string,
  ): void {
    let { statistic } = key
    let stage = label?.stage ?? ''
    let of =
      label?.pair === null && key.label.pair !== null ? { ...label, pair: key.label.pair } : label
    if (label === null || (mark === colon && key.name.base !== '' && !key.name.known)) {
      // A count by itself is a figure of its own; beside others it is their n.
      const alone = statistic === 'n' && !this.#several && !/^n$/i.test(key.printed)
      const before = groups.findLast((group) => group.inherited)
      const ofSides = this.#headless?.pair ? differences.get(key.statistic) : undefined
      const inherits = (key.name.known && key.name.base === '' && !alone) || ofSides !== undefined
      statistic = ofSides ?? (key.name.known && !alone ? key.name.statistic : 'value')
      stage = inherits
        ? (before?.stage ?? this.#outline.stage())
        : alone
          ? key.printed
          : key.name.known
            ? key.name.base
            : key.label.stage
      if (inherits && stage === '') stage = this.#several ? joined : key.label.text
      of = inherits ? (before?.label ?? this.#headless) : key.label
      if (label !== null && !inherits && !machines.test(label.stage)) {
        stage = `${label.stage} ${stage}`
      }
    }
    const stageName = cut(stage === '' ? key.printed : stage)
    const last = groups.findLast((group) => group.stage === stageName && group.unit === unit)
    if (last !== undefined && !Object.hasOwn(last.figures, statistic)) {
      last.figures[statistic] = one
    } else {
      const inherited = key.name.known
      groups.push({ stage: stageName, unit, label: of, figures: { [statistic]: one }, inherited })
    }
  }

  #list(
    key: Key,
    value: string,
    label: Label | null,
    indent: number,
    groups: Group[],
    facts: Facts,
  ): boolean {
    const parts = value.slice(1, -1).split(',')
    const printed = parts.map((part) => part.trim())
    const numbers = printed.map(Number)
    if (key.list === 'range' && numbers.length === 2 && numbers.every(Number.isFinite)) {
      const stage = label?.stage ?? this.#outline.stage()
      const { number } = this.#collector
      const [min, max] = numbers.map((one, at) => figure(one, printed[at]!, number))
      const figures = { min: min!, max: max! }
      groups.push({
        stage: cut(stage === '' ? key.printed : stage),
        unit: null,
        label,
        figures,
        inherited: true,
      })
      return true
    }
    if (key.list === 'tokens' && numbers.every(Number.isSafeInteger)) {
      this.#outline.state({ tokens: numbers.slice(0, 65_536) }, indent)
      return true
    }
    return stateFact(key.printed, value, facts)
  }

  /** A line that only states facts, such as `[STAGE 3] qkv_bias (shape=4608):`, heads others. */
  #state(label: Label | null, facts: Facts, indent: number, line: string): void {
    if (label === null) {
      this.#outline.tell(facts)
      return
    }
    const title = line.trim()
    const rank = bannerRank.of(title)
    const kind = rank < 0 ? Kind.banner : title.endsWith(':') ? Kind.colon : Kind.plain
    const depth = rank < 0 ? rank : indent
    if (kind !== Kind.plain) this.#outline.enter(depth, kind)
    const heading = { ...label, facts: { ...label.facts, ...facts } }
    this.#outline.add(heading, depth, kind)
    this.#collector.announced.heading(heading, depth)
  }

  #config(
    keys: readonly Key[],
    pairs: readonly Pair[],
    line: string,
  ): NonNullable<Facts['config']> {
    const config: NonNullable<Facts['config']> = {}
    for (const [nth, { kind, value, from, to }] of pairs.entries()) {
      const { printed, statistic } = keys[nth]!
      const name = /^(?!constructor$|prototype$)[A-Za-z][\w.-]{0,63}$/.test(printed)
        ? printed
        : statistic
      if (kind === 'number' && Number.isFinite(value)) config[name] = value
      if (kind === 'word') config[name] = line.slice(from, to)
    }
    return config
  }

  #add(group: Group, stated: Facts, progress: Label | null, labels: Record<string, string>): void {
    const { stage, unit, label, figures } = group
    const outline = this.#outline
    const above = outline.pair()
    const own = label !== null && (label.pair !== null || differing.test(label.text))
    const differs = above !== undefined && differing.test(above.text)
    const named = own || differs ? ofDifference(figures) : figures
    const pair = label?.pair ?? (differs ? above.pair : pairAbove(above, stage, named))
    const ofSide = pair === null ? sideAbove(above, stage) : null
    const facts: Facts = { ...outline.facts(), ...label?.facts, ...stated }
    if (unit !== null) facts.unit = unit
    const under = outline.under()
    if (progress !== null) under.push(progress.text)
    outline.use()
    this.#collector.add({
      side: ofSide?.side ?? pair?.side ?? null,
      against: pair?.against ?? null,
      stage: ofSide?.stage ?? stage,
      under: under.slice(-16),
      facts,
      labels,
      figures: named,
      line: this.#collector.number,
    })
  }
}

/** `|a-b|max=0.5`: what stands between bars is part of the name, which is not read. */
const absolute = /\|[^|\s=:]+\|$/

/** Keys whose numbers count: the unit of a label is none of theirs. */
const counts = /^(?:n|numel|count|samples?|runs?|iter(?:ation)?s?|calls?|repeats?|size)$/i

/** What a heading or a label says whose figures are of a difference. */
const differing = /\b(?:diff|difference|delta|err|error|deviation)s?\b/i

const differences = new Map([
  ['max_abs', 'max_abs_diff'],
  ['mean_abs', 'mean_abs_diff'],
  ['rms', 'rms_diff'],
])

/** Figures under a heading that says that they are of a difference. */
function ofDifference(figures: Record<string, Figure>): Record<string, Figure> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, one]) => [differences.get(name) ?? name, one]),
  )
}

/** Labels that say where something ran, and not what it is. */
const machines = /^(?:device|gpu|host|node)$/i

/** The side that a name is under a heading of two sides, whose stage its figures are of. */
export function sideAbove(
  above: Label | undefined,
  name: string,
): { side: string; stage: string } | null {
  if (!above?.pair || (name !== above.pair.side && name !== above.pair.against)) return null
  return { side: name, stage: above.stage === '' ? name : above.stage }
}

/** The sides of figures that stand under `Q-out comparison (F32 vs Q4K)` and describe the pair. */
function pairAbove(
  above: Label | undefined,
  stage: string,
  figures: Record<string, Figure>,
): Label['pair'] {
  if (above === undefined) return null
  const ofPair = /diff|err|ratio|cos|mse|relative|match|agree|kl/
  const describes = Object.keys(figures).some((name) => ofPair.test(name))
  return describes || stage === above.stage ? above.pair : null
}
