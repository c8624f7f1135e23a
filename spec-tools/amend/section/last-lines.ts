/** What diagnostics that failed said last: a quotation, in which nothing acts. */
import type { RootContent } from 'mdast'
import type { Diagnostic } from '../../evidence/index.ts'
import { code, codeBlock, paragraph } from '../../render/markdown/index.ts'

/** One paragraph and one block a diagnostic, of the first of its runs that failed. */
export function lastLinesOf(diagnostics: readonly Diagnostic[], lines = Infinity): RootContent[] {
  const failed = diagnostics.filter(({ said = [] }) => said.length > 0)
  const firsts = [...Map.groupBy(failed, ({ id }) => id).values()].flatMap(([first]) => first ?? [])
  return firsts.flatMap(({ id, said = [] }) => [
    paragraph('The last lines of ', code(id), ', which failed:'),
    codeBlock(said.slice(-lines).join('\n'), 'text'),
  ])
}
