/**
 * Numbers in JSON -> measurements, by their path.
 *
 * The numbers of one object that are statistics of one thing make one measurement; any other number
 * makes its own. An object is named by its `stage` or `name` where it has one, with the path among
 * the headings, and by its path otherwise: `sample_trace.total_tokens`, `rows[3]`. Strings are
 * never numbers, whatever they hold: `"8.9"` may be a version.
 */
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { collapsed, visible } from './clean.ts'
import { type Collector, figure } from './collector.ts'
import {
  emptyFrame,
  factsOf,
  type Frame,
  joined,
  pathOf,
  reopen,
  type Waiting,
} from './json-frames.ts'
import { keyOf, naming, outcomes } from './json-keys.ts'
import type { JsonEvents } from './json-text.ts'
import { cut, labelOf, stateFact } from './label.ts'
import type { Outline } from './outline.ts'
import { wordValue } from './values.ts'

/** Numbers of one object or array that wait for its end; more are let go as they come. */
const mostWaiting = 512

/** Strings of one object that are kept as labels. */
const mostNames = 64

/** Numbers of one object that are statistics of one thing. */
interface Group {
  base: string
  unit: string | null
  members: Map<string, Waiting>
}

function isCount({ members }: Group): boolean {
  return members.size === 1 && members.has('n')
}

export class JsonFigures implements JsonEvents {
  readonly #collector: Collector
  readonly #outline: Outline
  readonly #outermost = emptyFrame(null)
  #top: Frame | null = null

  constructor(collector: Collector, outline: Outline) {
    this.#collector = collector
    this.#outline = outline
  }

  open(array: boolean): void {
    const holder = this.#top
    if (holder === null) {
      this.#top = this.#outermost
    } else {
      this.#next(holder)
      this.#top = holder.inner ??= emptyFrame(holder)
    }
    reopen(this.#top, array)
  }

  close(): void {
    const frame = this.#top
    if (frame === null) return
    const { holder, place } = frame
    this.#top = holder
    if (frame.array && place.list !== undefined && holder !== null) {
      const numbers = (frame.waiting ?? []).map(({ value }) => value)
      const whole = numbers.length === frame.index + 1 && numbers.every(Number.isSafeInteger)
      if (whole && place.list === 'tokens') {
        factsOf(holder).tokens = numbers
        return
      }
      if (whole && numbers.length > 0 && numbers.length <= 16) {
        if (numbers.every((n) => n >= 0)) factsOf(holder).shape = numbers
        return
      }
    }
    this.#emit(frame)
  }

  key(name: string, from: number, to: number): void {
    this.#collector.account(from, to)
    if (this.#top !== null) this.#top.key = keyOf(name)
  }

  string(value: string, from: number, to: number): void {
    const top = this.#top
    if (top === null) return
    this.#next(top)
    // `"8.9"` may be a version, and `"12.5 ms"` is a figure: they are told.
    if (!/^\s*[-+]?[\d.,]+\s*(?:[A-Za-zµ%]+(?:\/[A-Za-z]+)?)?\s*$/.test(value)) {
      this.#collector.account(from, to)
    }
    if (top.array) return
    const { printed: place, fact, claims, outcome } = top.key
    const shown = collapsed(visible(value))
    if (fact) stateFact(place, value, factsOf(top))
    top.names ??= new Map()
    if (top.names.size < mostNames) top.names.set(place, cut(shown, 128))
    if (claims || (outcome && outcomes.test(value))) {
      this.#collector.claim(cut(`${place}: ${shown}`, 1024))
    }
  }

  literal(value: boolean | null): void {
    const top = this.#top
    if (top === null) return
    this.#next(top)
    if (value === null || top.array || !top.key.passing) return
    this.#collector.claim(`${top.key.printed}: ${value}`)
  }

  number(printed: string, from: number, to: number): void {
    const top = this.#top
    if (top === null) return
    this.#next(top)
    const { array, key } = top
    const collector = this.#collector
    const value = wordValue(printed) ?? Number(printed)
    if (!Number.isFinite(value) && /\d/.test(printed)) return
    collector.account(from, to)
    if (!array && key.identity) return
    if (!array && key.layer && stateFact('layer', printed, factsOf(top))) return
    if (top.waiting?.length === mostWaiting) this.#emit(top)
    const { number: line } = collector
    const place = array ? `[${top.index}]` : key.printed
    top.waiting ??= []
    top.waiting.push({ key: place, name: array ? null : key.name, value, printed, line })
  }

  /** The text turned out not to be JSON: what waits is unread after all. */
  abandon(): void {
    const lines = this.#frames().flatMap(({ waiting }) => (waiting ?? []).map(({ line }) => line))
    this.#top = null
    for (const line of lines) {
      if (line !== this.#collector.number) this.#collector.tell(line, 'JSON that breaks off')
    }
    this.#collector.forget()
  }

  /** A value begins: in an array it is the next one. */
  #next(frame: Frame): void {
    if (frame.array) frame.index++
  }

  /** All that is open, outermost first. */
  #frames(): Frame[] {
    const frames: Frame[] = []
    for (let frame = this.#top; frame !== null; frame = frame.holder) frames.unshift(frame)
    return frames
  }

  #emit(frame: Frame): void {
    const { waiting, names } = frame
    if (waiting === null) return
    frame.waiting = null
    const name =
      frame.array || names === null ? undefined : naming.map((key) => names.get(key)).find(Boolean)
    const groups: Group[] = []
    for (const one of waiting) {
      if (one.name === null || !one.name.known) {
        this.#measure(frame, name, one.key, new Map([['value', one]]))
        continue
      }
      const { base, statistic, unit } = one.name
      const same = groups.find((group) => {
        // A count has no unit, and is of all figures beside it.
        const alike = group.unit === unit || statistic === 'n' || isCount(group)
        return group.base === base && alike && !group.members.has(statistic)
      })
      if (same === undefined) groups.push({ base, unit, members: new Map([[statistic, one]]) })
      else {
        same.members.set(statistic, one)
        same.unit ??= unit
      }
    }
    for (const { base, members } of groups) this.#measure(frame, name, base, members)
  }

  #measure(
    frame: Frame,
    name: string | undefined,
    base: string,
    members: ReadonlyMap<string, Waiting>,
  ): void {
    const first = members.values().next().value
    if (first === undefined) return
    const place = pathOf(frame)
    const prefix = name ?? place
    const path = base === '' ? prefix : joined(prefix, base)
    const stage = path === '' ? this.#outline.stage() || first.key : path
    const figures: Record<string, Figure> = {}
    const facts: Facts = { ...this.#outline.facts(), ...labelOf(path).facts }
    for (const { facts: above } of this.#frames()) Object.assign(facts, above)
    Object.assign(facts, frame.facts)
    for (const [statistic, { value, printed, line }] of members) {
      figures[statistic] = figure(value, printed, line)
      if (statistic === 'n') stateFact('n', printed, facts)
    }
    const timed = /time/i.test(base) || /time/i.test(first.key)
    const stated = frame.names?.get('unit') ?? (timed ? frame.names?.get('time_unit') : undefined)
    const named = [...members.values()].find((one) => one.name?.unit)
    const unit = stated ?? named?.name?.unit ?? undefined
    if (unit !== undefined && unit !== '') facts.unit = unit.slice(0, 32)
    const under = this.#outline.under()
    if (name !== undefined && place !== '') under.push(cut(place))
    this.#outline.use()
    this.#collector.add({
      side: frame.names?.get('side') || null,
      against: frame.names?.get('against') || null,
      // A key may be empty, or hold nothing that can be shown.
      stage: cut(visible(stage)) || 'value',
      under: under.slice(-16),
      facts,
      ...(frame.names !== null && { labels: Object.fromEntries(frame.names) }),
      figures,
      line: first.line,
    })
  }
}
