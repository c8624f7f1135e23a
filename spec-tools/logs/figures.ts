/** Key-value pairs under their headings -> measurements. */
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { colon, text } from './bytes.ts'
import { type Collector, figure } from './collector.ts'
import { keyOf, type Key } from './key.ts'
import { cut, labelOf, stateFact, type Label } from './label.ts'
import { Kind, type Outline } from './outline.ts'
import { type Pairs, Value } from './pairs.ts'
import { Vocabulary } from './vocabulary.ts'

/** A stage and a unit on one line: what makes one measurement. */
interface Group {
  stage: string
  unit: string | null
  label: Label | null
  figures: Record<string, Figure>
}

/** What the words of a line say, whatever its figures are. */
export interface Wording {
  /** What stands before the pairs; null if nothing does. */
  printed: Label | null
  /** The same where it names a stage. */
  label: Label | null
  keys: readonly Key[]
  /** How many measurements there are in it beyond the limit. */
  groups: number
}

/** What a line without figures states about those that follow. */
export interface Statement {
  label: Label | null
  facts: Facts
  tokens: number[] | null
}

export class Figures {
  /** The statement of the line read last, if it was one. */
  statement: Statement | null = null
  readonly labels = new Vocabulary(labelOf)
  readonly #keys = new Vocabulary(keyOf)
  readonly #pairs: Pairs
  readonly #outline: Outline
  readonly #collector: Collector
  /** The label of the line where it names two sides but no stage: `APR vs GGUF: …`. */
  #headless: Label | null = null
  /** Token ids that the line lists. */
  #tokens: number[] | null = null

  constructor(pairs: Pairs, outline: Outline, collector: Collector) {
    this.#pairs = pairs
    this.#outline = outline
    this.#collector = collector
  }

  /** What the pairs that were parsed are called. */
  wording(bytes: Uint8Array): Wording {
    const pairs = this.#pairs
    const printed =
      pairs.labelTo > pairs.labelFrom
        ? this.labels.get(bytes, pairs.labelFrom, pairs.labelTo)
        : null
    const label = printed !== null && printed.stage !== '' && !printed.progress ? printed : null
    const keys: Key[] = []
    for (let pair = 0; pair < pairs.count; pair++) {
      keys.push(this.#keys.get(bytes, pairs.keyFrom[pair]!, pairs.keyTo[pair]!))
    }
    return { printed, label, keys, groups: this.#groups(keys, label) }
  }

  /** Beyond the limit: counts the measurements that there would have been; false if none. */
  count({ groups }: Wording): boolean {
    if (groups === 0) return false
    this.#collector.skip(groups)
    this.#outline.use()
    return true
  }

  /** Makes measurements of the pairs that were parsed; false if there is nothing in them. */
  take(wording: Wording, bytes: Uint8Array, indent: number): boolean {
    this.statement = this.#tokens = null
    const { printed, label, keys } = wording
    if (this.#collector.full && this.count(wording)) return true
    const pairs = this.#pairs
    this.#headless = printed !== null && printed.stage === '' ? printed : null
    const facts: Facts = {}
    const groups: Group[] = []
    let stated = false
    for (let pair = 0; pair < pairs.count; pair++) {
      const key = keys[pair]!
      if (key.identity) continue
      const value = this.#collector.text(bytes, pairs.from[pair]!, pairs.to[pair]!)
      if (pairs.kind[pair] === Value.list) {
        stated = this.#list(key, value, label, indent, groups, facts) || stated
      } else if (key.fact && stateFact(key.printed, value, facts)) {
        stated = true
      } else if (pairs.kind[pair] === Value.number && value.length <= 64) {
        const one = figure(pairs.value[pair]!, value, this.#collector.line)
        this.#place(key, one, pairs.unit[pair] ?? null, label, pairs.mark[pair]!, groups)
        if (key.statistic === 'n') stateFact('n', value, facts)
      }
    }
    if (groups.length === 0) {
      if (!stated) return false
      this.statement = { label, facts, tokens: this.#tokens }
      this.#state(label, facts, indent)
      return true
    }
    if (label !== null && /^(?:model[ _])?config(?:uration)?$/i.test(label.stage)) {
      this.#outline.state({ config: this.#config(keys, bytes) }, indent)
    }
    const progress = printed?.progress === true ? printed : null
    for (const group of groups) this.#add(group, facts, progress)
    if (label !== null) this.#outline.add(label, indent, Kind.figure)
    return true
  }

  /** How many measurements the numbers make, told by their keys and units alone. */
  #groups(keys: readonly Key[], label: Label | null): number {
    const pairs = this.#pairs
    let groups = 0
    let open = false
    let unit: string | null = null
    for (let pair = 0; pair < pairs.count; pair++) {
      if (pairs.kind[pair] !== Value.number) continue
      const key = keys[pair]!
      if (key.identity || key.fact) continue
      const joins = label !== null || (key.name.known && key.name.base === '')
      if (!joins || !open || unit !== pairs.unit[pair]) groups++
      open = joins
      unit = pairs.unit[pair] ?? null
    }
    return groups
  }

  /** Puts a figure to the others of its stage and unit. */
  #place(
    key: Key,
    one: Figure,
    unit: string | null,
    label: Label | null,
    mark: number,
    groups: Group[],
  ): void {
    let { statistic } = key
    let stage = label?.stage ?? ''
    let of = label
    if (label === null || (mark === colon && key.name.base !== '' && !key.name.known)) {
      // A count by itself is a figure of its own; beside others it is their n.
      const alone = statistic === 'n' && groups.length === 0 && !/^n$/i.test(key.printed)
      const inherits = key.name.known && key.name.base === '' && !alone
      statistic = key.name.known && !alone ? key.name.statistic : 'value'
      stage = inherits
        ? (groups.at(-1)?.stage ?? this.#outline.stage())
        : alone
          ? key.printed
          : key.name.base
      if (inherits && stage === '') stage = key.label.text
      of = inherits ? (groups.at(-1)?.label ?? this.#headless) : key.label
      if (label !== null && !inherits) stage = `${label.stage} ${stage}`
    }
    const stageName = cut(stage === '' ? key.printed : stage)
    const last = groups.findLast((group) => group.stage === stageName && group.unit === unit)
    if (last !== undefined && !Object.hasOwn(last.figures, statistic)) {
      last.figures[statistic] = one
    } else {
      groups.push({ stage: stageName, unit, label: of, figures: { [statistic]: one } })
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
      const { line } = this.#collector
      const [min, max] = numbers.map((one, at) => figure(one, printed[at]!, line))
      const figures = { min: min!, max: max! }
      groups.push({ stage: cut(stage === '' ? key.printed : stage), unit: null, label, figures })
      return true
    }
    if (key.list === 'tokens' && numbers.every(Number.isSafeInteger)) {
      this.#tokens = numbers.slice(0, 65_536)
      this.#outline.state({ tokens: this.#tokens }, indent)
      return true
    }
    return stateFact(key.printed, value, facts)
  }

  /** Takes a statement that was read before. */
  restate({ label, facts, tokens }: Statement, indent: number): void {
    if (tokens !== null) this.#outline.state({ tokens }, indent)
    this.#state(label, facts, indent)
  }

  /** A line that only states facts, such as `[STAGE 3] qkv_bias (shape=4608):`, heads others. */
  #state(label: Label | null, facts: Facts, indent: number): void {
    if (label === null) this.#outline.tell(facts)
    else {
      this.#outline.add({ ...label, facts: { ...label.facts, ...facts } }, indent, Kind.plain)
    }
  }

  #config(keys: readonly Key[], bytes: Uint8Array): NonNullable<Facts['config']> {
    const pairs = this.#pairs
    const config: NonNullable<Facts['config']> = {}
    for (let pair = 0; pair < pairs.count; pair++) {
      const { printed, statistic } = keys[pair]!
      const name = /^(?!constructor$|prototype$)[A-Za-z][\w.-]{0,63}$/.test(printed)
        ? printed
        : statistic
      const value = pairs.value[pair]!
      if (pairs.kind[pair] === Value.number && Number.isFinite(value)) config[name] = value
      if (pairs.kind[pair] === Value.word) {
        config[name] = text(bytes, pairs.from[pair]!, pairs.to[pair]!)
      }
    }
    return config
  }

  #add(group: Group, stated: Facts, progress: Label | null): void {
    const { stage, unit, label, figures } = group
    const outline = this.#outline
    const above = outline.pair()
    const pair = label?.pair ?? pairAbove(above, stage, figures)
    let side = pair?.side ?? null
    let stageName = stage
    if (
      pair === null &&
      above?.pair &&
      (stage === above.pair.side || stage === above.pair.against)
    ) {
      side = stage
      if (above.stage !== '') stageName = above.stage
    }
    const facts: Facts = { ...outline.facts(), ...label?.facts, ...stated }
    if (unit !== null) facts.unit = unit
    const under = outline.under()
    if (progress !== null) under.push(progress.text)
    outline.use()
    this.#collector.add({
      side,
      against: pair?.against ?? null,
      stage: stageName,
      under: under.slice(-16),
      facts,
      figures,
      line: this.#collector.line,
      raw: this.#collector.raw,
    })
  }
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
