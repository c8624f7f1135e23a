/** A spec checked against itself and its evidence: as functions, as a remark preset, as SARIF. */
export { fixSpec, lintSpec } from './lint.ts'
export { codicilPreset, defaultContext } from './preset.ts'
export { rules } from './rules/index.ts'
export { toSarif } from './sarif.ts'
export type { EvidencedSection, Finding, LintContext, Rule } from './types.ts'
export { evidencedSection } from './evidenced.ts'
