/** A spec checked against itself and its evidence: as functions, as a remark preset, as SARIF. */
export { defaultContext, fixSpec, lintSpec, rules } from './lint.ts'
export { codicilPreset } from './remark.ts'
export { toSarif } from './sarif.ts'
export type { EvidencedSection, Finding, LintContext, Rule } from './types.ts'
export { evidencedSection } from './evidenced.ts'
