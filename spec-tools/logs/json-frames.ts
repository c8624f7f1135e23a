/** The objects and arrays of JSON that are open, each with what it holds so far. */
import type { Facts } from '../evidence/facts.ts'
import { type Key, noKey } from './json-keys.ts'
import { cut } from './label.ts'
import type { StatisticName } from './statistics.ts'

/** A number that waits for the end of its object. */
export interface Waiting {
  key: string
  name: StatisticName | null
  value: number
  printed: string
  line: number
}

export interface Frame {
  array: boolean
  readonly holder: Frame | null
  /** Its own place in what holds it: a key, or an index in an array. */
  place: Key
  at: number
  /** Kept for the next one that opens in here. */
  inner: Frame | null
  /** The key of the next value, or its index. */
  key: Key
  index: number
  names: Map<string, string> | null
  facts: Facts | null
  waiting: Waiting[] | null
}

export function emptyFrame(holder: Frame | null): Frame {
  return {
    array: false,
    holder,
    place: noKey,
    at: -1,
    inner: null,
    key: noKey,
    index: -1,
    names: null,
    facts: null,
    waiting: null,
  }
}

/** Readies a frame for another object or array of its depth. */
export function reopen(frame: Frame, array: boolean): void {
  const { holder } = frame
  frame.array = array
  frame.place = holder === null || holder.array ? noKey : holder.key
  frame.at = holder?.index ?? -1
  frame.key = noKey
  frame.index = -1
  frame.names = frame.facts = frame.waiting = null
}

/** Made when the first is stated. */
export function factsOf(frame: Frame): Facts {
  frame.facts ??= {}
  return frame.facts
}

/** The path of an object or array from the outermost: `rows[3].layers`. */
export function pathOf({ holder, place, at }: Frame): string {
  if (holder === null) return ''
  return joined(pathOf(holder), holder.array ? `[${at}]` : place.printed)
}

/** A path, and a place in what it leads to. */
export function joined(path: string, place: string): string {
  const dot = path === '' || place.startsWith('[') ? '' : '.'
  return cut(`${path}${dot}${place}`, 512)
}
