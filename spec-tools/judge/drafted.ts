/** An investigation from logs that are at hand: what they compare, and what could be claimed of it. */
import { stringify } from 'yaml'
import type { Measurement } from '../evidence/index.ts'
import { evaluate } from './evaluate.ts'
import type { EvaluateContext } from './evaluated.ts'
import { pairedStages } from './pairing.ts'
import { better } from './performance.ts'
import { Picker } from './pick.ts'
import { withLayer } from './select.ts'
import { Work } from './work.ts'
import { comparisonsIn, conversion, parsePredicate } from '../settings/index.ts'

/** The usual case is to fit on a page of ten lines. */
const most = 6

/**
 * YAML text. Two logs that state the same figure are compared by it; a single log gives bounds. Stages
 * that the logs print of two sides come first.
 */
export function draftInvestigation(logged: readonly Measurement[], title: string): string {
  const measurements = logged.map(withLayer)
  const { stages, sides } = pairedStages(measurements)
  const picker = new Picker(measurements)
  const context: EvaluateContext = {
    evidence: { measurements, diagnostics: [] },
    environment: { status: 'sound', findings: [] },
    picker,
    named: (name) => ({ name, quantity: null, missing: 'no such name', used: [] }),
    ofStage: (name) => ({ name, quantity: null, missing: 'no such stage', used: [] }),
    work: new Work(picker, new Map()),
    assert: {},
    withSpread: false,
  }
  const value = (text: string) => {
    const [comparison] = comparisonsIn(parsePredicate(`${text} > 0`, new Map()))
    const found = comparison && evaluate(comparison.expression, {}, context)
    return found?.quantity && Number.isFinite(found.quantity.value) ? found : null
  }
  const logs = [...new Set(measurements.map(({ source }) => source.diagnostic))]
  const [first, second] = logs
  const names = [...new Set(measurements.filter(isPerformance).map(({ stage }) => stage))]
  const claims = names.flatMap((name) => {
    const call = (log: string) => `${quoted(name)}(${quoted(log)})`
    if (first === undefined || !isWord(name) || logs.some((log) => !isWord(log))) return []
    if (second === undefined) {
      const one = value(call(first))
      if (!one?.quantity) return []
      const unit = one.unit === undefined ? '' : ` ${one.unit}`
      const bound = unit === '' ? String(one.quantity.value) : `"${one.quantity.value}${unit}"`
      return [`${call(first)} ${better(one.unit) === 'smaller' ? '<=' : '>='} ${bound}`]
    }
    const ratio = value(`${call(second)} / ${call(first)}`)
    if (!ratio?.quantity) return []
    const share = Number(ratio.quantity.value.toPrecision(2))
    const sign = share >= 1 ? '>=' : '<='
    return [`${call(second)} ${sign} ${share} * ${call(first)}`]
  })
  return stringify(
    {
      title,
      ...(stages.length > 0 && { sides, stages: stages.slice(0, most).map(({ id }) => id) }),
      hypotheses: Object.fromEntries(
        claims.slice(0, most).map((claim, index) => [`H${index + 1}`, claim]),
      ),
    },
    { lineWidth: 0 },
  )
}

/** Whether a figure has a unit of time, work or memory. */
function isPerformance({ facts, against }: Measurement): boolean {
  if (against !== null || facts.unit === undefined || conversion(facts.unit, 'B') !== null)
    return false
  return better(facts.unit) !== null
}

function isWord(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_ ./-]*$/u.test(name)
}

/** A name as a predicate writes it: other signs than letters and digits are as good as `_`. */
function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `${name.replace(/[^A-Za-z0-9]+/g, '_')}`
}
