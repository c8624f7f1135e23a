/** How deep a YAML document is nested, found out without recursion. */
import { Lexer } from 'yaml'
import type { Place } from './problem.ts'

export const maxDepth = 32

/** Tokens of the lexer that stand for no character: scalar, document and end of a flow. */
const controls = new Set(['\u001f', '\u0002', '\u0018'])

/**
 * The parser is recursive, so depth that fits into few characters (`[[[[`, `- - - -`) is found before
 * it runs. Depth by indentation takes quadratic room; there the limit on length is enough.
 */
export function depthExceededAt(text: string): Place | null {
  let [flow, compact, line, column] = [0, 0, 1, 1]
  let content = false
  for (const token of new Lexer().lex(text)) {
    if (content) content = false
    else if (token === '\u001f') content = true
    else if (token === '[' || token === '{') flow += 1
    else if (token === ']' || token === '}') flow -= 1
    // Between brackets these nest nothing: only a bracket does there.
    else if (flow === 0 && (token === '-' || token === '?' || token === ':')) compact += 1
    if (flow > maxDepth || compact > maxDepth) return { line, column }
    const newlines = token.split('\n').length - 1
    if (newlines > 0) {
      compact = 0
      line += newlines
      column = token.length - token.lastIndexOf('\n')
    } else if (!controls.has(token)) column += token.length
  }
  return null
}
