/** `loss(step >= 4000)` and `latency(cuda, size = 4)`: places in brackets, as `{step: ">= 4000"}`. */
import { isSign, token, type Token } from './tokens.ts'

const comparing = new Set(['==', '<', '<=', '>', '>='])

export function conditions(tokens: readonly Token[]): Token[] {
  const found: Token[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const one = tokens[at]!
    const [before, op] = [tokens[at - 1], tokens[at + 1]]
    const begins = isSign(before, '(', ',') && isInCall(tokens, at)
    const isKey = one.kind === 'word' || one.kind === 'text'
    if (!begins || !isKey || op?.kind !== 'sign' || !comparing.has(op.text)) {
      found.push(one)
      continue
    }
    const rest = tokens.slice(at + 2)
    const length = rest.findIndex((next) => isSign(next, ',', ')'))
    const value = rest.slice(0, length)
    if (length < 1 || value.some((next) => next.kind === 'sign' && !isSign(next, '-'))) {
      found.push(one)
      continue
    }
    const written = value.map(({ kind, text }) => (kind === 'text' ? textIn(text) : text)).join(' ')
    const wanted = op.text === '==' ? written : `${op.text} ${written.replace(/^- /, '-')}`
    const key = one.kind === 'text' ? one.text : JSON.stringify(one.text)
    found.push(
      token('sign', '{', one),
      token('text', key, one),
      token('sign', ':', op),
      token('text', JSON.stringify(wanted), value[0]!),
      token('sign', '}', op),
    )
    at += 1 + length
  }
  return found
}

function textIn(quoted: string): string {
  return quoted.startsWith('"') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}

/** Whether the innermost bracket around a token is that of a call; `abs(a - b)` is arithmetic. */
function isInCall(tokens: readonly Token[], at: number): boolean {
  let depth = 0
  for (let back = at - 1; back >= 0; back -= 1) {
    const one = tokens[back]
    if (isSign(one, ')', ']', '}')) depth += 1
    else if (isSign(one, '[', '{')) depth -= 1
    else if (isSign(one, '(')) {
      if (depth === 0) {
        const name = tokens[back - 1]
        return name?.kind === 'word' && name.text !== 'abs'
      }
      depth -= 1
    }
  }
  return false
}
