/** The rules as a remark-lint preset: `codicil check` runs it, and so may people's own remark. */
import type { Root } from 'mdast'
import { lintRule } from 'unified-lint-rule'
import type { VFile } from 'vfile'
import { readSpec, type Edit, type Spec } from '../document/index.ts'
import { defaultStatuses } from '../document/scoreboard.ts'
import { rules } from './rules/index.ts'
import type { Finding, LintContext } from './types.ts'

export const defaultContext: LintContext = {
  statuses: defaultStatuses,
  overrides: {},
  evidence: [],
}

/** What a message of a rule carries besides what remark knows. */
export interface Verdict {
  severity: Finding['severity']
  fix?: Edit | undefined
}

/** `remark().use(codicilPreset())`: each rule can be switched off by its name. */
export function codicilPreset(context: LintContext = defaultContext) {
  const specs = new WeakMap<VFile, Spec>()
  const specOf = (file: VFile): Spec => {
    const spec = specs.get(file) ?? readSpec(String(file), context.overrides)
    specs.set(file, spec)
    return spec
  }
  return {
    plugins: rules.map((rule) =>
      lintRule<Root>(`codicil:${rule.name}`, (_tree: Root, file: VFile) => {
        const spec = specOf(file)
        for (const { message, start, end, severity = 'error', fix } of rule.check(spec, context)) {
          const place = {
            start: { ...spec.lines.position(start), offset: start },
            end: { ...spec.lines.position(end), offset: end },
          }
          const verdict: Verdict = { severity, fix }
          Object.assign(file.message(message, { place }), { verdict })
        }
      }),
    ),
  }
}
