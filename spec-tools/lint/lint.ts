/** Checks a spec against itself, its evidence and the repository. */
import remarkMessageControl from 'remark-message-control'
import { unified } from 'unified'
import { VFile } from 'vfile'
import type { VFileMessage } from 'vfile-message'
import { CodicilError } from '../error.ts'
import { applyEdits } from '../document/index.ts'
import { codicilPreset, defaultContext, type Verdict } from './preset.ts'
import { commentTree } from './tree.ts'
import type { Finding, LintContext } from './types.ts'

/**
 * All findings of all rules, in the order of the document. As in remark-lint, a comment switches a
 * rule off: `<!--lint disable references-resolve-->`, `enable`, or `ignore` for what comes next.
 */
export function lintSpec(text: string, context: LintContext = defaultContext): Finding[] {
  refuseDepth(text)
  const file = new VFile(text)
  const processor = unified()
    .use(codicilPreset(context))
    .use(remarkMessageControl, { name: 'lint', source: 'codicil' })
  processor.runSync(commentTree(text), file)
  return file.messages.map(findingOf).sort((one, other) => one.start - other.start)
}

/** Lists and quotes within each other on one line; the parser calls itself for each. */
const deepest = 100
const markers = /^(?:[ \t]{0,8}(?:[-+*>]|\d{1,9}[.)])(?=[ \t>]))+/

/** A line across the page, of marks that may stand apart. */
const rule = /^[ \t]*([-*])(?:[ \t]*\1)*[ \t]*$/

function refuseDepth(text: string): void {
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    const depth = rule.test(line) ? 0 : (markers.exec(line)?.[0].match(/[-+*>.)]/g)?.length ?? 0)
    if (depth > deepest) {
      throw new CodicilError({
        code: 'too-deep',
        where: `line ${index + 1}`,
        what: `has ${depth} lists and quotes within each other`,
        remedy: `Write ${deepest} at most`,
      })
    }
  }
}

function findingOf(message: VFileMessage & { verdict?: Verdict }): Finding {
  const { ruleId = '', reason, line = 1, column = 1, place, verdict } = message
  const range = place && 'start' in place ? place : { start: place, end: place }
  return {
    rule: ruleId,
    message: reason,
    line,
    column,
    start: range.start?.offset ?? 0,
    end: range.end?.offset ?? 0,
    severity: verdict?.severity ?? 'error',
    ...(verdict?.fix && { fix: verdict.fix }),
  }
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
