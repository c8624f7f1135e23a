/**
 * Several names and as many numbers, in the same order:
 *
 *     latency mean ± std: 12.5 ± 0.3 ms        rtt min/avg/max/mdev = 0.045/0.061/0.082/0.012 ms
 *     mean (std): 12.5 (0.3)                   Latency (mean ± std): 12.5 ± 0.3 ms
 *     p50, p99: 12.5, 31.0                     perf: 38.5 ± 0.7 tok/s (n=5)
 *
 * They are paired one to one, or nothing is read. What `±` means where nobody says it is not guessed:
 * it is `plus_minus`.
 */
import type { Facts } from '../../evidence/facts.ts'
import type { Figure } from '../../evidence/schema.ts'
import { figure } from '../collector.ts'
import type { Grammar, ReadingState } from '../grammar.ts'
import { cut, labelOf, type Label } from '../label.ts'
import type { Line } from '../line.ts'
import { Kind } from '../outline.ts'
import { quantitiesAt, type Quantity, type Separator, separatorOf } from '../quantity.ts'
import { countOf } from '../remarks.ts'
import { statisticName, statisticOf } from '../statistics.ts'
import { withoutUnit } from '../units.ts'

/** What the names of a line say: the stage they share, and the statistic or the stage of each. */
interface Names {
  stage: string
  parts: { statistic: string; stage: string | null }[]
}

export const rowsOfNames: Grammar = {
  name: 'names and as many numbers',
  take(line, state) {
    const { text } = line
    const at = markOf(text)
    if (at < 0) return null
    const key = text.slice(line.first, at).replace(/^[-*•+]\s+/, '')
    const from = at + 1 + /^\s*/.exec(text.slice(at + 1))![0].length
    const row = quantitiesAt(text, from, !key.includes(','))
    if (row === null) return null
    const several = separatorsOf(key)
    // `shape=[7, 5], mean=0.5` is for the grammar of pairs.
    if (key.replaceAll(/\([^()]*\)|\[[^\]]*\]/g, '').includes('=')) return null
    if (row.values.length === 1 && several === null) return null
    // `max/min: 3.0` and `passed: True, max err: 0.5` are for the grammar of pairs.
    if (row.values.length === 1 && (several === '/' || key.includes(':'))) return null
    if (several === null && row.separator !== '±') return listOrNothing(row.separator)
    const { name, unit } = withoutUnit(key)
    const names = namesOf(name, row.separator)
    const rest = remarkOf(text.slice(row.end))
    if (names === null || rest === null || names.parts.length !== row.values.length) return 'unread'
    const values = row.values.map((one) => ({ ...one, unit: one.unit ?? unit }))
    add(line, state, at, names, values, rest)
    return 'figures'
  },
}

/** `x: 1, 2, 3` has one name for three numbers. */
function listOrNothing(separator: Separator | null) {
  return separator === ',' ? 'unread' : null
}

/** The first `:` or `=` outside of brackets with a number behind it; else -1. */
function markOf(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character)) depth--
    else if (depth === 0 && (character === ':' || character === '=')) {
      if (/^\s*[-+]?(?:\.?\d|nan|inf)/i.test(text.slice(at + 1, at + 40))) {
        const clock = /\d/.test(text[at - 1] ?? '') && /\d/.test(text[at + 1] ?? '')
        return clock || /[=<>!]/.test(text[at - 1] ?? '=') ? -1 : at
      }
    }
  }
  return -1
}

const separators = /\s*(±|\+\/-|\+-|\/|,)\s*/

/** How the names of a key are set apart; null if it is one name. */
function separatorsOf(key: string): Separator | null {
  const found = separators.exec(key.replaceAll(/\([^()]*=[^()]*\)/g, ''))
  if (found !== null) return separatorOf(found[1]!)
  const inner = /\S\s*\(([^()=]+)\)$/.exec(key)?.[1]
  return inner !== undefined && statisticOf(inner) !== null ? '(' : null
}

function namesOf(key: string, values: Separator | null): Names | null {
  const several = separatorsOf(key)
  if (several === null) {
    const { statistic, base, known } = statisticName(key)
    const parts = [known ? statistic : 'value', 'plus_minus']
    return {
      stage: known ? base : key,
      parts: parts.map((one) => ({ statistic: one, stage: null })),
    }
  }
  // `mean (std)` may stand over `a ± b` and the other way round; all else has one separator.
  const isPair = (one: Separator | null) => one === '±' || one === '('
  if (several !== values && !(isPair(several) && isPair(values))) {
    if (!(several === '/' && values === ',')) return null
  }
  const inBrackets = /^(.*\S)\s*\(([^()]*(?:±|\+\/-|\+-|\/|,)[^()]*)\)$/.exec(key)
  const outer = inBrackets?.[1] ?? ''
  const listed = inBrackets?.[2] ?? key
  const printed =
    several === '('
      ? [key.slice(0, key.lastIndexOf('(')).trim(), key.slice(key.lastIndexOf('(') + 1, -1).trim()]
      : listed.split(
          several === '±' ? /\s*(?:±|\+\/-|\+-)\s*/ : several === '/' ? /\s*\/\s*/ : /\s*,\s*/,
        )
  const [head = '', ...others] = printed
  const first = statisticName(head)
  const rest = others.map((one) => statisticOf(one))
  if (first.known && rest.every((one) => one !== null)) {
    const statistics = [first.statistic, ...rest.map((one) => one ?? '')]
    if (new Set(statistics).size < statistics.length) return null
    const stage = [outer, first.base].filter((text) => text !== '').join(' ')
    return { stage, parts: statistics.map((statistic) => ({ statistic, stage: null })) }
  }
  const plain = several === ',' || several === '/'
  if (!plain || first.known || rest.some((one) => one !== null)) return null
  if (!printed.every((name) => /^[\p{L}_][^()=:]{0,63}$/u.test(name))) return null
  const stages = printed.map((name) => (outer === '' ? name : `${outer} ${name}`))
  return { stage: '', parts: stages.map((stage) => ({ statistic: 'value', stage })) }
}

/** What follows the numbers: nothing, a verdict or a remark in brackets; null for anything else. */
function remarkOf(rest: string): { facts: Facts } | null {
  if (/^\s*(?:[✅❌✓✔✗✘]|\[?(?:PASS|FAIL|OK|PASSED|FAILED)\]?|\s)*$/u.test(rest))
    return { facts: {} }
  const remark = /^\s*\(([^()]*)\)\s*[.,]?\s*$/.exec(rest)?.[1]
  if (remark === undefined) return /^\s*(?:#|\/\/|←|<-|--)/.test(rest) ? { facts: {} } : null
  const n = countOf(remark)
  return { facts: n === null ? {} : { n } }
}

function add(
  line: Line,
  { collector, outline, tables }: ReadingState,
  at: number,
  names: Names,
  values: readonly Quantity[],
  rest: { facts: Facts },
): void {
  const { text, indent } = line
  outline.enter(indent, Kind.figure)
  const printed = text.slice(line.first, at).trim()
  const groups = new Map<
    string,
    { label: Label; unit: string | null; figures: Record<string, Figure> }
  >()
  for (const [nth, { statistic, stage }] of names.parts.entries()) {
    const { from, to, unit, value } = values[nth]!
    const name = stage ?? names.stage
    const label = labelOf(name === '' ? printed : name)
    const key = JSON.stringify([name, unit])
    const group = groups.get(key) ?? { label, unit, figures: {} }
    group.figures[statistic] = figure(value, text.slice(from, to), collector.number)
    groups.set(key, group)
    collector.account(from, to)
  }
  collector.account(0, at)
  const remark = text.slice(values.at(-1)!.end)
  // A count is all that a remark such as `(n=512)` holds.
  if (rest.facts.n !== undefined && remark.match(/\d[\d,_]*/g)?.length === 1) {
    collector.account(values.at(-1)!.end, text.length)
  }
  outline.use()
  for (const { label, unit, figures } of groups.values()) {
    const own = names.stage !== '' || names.parts[0]?.stage !== null
    const stage = own ? label.stage : outline.stage()
    collector.add({
      side: label.pair?.side ?? null,
      against: label.pair?.against ?? null,
      stage: cut(stage === '' ? printed : stage),
      under: outline.under(),
      facts: { ...outline.facts(), ...label.facts, ...rest.facts, ...(unit !== null && { unit }) },
      figures,
      line: collector.number,
    })
  }
  tables.close()
}
