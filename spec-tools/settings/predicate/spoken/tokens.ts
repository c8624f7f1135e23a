/** Words, numbers and signs of a predicate as people write it, with where each stands. */
import { PredicateError } from '../refusal.ts'
import { dictionary } from '../../../evidence/dictionary.ts'

export interface Token {
  kind: 'word' | 'number' | 'share' | 'quantity' | 'text' | 'sign'
  text: string
  start: number
  /** Whether a blank stands before it. */
  apart: boolean
}

const pattern =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?|[\p{L}_][\p{L}\p{N}_]*|&&|\|\||[<>=!]=|=>|=<|°C|\S/gu

const signs = dictionary<string>({
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '=>': '>=',
  '=<': '<=',
  '=': '==',
  '×': '*',
  '·': '*',
  '−': '-',
})

export function tokensOf(text: string): Token[] {
  let end = 0
  return [...text.matchAll(pattern)].map((match) => {
    const [found] = match
    const apart = match.index > end
    end = match.index + found.length
    return { kind: kindOf(found), text: signs[found] ?? found, start: match.index, apart }
  })
}

function kindOf(text: string): Token['kind'] {
  if (/^["']/.test(text) && text.length > 1) return 'text'
  if (/^\.?\d/.test(text)) return 'number'
  return /^[\p{L}_]/u.test(text) ? 'word' : 'sign'
}

export function token(kind: Token['kind'], text: string, { start, apart }: Token): Token {
  return { kind, text, start, apart }
}

export function isSign(one: Token | undefined, ...texts: string[]): boolean {
  return one?.kind === 'sign' && texts.includes(one.text)
}

/** How deep in brackets each token stands; a bracket itself as what is around it. */
export function depthsOf(tokens: readonly Token[]): number[] {
  let depth = 0
  return tokens.map((one) => {
    if (isSign(one, ')', ']', '}')) depth -= 1
    const own = depth
    if (isSign(one, '(', '[', '{')) depth += 1
    return own
  })
}

/** Index of the bracket that closes the one at `open`; -1 where none does. */
export function closing(tokens: readonly Token[], open: number): number {
  const depths = depthsOf(tokens)
  return depths.findIndex(
    (depth, at) => at > open && depth === depths[open] && isSign(tokens[at], ')'),
  )
}

export function refuse(at: Token | undefined, what: string, remedy: string): PredicateError {
  return new PredicateError({ what, index: at?.start ?? 0, received: at?.text ?? '', remedy })
}
