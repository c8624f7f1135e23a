/**
 * Verdicts that a log prints about itself, recomputed where they follow from the figures beside them.
 * `2.55 GFLOPS | 100.00 GFLOPS | PASS` does not.
 */
import type { Claim } from '../evidence/index.ts'
import { conversion } from '../settings/index.ts'
import type { CheckedClaim } from './types.ts'

export function checkedClaim(claim: Claim): CheckedClaim {
  const text = claim.text.slice(0, longest)
  const found = statedRelation(text) ?? countedFailures(text) ?? target(text)
  return checkedAgainst(claim, found)
}

/** A claim held against what was found out about its figures; null where that is nothing. */
export function checkedAgainst(claim: Claim, found: Found | null): CheckedClaim {
  const passed = verdictIn(claim.text.slice(0, longest))
  if (passed === null) return { ...claim, follows: 'cannot tell', reason: 'no verdict is printed' }
  if (found === null) {
    return { ...claim, follows: 'cannot tell', reason: 'no figures beside it decide it' }
  }
  const word = passed ? 'a pass' : 'a failure'
  return found.holds === passed
    ? { ...claim, follows: 'yes', reason: `${found.text}, as ${word} says` }
    : { ...claim, follows: 'no', reason: `${found.text}, but the log prints ${word}` }
}

/** Verdicts stand in short lines; the patterns below take quadratic time. */
const longest = 1000

export interface Found {
  holds: boolean
  text: string
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

const number = String.raw`[+-]?(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`
const unitAfter = String.raw`(?:\s?([%×x]|[A-Za-zµμ°]+(?:/[A-Za-z]+)?)(?![A-Za-z/]))?`
const quantity = `(${number})${unitAfter}`

const relations: readonly [
  pattern: string,
  holds: (a: number, b: number) => boolean,
  as: string,
][] = [
  ['(?:<=|≤|(?:is )?at most|(?:is )?within)', (a, b) => a <= b, '≤'],
  ['(?:>=|≥|(?:is )?at least|meets|reaches)', (a, b) => a >= b, '≥'],
  ['(?:<|(?:is )?below|(?:is )?under)', (a, b) => a < b, '<'],
  ['(?:>|exceeds|(?:is )?above)', (a, b) => a > b, '>'],
  [String.raw`[([,;]\s*(?:tol(?:erance)?|limit|max(?:imum)?)\s*[:=]?`, (a, b) => a <= b, '≤'],
  [String.raw`[([,;]\s*(?:min(?:imum)?|target|goal)\s*[:=]?`, (a, b) => a >= b, '≥'],
]

/** A relation that the line itself states between two figures: `0.3 < 0.1`, `0.3 (tol 0.1)`. */
function statedRelation(text: string): Found | null {
  for (const [pattern, holds, sign] of relations) {
    const found = new RegExp(`${quantity}\\s*${pattern}\\s*(?:the\\s+)?${quantity}`, 'i').exec(text)
    if (!found) continue
    const [, a = '', unitA = '', b = '', unitB = ''] = found
    const compared = commonUnit(a, unitA, b, unitB)
    if (!compared) continue
    const truth = holds(...compared)
    const words = `${a}${unitA && ` ${unitA}`} ${sign} ${b}${unitB && ` ${unitB}`}`
    return { holds: truth, text: `${words} is ${truth ? 'true' : 'false'}` }
  }
  return null
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

/** Two figures of one unit in neighbouring columns: what was measured, and what was to be reached. */
function target(text: string): Found | null {
  const cells = text.split(/[|│┃\t]/).map((part) => part.trim())
  const figures = cells.flatMap((part) => {
    const [, value, unit] = new RegExp(`(?:^|\\s)${quantity}$`).exec(part) ?? []
    return value !== undefined && unit !== undefined ? [{ value, unit }] : []
  })
  const [measured, wanted] = figures
  if (figures.length !== 2 || !measured || !wanted) return null
  const higher = higherIsBetter(measured.unit)
  const compared = commonUnit(measured.value, measured.unit, wanted.value, wanted.unit)
  if (higher === null || !compared) return null
  const [a, b] = compared
  const side = a > b ? 'above' : a < b ? 'below' : 'equal to'
  return {
    holds: higher ? a >= b : a <= b,
    text: `${measured.value} ${measured.unit} is ${side} ${wanted.value} ${wanted.unit}`,
  }
}

function higherIsBetter(unit: string): boolean | null {
  if (/FLOPS?$/i.test(unit) || /\/(?:s|sec|min|h)$/.test(unit)) return true
  if (conversion(unit, 's') !== null || conversion(unit, 'bytes') !== null) return false
  return null
}

function commonUnit(a: string, unitA: string, b: string, unitB: string): [number, number] | null {
  const factor = unitB === '' || unitA === '' ? 1 : conversion(unitB, unitA)
  if (factor === null) return null
  return [valueOf(a), valueOf(b) * factor]
}

function valueOf(text: string): number {
  return Number(text.replaceAll(/[,_]/g, ''))
}
