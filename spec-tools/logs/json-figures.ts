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
import { visible } from './clean.ts'
import { type Collector, figure } from './collector.ts'
import type { JsonEvents } from './json-text.ts'
import { cut, labelOf, stateFact } from './label.ts'
import type { Outline } from './outline.ts'
import { type StatisticName, statisticName } from './statistics.ts'

/** Numbers of one object or array that wait for its end; more are let go as they come. */
const mostWaiting = 512

interface Waiting {
  key: string
  value: number
  printed: string
  line: number
  raw: string
}

interface Frame {
  array: boolean
  /** Its own place in what holds it: a key, `[3]`, or '' for the outermost. */
  place: string
  /** Its path from the outermost. */
  path: string
  key: string
  index: number
  names: Map<string, string>
  facts: Facts
  waiting: Waiting[]
}

/** Numbers of one object that are statistics of one thing. */
interface Group {
  base: string
  members: Map<string, Waiting>
}

const naming = ['stage', 'name', 'label', 'tensor', 'op', 'metric', 'id']
const wordFacts = new Set(['dtype', 'phase', 'selection'])
const listFacts: Record<string, 'shape' | 'tokens'> = {
  shape: 'shape',
  tokens: 'tokens',
  token_ids: 'tokens',
}
const verdicts = /^(?:verdict|outcome|conclusion)$/i
/** Strings of an object that its figures are told by. */
const kept = new Set([...naming, 'unit', 'side', 'against'])
const outcomes =
  /^(?:pass(?:ed|es)?|ok|success|match(?:es)?|fail(?:ed|ure)?|error|mismatch|within_tolerance)$/i
const results = /^(?:status|result)$/i
const passing = /^(?:pass(?:ed|es)?|ok|success|match(?:es)?|within_tolerance)$/i
const identities = /(?:^|_)(?:version|pid|port|timestamp|ts|sha|hash|uuid|id)$/i

export class JsonFigures implements JsonEvents {
  readonly #collector: Collector
  readonly #outline: Outline
  readonly #frames: Frame[] = []
  readonly #names = new Map<string, StatisticName>()

  constructor(collector: Collector, outline: Outline) {
    this.#collector = collector
    this.#outline = outline
  }

  open(array: boolean): void {
    const top = this.#frames.at(-1)
    const place = top === undefined ? '' : this.#place(top)
    const path = top === undefined ? '' : joined(top.path, place)
    const facts: Facts = {}
    this.#frames.push({
      array,
      place,
      path,
      key: '',
      index: -1,
      names: new Map(),
      facts,
      waiting: [],
    })
  }

  close(): void {
    const frame = this.#frames.pop()
    if (frame === undefined) return
    const fact = listFacts[frame.place.toLowerCase()]
    const holder = this.#frames.at(-1)
    const numbers = frame.waiting.map(({ value }) => value)
    const whole = numbers.length === frame.index + 1 && numbers.every(Number.isSafeInteger)
    if (frame.array && fact !== undefined && holder !== undefined && whole) {
      if (fact === 'shape' && numbers.length > 0 && numbers.length <= 16) {
        if (numbers.every((n) => n >= 0)) holder.facts.shape = numbers
        return
      }
      if (fact === 'tokens') {
        holder.facts.tokens = numbers
        return
      }
    }
    this.#emit(frame)
  }

  key(name: string): void {
    const top = this.#frames.at(-1)
    if (top !== undefined) top.key = name
  }

  string(value: string): void {
    const top = this.#frames.at(-1)
    if (top === undefined) return
    const place = this.#place(top)
    if (wordFacts.has(place)) stateFact(place, value, top.facts)
    const names = kept.has(place)
    const claims = verdicts.test(place) || (results.test(place) && outcomes.test(value))
    if (!names && !claims) return
    const shown = visible(value).replaceAll(/\s+/g, ' ').trim()
    if (names) top.names.set(place, cut(shown, 128))
    if (claims) this.#collector.claim(cut(`${place}: ${shown}`, 1024))
  }

  literal(value: boolean | null): void {
    const top = this.#frames.at(-1)
    if (top === undefined) return
    const place = this.#place(top)
    if (value !== null && passing.test(place)) this.#collector.claim(`${place}: ${value}`)
  }

  number(printed: string): void {
    const top = this.#frames.at(-1)
    if (top === undefined) return
    const key = this.#place(top)
    const value = Number(printed)
    const overflows = !Number.isFinite(value) && /\d/.test(printed)
    if (overflows || (!top.array && identities.test(key))) return
    const { line } = this.#collector
    this.#collector.read = true
    if (this.#collector.full) {
      this.#collector.skip()
      this.#outline.use()
      return
    }
    if (key.toLowerCase() === 'layer' || key === 'layer_idx') {
      if (stateFact('layer', printed, top.facts)) return
    }
    if (top.waiting.length === mostWaiting) this.#emit(top)
    top.waiting.push({ key, value, printed, line, raw: this.#collector.raw })
  }

  /** The text turned out not to be JSON: what waits is unread after all. */
  abandon(): void {
    const lines = new Map<number, string>()
    for (const frame of this.#frames.splice(0)) {
      for (const { line, raw } of frame.waiting) lines.set(line, raw)
    }
    lines.delete(this.#collector.line)
    this.#collector.read = false
    for (const [line, raw] of lines) this.#collector.unread(line, raw)
  }

  /** The statistic of a key; keys repeat. */
  #name(key: string): StatisticName {
    const known = this.#names.get(key) ?? statisticName(key)
    if (this.#names.size === 4096) this.#names.clear()
    this.#names.set(key, known)
    return known
  }

  #place(frame: Frame): string {
    return frame.array ? `[${++frame.index}]` : frame.key
  }

  #emit(frame: Frame): void {
    const { waiting, names } = frame
    if (waiting.length === 0) return
    frame.waiting = []
    const name = frame.array ? undefined : naming.map((key) => names.get(key)).find(Boolean)
    const groups: Group[] = []
    for (const one of waiting) {
      const { known, base, statistic } = this.#name(one.key)
      const statistics = known && !frame.array
      const same = groups.find((group) => {
        return statistics && group.base === base && !group.members.has(statistic)
      })
      if (same !== undefined) same.members.set(statistic, one)
      else if (statistics) groups.push({ base, members: new Map([[statistic, one]]) })
      else this.#measure(frame, name, one.key, new Map([['value', one]]))
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
    const prefix = name ?? frame.path
    const path = base === '' ? prefix : joined(prefix, base)
    const stage = path === '' ? this.#outline.stage() || first.key : path
    const figures: Record<string, Figure> = {}
    const facts: Facts = { ...this.#outline.facts(), ...labelOf(path).facts }
    for (const { facts: above } of this.#frames) Object.assign(facts, above)
    Object.assign(facts, frame.facts)
    for (const [statistic, { value, printed, line }] of members) {
      figures[statistic] = figure(value, printed, line)
      if (statistic === 'n') stateFact('n', printed, facts)
    }
    const unit = frame.names.get('unit')
    if (unit !== undefined && unit !== '') facts.unit = unit.slice(0, 32)
    const under = this.#outline.under()
    if (name !== undefined && frame.path !== '') under.push(cut(frame.path))
    this.#outline.use()
    this.#collector.add({
      side: frame.names.get('side') || null,
      against: frame.names.get('against') || null,
      stage: cut(visible(stage)),
      under: under.slice(-16),
      facts,
      figures,
      line: first.line,
      raw: first.raw,
    })
  }
}

function joined(path: string, place: string): string {
  const dot = path === '' || place.startsWith('[') ? '' : '.'
  return cut(`${path}${dot}${place}`, 512)
}
