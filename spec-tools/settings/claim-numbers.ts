/**
 * Whether the numbers of a claim stand in its predicates: `3 to 10 %` beside `x > 1.3` does not. A
 * number may stand there as a share, as a factor, or in another unit.
 */
import type { Hypothesis } from './investigation.ts'

const number = /(?<![\p{L}\p{N}_.§#/-])(\d+(?:\.\d+)?)(?![\p{L}\p{N}_]|\.\d|[-/]\p{L})(\s?%)?/gu

/** What a number behind it only names: a layer, a section, a row. */
const naming =
  /(?:layer|section|step|row|issue|table|figure|version|chapter|phase|build|gpu|rank)s?\s+$/iu

/** Numbers as written in the claim that no predicate holds. */
export function numbersMissing(
  { claim, confirm, refute, where = {} }: Hypothesis,
  others: string,
): string[] {
  const texts = [confirm, refute, others, ...Object.values(where)].join(' ')
  const known = [...texts.matchAll(/\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)].map(([one]) => Number(one))
  const written = [...claim.matchAll(number)].filter(
    ({ index }) => !naming.test(claim.slice(Math.max(0, index - 16), index)),
  )
  return written
    .filter(
      ([, digits = '', percent]) => !known.some((one) => isSame(Number(digits), one, percent)),
    )
    .map(([whole]) => whole.trim())
}

function isSame(claimed: number, known: number, percent: string | undefined): boolean {
  const forms =
    percent === undefined
      ? [claimed, ...scales.map((scale) => claimed * scale)]
      : [claimed, claimed / 100, 1 + claimed / 100, 1 - claimed / 100, 100 + claimed, 100 - claimed]
  return forms.some((one) => Math.abs(one - known) <= 1e-9 * Math.abs(one))
}

/** Between units: milliseconds and seconds, MiB and GiB, shares and per cent. */
const scales = [1e-9, 1e-6, 1e-3, 1e-2, 1e2, 1e3, 1e6, 1e9, 1024 ** -2, 1024 ** -1, 1024, 1024 ** 2]
