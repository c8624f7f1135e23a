/**
 * Whether the numbers of a claim stand in its predicates: `3 to 10 %` beside `x > 1.3` does not. A
 * number may stand there as a share, as a factor, or in another unit.
 */
import type { Hypothesis } from './investigation.ts'

const number =
  /(?<![\p{L}\p{N}_.§#/-])(\d+(?:\.\d+)?)(?![\p{L}\p{N}_]|\.\d|[-/]\p{L})(?:\s?(%|[kMGT]i?B(?:\/s)?|[mµun]?s|tok\/s|x|×)(?![\p{L}\p{N}]))?/gu

/** What a number behind it only names: a layer, a section, a row. */
const naming =
  /(?:layer|section|step|row|issue|table|figure|version|chapter|phase|build|gpu|rank)s?\s+$/iu

/** Between the ends of a range: `3 to 10 %`. */
const range = /^\s*(?:%\s*)?(?:to|and|or|–|-|…|\.\.)\s*$/u

interface Claimed {
  text: string
  unit: string | undefined
  from: number
  to: number
  isKnown: boolean
}

/**
 * Numbers as written in the claim that no predicate holds. Where the predicate holds one of them, one in
 * another unit tells what was measured (`All-reduce of 8 GiB reaches 450 GB/s`) and is no bound.
 */
export function numbersMissing(
  { claim, confirm, refute, where = {} }: Hypothesis,
  others: string,
): string[] {
  const texts = [confirm, refute, others, ...Object.values(where)].join(' ')
  const known = [...texts.matchAll(/\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)].map(([one]) => Number(one))
  const found = [...claim.matchAll(number)]
  // The first end of `3 to 10 %` is a percentage, too.
  for (const [at, one] of found.entries()) {
    const next = found[at + 1]
    const between = claim.slice(one.index + one[0].length, next?.index)
    if (one[2] === undefined && next && range.test(between)) one[2] = next[2] ?? ''
  }
  const claimed = found
    .filter(({ index }) => !naming.test(claim.slice(Math.max(0, index - 16), index)))
    .map(({ 0: text, 1: digits, 2: unit, index }): Claimed => ({
      text,
      unit: unit === '' ? undefined : unit,
      from: index,
      to: index + text.length,
      isKnown: known.some((one) => isSame(Number(digits), one, unit)),
    }))
  const held = claimed.filter(({ isKnown }) => isKnown)
  const isBound = (one: Claimed) =>
    held.length === 0 ||
    held.some(({ unit }) => unit === one.unit && unit !== undefined) ||
    held.some((other) => {
      const between = other.to <= one.from ? [other.to, one.from] : [one.to, other.from]
      return range.test(claim.slice(...between))
    })
  return claimed.filter((one) => !one.isKnown && isBound(one)).map(({ text }) => text.trim())
}

function isSame(claimed: number, known: number, unit: string | undefined): boolean {
  const forms =
    unit !== '%'
      ? [claimed, ...scales.map((scale) => claimed * scale)]
      : [claimed, claimed / 100, 1 + claimed / 100, 1 - claimed / 100, 100 + claimed, 100 - claimed]
  return forms.some((one) => Math.abs(one - known) <= 1e-9 * Math.abs(one))
}

/** Between units: milliseconds and seconds, MiB and GiB, shares and per cent. */
const scales = [1e-12, 1e-9, 1e-6, 1e-3, 1e-2, 1e2, 1e3, 1e6, 1e9, 1e12].concat(
  [-4, -3, -2, -1, 1, 2, 3, 4].map((power) => 1024 ** power),
)
