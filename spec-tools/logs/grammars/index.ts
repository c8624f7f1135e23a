/** The grammars in the order in which a line is offered to them. */
import type { Grammar } from '../grammar.ts'
import { frame, rule } from './frame.ts'
import { heading } from './heading.ts'
import { literal } from './literal.ts'
import { phrases } from './phrases.ts'
import { progressBar } from './progress-bar.ts'
import { json } from './json.ts'
import { pairs } from './pairs.ts'
import { namedPatterns } from './patterns.ts'
import { rowsOfNames } from './rows-of-names.ts'
import { rows } from './rows.ts'
import { verdict } from './verdict.ts'

export { jsonUnderWay } from './json.ts'

export const grammars: readonly Grammar[] = [
  namedPatterns,
  json,
  literal,
  progressBar,
  frame,
  rule,
  verdict,
  rowsOfNames,
  rows,
  pairs,
  phrases,
  heading,
]
