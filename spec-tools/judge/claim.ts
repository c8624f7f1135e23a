/**
 * Verdicts that a log prints about itself, recomputed where they follow from the figures beside them.
 * A pass is doubted only by a relation that the line states and that its figures break. A failure is
 * not: `0.3 > 0.1 FAIL` says why, and one criterion that is met leaves room for another that is not.
 */
import type { Claim } from '../evidence/index.ts'
import { conversion } from '../settings/index.ts'
import type { CheckedClaim } from './types.ts'

export function checkedClaim(claim: Claim): CheckedClaim {
  const text = claim.text.slice(0, longest)
  const found = statedRelation(text) ?? countedFailures(text)
  return checkedAgainst(claim, found)
}

/** A claim held against what was found out about its figures; null where that is nothing. */
export function checkedAgainst(claim: Claim, found: Found | null): CheckedClaim {
  const passed = verdictIn(claim.text.slice(0, longest))
  if (passed === null) return { ...claim, follows: 'cannot tell', reason: 'no verdict is printed' }
  if (found === null) {
    return { ...claim, follows: 'cannot tell', reason: 'no figures beside it decide it' }
  }
  if (found.holds === passed) {
    const word = passed ? 'a pass' : 'a failure'
    return { ...claim, follows: 'yes', reason: `${found.text}, as ${word} says` }
  }
  // What the log calls a pass may rest on a limit of its own.
  if (passed && found.ours) {
    return {
      ...claim,
      follows: 'cannot tell',
      reason: `${found.text} by a limit that the log does not state`,
    }
  }
  return passed
    ? { ...claim, follows: 'no', reason: `${found.text}, but the log prints a pass` }
    : {
        ...claim,
        follows: 'cannot tell',
        reason: `${found.text}; what failed may be another thing`,
      }
}

/** Verdicts stand in short lines; the patterns below take quadratic time. */
const longest = 1000

export interface Found {
  holds: boolean
  text: string
  /** Whether it was found by a limit that the investigation or Codicil sets, and not the log. */
  ours?: boolean
}

const good = /✅|✓|✔|\b(?:PASS(?:ED|ES)?|SUCCESS(?:FUL)?|OK)\b/i
const bad = /❌|✗|✘|\b(?:FAIL(?:ED|S|URE)?|NOT\s+OK)\b/i
/** Counts of what passed and failed are figures, no verdict. */
const tallies =
  /\b(?:passed|failed)\s*[:=|]?\s*\d+|\b(?:\d+|no|zero)\s+(?:passed|failed|failures?|errors?)\b/gi

/** Whether the line says that something passed; null where it says neither, or both. */
function verdictIn(text: string): boolean | null {
  const rest = text.replace(tallies, ' ')
  const [yes, no] = [good.test(rest.replace(/\bNOT\s+OK\b/gi, ' ')), bad.test(rest)]
  return yes === no ? null : yes
}

const number = String.raw`(?<![\w.,+-])[+-]?(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\d.]*\d)`
const unitAfter = String.raw`(?:\s?([%×x]|[A-Za-zµμ°]+(?:/[A-Za-z]+)?)(?![A-Za-z/]))?`
const quantity = `(${number})${unitAfter}`
const limit = String.raw`(?:the\s+)?(?:(?:tol(?:erance)?|limit|threshold|max(?:imum)?|min(?:imum)?)\s*[:=]?\s*)?`
const error = String.raw`(?:diff|err|error|l2|rms|rmse|mse|nmse|mae|delta|deviation)\s*[:=]?\s*`

const relations: readonly [
  pattern: string,
  holds: (a: number, b: number) => boolean,
  as: string,
][] = [
  [`${quantity}\\s*(?:<=|≤|(?:is )?at most)\\s*${limit}${quantity}`, (a, b) => a <= b, '≤'],
  [`${quantity}\\s*(?:>=|≥|(?:is )?at least)\\s*${limit}${quantity}`, (a, b) => a >= b, '≥'],
  [`${quantity}\\s*(?:<(?!-)|(?:is )?below)\\s*${limit}${quantity}`, (a, b) => a < b, '<'],
  [`${quantity}\\s*(?:>|(?:is )?above)\\s*${limit}${quantity}`, (a, b) => a > b, '>'],
  [
    `${error}${quantity}\\s*\\(\\s*(?:tol(?:erance)?|limit|max(?:imum)?)\\s*[:=]?\\s*${quantity}`,
    (a, b) => a <= b,
    '≤',
  ],
]

/** Lines whose relation may be no criterion of the verdict, or whose figures are no plain numbers. */
const unclear =
  /±|\+\/-|\b(?:or|if|when|unless|else|otherwise|not|no|any|either|expect(?:ed|s)?|rejects?|skip(?:ped)?|warn(?:ing)?|retry|was|before|driver|version|cuda|python|torch|capability)\b/i

/** A relation that the line states between figures: `0.3 < 0.1`, `max diff 0.3 (tol 0.1)`; a broken one first. */
function statedRelation(text: string): Found | null {
  if (unclear.test(text)) return null
  const all = relations.flatMap(([pattern, holds, sign]) =>
    [...text.matchAll(new RegExp(pattern, 'gi'))].flatMap((found) => {
      const [, a = '', unitA = '', b = '', unitB = ''] = found
      const compared = commonUnit(a, unitA, b, unitB)
      // What is printed alike may have differed before it was rounded.
      if (!compared || (compared[0] === compared[1] && !holds(...compared))) return []
      const truth = holds(...compared)
      return [{ holds: truth, text: `${a} ${sign} ${b} is ${truth ? 'true' : 'false'}` }]
    }),
  )
  return all.find(({ holds }) => !holds) ?? all[0] ?? null
}

/** `passed 91 | failed 1`, `91/92 passed`, `91 of 92 passed`. */
function countedFailures(text: string): Found | null {
  const failed =
    /\bfailed\s*[:=|]?\s*(\d+)/i.exec(text)?.[1] ??
    /(\d+)\s+(?:failed|failures?)\b/i.exec(text)?.[1]
  if (failed !== undefined) return { holds: failed === '0', text: `${failed} failed` }
  const of = /(\d+)\s*(?:\/|of)\s*(\d+)\s*(?:tests?\s*)?pass/i.exec(text)
  if (!of) return null
  return { holds: of[1] === of[2], text: `${of[1]} of ${of[2]} passed` }
}

function commonUnit(a: string, unitA: string, b: string, unitB: string): [number, number] | null {
  const [from, to] = [unitB, unitA].map((unit) => (verdictIn(unit) === null ? unit : ''))
  if (from === '%' ? to !== '%' : to === '%') return null
  if (to !== '' && from === '') return null
  const factor = from === '' || to === '' ? 1 : conversion(from!, to!)
  return factor === null ? null : [valueOf(a), valueOf(b) * factor]
}

function valueOf(text: string): number {
  return Number(text.replaceAll(/[,_]/g, ''))
}
