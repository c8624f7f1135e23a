/** `ratio(tok_s, new / old)`, `change(…)` and `difference(…)`: one figure at two places. */
import { closing, depthsOf, isSign, refuse, token, type Token } from './tokens.ts'

export const relationNames: ReadonlySet<string> = new Set(['ratio', 'gain', 'change', 'difference'])

export function relations(tokens: readonly Token[]): Token[] {
  const at = tokens.findIndex(
    (one, index) =>
      one.kind === 'word' && relationNames.has(one.text) && isSign(tokens[index + 1], '('),
  )
  const name = tokens[at]
  const end = at === -1 ? -1 : closing(tokens, at + 1)
  if (name === undefined || end === -1) return [...tokens]
  const inner = tokens.slice(at + 2, end)
  const [of = [], ...others] = split(inner, ',')
  const places = others.length === 1 ? split(others[0]!, '/') : others
  const rest = relations(tokens.slice(end + 1))
  const [a, b] = places
  // A figure of the log may have this name.
  if (places.length < 2 && of.length < 2) return [...tokens.slice(0, end + 1), ...rest]
  if (a === undefined || b === undefined || places.length > 2 || of.length === 0) {
    throw refuse(
      name,
      `${name.text}(…) takes a figure and the two places that are compared`,
      `Write \`${name.text}(tok_s, new / old)\``,
    )
  }
  const sign = (text: string) => token('sign', text, name)
  const [x, y] = [figureAt(of, a), figureAt(of, b)]
  const whole =
    name.text === 'difference'
      ? [...x, sign('-'), ...y]
      : name.text === 'change'
        ? [...x, sign('/'), ...y, sign('-'), token('number', '1', name)]
        : [...x, sign('/'), ...y]
  return [...tokens.slice(0, at), sign('('), ...whole, sign(')'), ...rest]
}

/** The figure at a place: `tok_s` or `tok_s({test: "x"})` or `std(latency)`, with the place as one more part. */
function figureAt(of: readonly Token[], place: readonly Token[]): Token[] {
  const last = of.at(-1)!
  if (isSign(last, ')')) return [...of.slice(0, -1), token('sign', ',', last), ...place, last]
  return [...of, token('sign', '(', last), ...place, token('sign', ')', last)]
}

function split(tokens: readonly Token[], sign: string): Token[][] {
  const depths = depthsOf(tokens)
  const parts: Token[][] = [[]]
  for (const [at, one] of tokens.entries()) {
    if (depths[at] === 0 && isSign(one, sign)) parts.push([])
    else parts.at(-1)!.push(one)
  }
  return parts
}
