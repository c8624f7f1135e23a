/** Checks a spec against itself, its evidence and the repository. */
import { applyEdits, readSpec, type Spec } from '../document/index.ts'
import { versionClaimedOnce } from './rules/claimed.ts'
import { evidenceExists, figuresResolve } from './rules/evidence.ts'
import { completeNumbers, uniqueNumbers } from './rules/numbers.ts'
import { referencesResolve } from './rules/references.ts'
import { scoreboardAddsUp } from './rules/scoreboard.ts'
import { versionAgrees } from './rules/version.ts'
import type { Finding, LintContext, Rule } from './types.ts'

export const rules: readonly Rule[] = [
  versionAgrees,
  versionClaimedOnce,
  uniqueNumbers,
  completeNumbers,
  referencesResolve,
  scoreboardAddsUp,
  evidenceExists,
  figuresResolve,
]

export const defaultContext: LintContext = {
  statuses: { done: 'DISCHARGED', open: 'PARTIAL' },
  overrides: {},
  evidence: [],
}

/** All findings of all rules, in the order of the document. */
export function lintSpec(text: string, context: LintContext = defaultContext): Finding[] {
  const spec = readSpec(text, context.overrides)
  return rules
    .flatMap((rule) => lintWith(rule, spec, context))
    .sort((one, other) => one.start - other.start)
}

export function lintWith(rule: Rule, spec: Spec, context: LintContext): Finding[] {
  return rule.check(spec, context).map(({ severity = 'error', ...problem }) => ({
    ...problem,
    rule: rule.name,
    severity,
    ...spec.lines.position(problem.start),
  }))
}

/** The document with every certain fix made, and the findings that are left to a person. */
export function fixSpec(
  text: string,
  context: LintContext = defaultContext,
): { text: string; fixed: Finding[]; left: Finding[] } {
  const findings = lintSpec(text, context)
  const fixed = findings.filter(({ fix }) => fix !== undefined)
  const edits = new Map(fixed.flatMap(({ fix }) => (fix ? [[`${fix.start}-${fix.end}`, fix]] : [])))
  const mended = applyEdits(text, [...edits.values()])
  return { text: mended, fixed, left: lintSpec(mended, context) }
}
