/** What the keys of JSON say about their values. */
import { remembered } from './remembered.ts'
import { type StatisticName, statisticName } from './statistics.ts'

/** Worked out once for each key: they repeat. */
export interface Key {
  printed: string
  name: StatisticName
  /** Whether its number measures nothing: a version, a port, an id. */
  identity: boolean
  layer: boolean
  list: 'shape' | 'tokens' | undefined
  /** Whether its string is a fact, names the figures beside it, or states a verdict. */
  fact: boolean
  names: boolean
  claims: boolean
  outcome: boolean
  passing: boolean
}

/** Keys whose string names the figures beside it, the most telling first. */
export const naming = [
  'stage',
  'name',
  'label',
  'tensor',
  'op',
  'kernel',
  'benchmark',
  'metric',
  'id',
]
const wordFacts = new Set(['dtype', 'phase', 'selection'])
const listFacts = new Map<string, 'shape' | 'tokens'>([
  ['shape', 'shape'],
  ['tokens', 'tokens'],
  ['token_ids', 'tokens'],
])
const verdicts = /^(?:verdict|outcome|conclusion)$/i
/** Strings of an object that its figures are told by. */
const kept = new Set([...naming, 'unit', 'side', 'against'])
/** Strings that state how something ended. */
export const outcomes =
  /^(?:pass(?:ed|es)?|ok|success|match(?:es)?|fail(?:ed|ure)?|error|mismatch|within_tolerance)$/i
const results = /^(?:status|result)$/i
const passing = /^(?:pass(?:ed|es)?|ok|success|match(?:es)?|within_tolerance)$/i
const identities = /(?:^|_)(?:version|pid|port|timestamp|ts|sha|hash|uuid|id)$/i

export const keyOf = remembered((printed: string): Key => ({
  printed,
  name: statisticName(printed),
  identity: identities.test(printed),
  layer: printed.toLowerCase() === 'layer' || printed === 'layer_idx',
  list: listFacts.get(printed.toLowerCase()),
  fact: wordFacts.has(printed),
  names: kept.has(printed),
  claims: verdicts.test(printed),
  outcome: results.test(printed),
  passing: passing.test(printed),
}))

export const noKey = keyOf('')
