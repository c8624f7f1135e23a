/** The rules as a remark-lint preset, for documents that are checked by remark already. */
import type { Root } from 'mdast'
import { lintRule } from 'unified-lint-rule'
import type { VFile } from 'vfile'
import { readSpec } from '../document/index.ts'
import { defaultContext, lintWith, rules } from './lint.ts'
import type { LintContext } from './types.ts'

/** `remark().use(codicilPreset())`: each rule can be switched off by its name. */
export function codicilPreset(context: LintContext = defaultContext) {
  return {
    plugins: rules.map((rule) =>
      lintRule<Root>(`codicil:${rule.name}`, (_tree: Root, file: VFile) => {
        for (const finding of lintWith(rule, readSpec(String(file), context.overrides), context)) {
          const { line, column, start, end, message } = finding
          file.message(message, {
            place: {
              start: { line, column, offset: start },
              end: { ...readSpec(String(file)).lines.position(end), offset: end },
            },
          })
        }
      }),
    ),
  }
}
