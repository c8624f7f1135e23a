/** Chains, ranges, tolerances and magnitudes, brought into single comparisons. */
import { closing, depthsOf, isSign, refuse, token, type Token } from './tokens.ts'

const rising = new Set(['<', '<='])
const falling = new Set(['>', '>='])
const comparing = ['<', '<=', '>', '>=', '==', '!=']

/** A predicate of comparisons that each have two sides. */
export function clauses(tokens: readonly Token[]): Token[] {
  for (const sign of ['||', '&&']) {
    const depths = depthsOf(tokens)
    const at = tokens.findIndex(
      (one, index) => depths[index] === 0 && isSign(one, sign) && !isRange(tokens, index),
    )
    const joint = tokens[at]
    if (joint === undefined) continue
    return [...clauses(tokens.slice(0, at)), joint, ...clauses(tokens.slice(at + 1))]
  }
  const [first] = tokens
  if (first === undefined) return []
  if (isSign(first, 'not', '!')) {
    const rest = clauses(tokens.slice(1))
    const isWhole = isSign(rest[0], '(') && closing(rest, 0) === rest.length - 1
    return [token('sign', '!', first), ...(isWhole ? rest : inBrackets(rest, first))]
  }
  if (isSign(first, '(') && closing(tokens, 0) === tokens.length - 1) {
    return inBrackets(clauses(tokens.slice(1, -1)), first)
  }
  return comparison(tokens)
}

/** Whether this `and` is the one of `between a and b`. */
function isRange(tokens: readonly Token[], at: number): boolean {
  const before = tokens.slice(0, at).findLast((one) => isSign(one, '&&', '||', 'between'))
  return isSign(before, 'between')
}

function comparison(tokens: readonly Token[]): Token[] {
  const depths = depthsOf(tokens)
  const at = (...signs: string[]) =>
    tokens.flatMap((one, index) => (depths[index] === 0 && isSign(one, ...signs) ? [index] : []))
  const [between] = at('between')
  if (between !== undefined) return range(tokens, between)
  const [within] = at('within')
  if (within !== undefined) return tolerance(tokens, within)
  const ops = at(...comparing)
  const [op] = ops
  if (op === undefined) return ofShares(tokens)
  if (ops.length > 1) return chain(tokens, ops)
  const [plusMinus] = at('±')
  if (plusMinus !== undefined) return around(tokens, op, plusMinus)
  return simple(tokens.slice(0, op), tokens[op]!, tokens.slice(op + 1))
}

/** `a within 1 % of b`, or a change `within 1 %`. */
function tolerance(tokens: readonly Token[], at: number): Token[] {
  const [left, sign, right] = [tokens.slice(0, at), tokens[at]!, tokens.slice(at + 1)]
  const [share, of] = right
  if (share?.kind !== 'share') {
    throw refuse(
      share ?? sign,
      'a tolerance is a share',
      'Write `a within 1 % of b`, or a range: `10 <= a <= 12`',
    )
  }
  if (isSign(of, 'of') && right.length > 2) {
    const other = right.slice(2)
    return [
      token('word', 'within', sign),
      ...inBrackets(
        [
          ...left,
          token('sign', ',', sign),
          ...other,
          token('sign', ',', share),
          ...ofShares([share]),
        ],
        sign,
      ),
    ]
  }
  if (right.length > 1 || !isChange(left)) {
    throw refuse(sign, 'this does not say within 1 % of what', 'Write `a within 1 % of b`')
  }
  const low = token('share', `-${share.text}`, share)
  return both(left, ['>=', low], ['<=', share], sign)
}

function isChange(tokens: readonly Token[]): boolean {
  return (
    tokens.length > 4 &&
    tokens
      .slice(-3)
      .map(({ text }) => text)
      .join(' ') === '- 1 )'
  )
}

/** `a between 10 and 20 ms`. */
function range(tokens: readonly Token[], at: number): Token[] {
  const sign = tokens[at]!
  const right = tokens.slice(at + 1)
  const and = right.findIndex((one) => isSign(one, '&&'))
  if (and < 1 || and === right.length - 1) {
    throw refuse(sign, 'a range has two ends', 'Write `latency between 10 and 20 ms`')
  }
  const ends = alike([right.slice(0, and), right.slice(and + 1)])
  const left = tokens.slice(0, at)
  return inBrackets(
    [
      ...simple(left, token('sign', '>=', sign), ends[0]!),
      token('sign', '&&', sign),
      ...simple(left, token('sign', '<=', sign), ends[1]!),
    ],
    sign,
  )
}

/** `10 <= a < 20 ms`. */
function chain(tokens: readonly Token[], ops: readonly number[]): Token[] {
  const signs = ops.map((at) => tokens[at]!)
  const oneWay = [rising, falling].some((way) => signs.every(({ text }) => way.has(text)))
  if (!oneWay) {
    throw refuse(
      signs[1],
      'a chain of comparisons runs in one direction',
      'Write `10 <= a < 20`, or join comparisons by &&',
    )
  }
  const sides = alike(
    [...ops, tokens.length].map((end, at) => tokens.slice((ops[at - 1] ?? -1) + 1, end)),
  )
  const parts = signs.flatMap((sign, at) => [
    ...(at === 0 ? [] : [token('sign', '&&', sign)]),
    ...simple(sides[at]!, sign, sides[at + 1]!),
  ])
  return inBrackets(parts, signs[0]!)
}

/** `a == 12.5 ± 0.5 ms`, `a == b ± 1 %`. */
function around(tokens: readonly Token[], op: number, at: number): Token[] {
  const [left, middle, apart] = [
    tokens.slice(0, op),
    tokens.slice(op + 1, at),
    tokens.slice(at + 1),
  ]
  const sign = tokens[at]!
  const [share] = apart
  if (isSign(tokens[op], '==') && apart.length === 1 && share?.kind === 'share') {
    return tolerance(
      [...left, token('sign', 'within', sign), share, token('sign', 'of', sign), ...middle],
      left.length,
    )
  }
  const [[a], [b]] = alike([middle, apart]) as [Token[], Token[]]
  const [x, y] = [a, b].map((one) => /^([\d.eE+-]+)(.*)$/.exec(one?.text ?? ''))
  if (
    !isSign(tokens[op], '==') ||
    !x ||
    !y ||
    x[2] !== y[2] ||
    middle.length + apart.length !== 2
  ) {
    throw refuse(
      sign,
      'a tolerance stands behind one number',
      'Write `a == 12.5 ± 0.5 ms`, or `a within 1 % of b`',
    )
  }
  const end = (value: number) => token(a!.kind, `${Number(value.toPrecision(12))}${x[2]}`, a!)
  const [low, high] = [Number(x[1]) - Number(y[1]), Number(x[1]) + Number(y[1])].map(end)
  return both(left, ['>=', low!], ['<=', high!], sign)
}

function simple(left: readonly Token[], op: Token, right: readonly Token[]): Token[] {
  const inside = magnitude(left)
  if (inside === null) return [...side(left), op, ...side(right)]
  const other = negated(right)
  if (other === null) {
    throw refuse(
      right[0],
      'a magnitude is compared with one number or product',
      'Write `abs(a - b) < 5`, or `a within 1 % of b`',
    )
  }
  const whole = inBrackets(inside, op)
  const isBelow = rising.has(op.text)
  const opposite = token('sign', op.text.replace(isBelow ? '<' : '>', isBelow ? '>' : '<'), op)
  return inBrackets(
    [
      ...simple(whole, op, right),
      token('sign', isBelow ? '&&' : '||', op),
      ...simple(whole, opposite, other),
    ],
    op,
  )
}

/** What stands in `abs(…)`, if that is all. */
function magnitude(tokens: readonly Token[]): Token[] | null {
  const isAbs = tokens[0]?.text === 'abs' && isSign(tokens[1], '(')
  return isAbs && closing(tokens, 1) === tokens.length - 1 ? tokens.slice(2, -1) : null
}

function negated(tokens: readonly Token[]): Token[] | null {
  const [first, second] = tokens
  if (first === undefined || !['number', 'share', 'quantity'].includes(first.kind)) return null
  if (second !== undefined && !isSign(second, '*', 'of')) return null
  const minus = token(first.kind, `-${first.text}`, first)
  return [minus, ...tokens.slice(1)]
}

function both(
  left: readonly Token[],
  [low, least]: readonly [string, Token],
  [high, most]: readonly [string, Token],
  sign: Token,
): Token[] {
  return inBrackets(
    [
      ...simple(left, token('sign', low, sign), [least]),
      token('sign', '&&', sign),
      ...simple(left, token('sign', high, sign), [most]),
    ],
    sign,
  )
}

/** Of several ends, one may give the unit for all. */
function alike(sides: readonly (readonly Token[])[]): Token[][] {
  const given = sides.flatMap(([only, more]) =>
    more === undefined && (only?.kind === 'quantity' || only?.kind === 'share') ? [only] : [],
  )
  const [model] = given
  const unit = model && /^[\d.eE+-]+(.*)$/.exec(model.text)?.[1]
  return sides.map((tokens) => {
    const [only, more] = tokens
    return model && more === undefined && only?.kind === 'number'
      ? [token(model.kind, only.text + unit, only)]
      : [...tokens]
  })
}

/** One side of a comparison: a share or quantity alone keeps its unit. */
function side(tokens: readonly Token[]): Token[] {
  const [first, second, third] = tokens
  const isMinus = isSign(first, '-') && second !== undefined && third === undefined
  const only = isMinus ? second : second === undefined ? first : undefined
  if (only?.kind === 'share' || only?.kind === 'quantity') {
    return [token('text', JSON.stringify(isMinus ? `-${only.text}` : only.text), only)]
  }
  return ofShares(tokens)
}

/** Shares that are multiplied with something; one that is added to something is refused. */
function ofShares(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((one, at): Token[] => {
    const [before, next] = [tokens[at - 1], tokens[at + 1]]
    if (isSign(one, 'of')) {
      if (before?.kind === 'share') return [token('sign', '*', one)]
      throw refuse(
        one,
        'this “of” stands behind no share',
        'Write `5 % of latency(old)`, or the figure as a call: `latency(old)`',
      )
    }
    if (one.kind === 'share') {
      const added = isSign(before, '+', '-') && at > 1 && !isSign(next, '*', 'of')
      if (added) {
        throw refuse(
          one,
          `“${before!.text} ${one.text}” may be points, or a share of what stands before it`,
          'Write a factor, `1.3 * tok_s(old)`, or compare the difference: `hits(new) - hits(old) >= -1 %`',
        )
      }
      return [token('number', one.text.replace(/\s*%$/, 'e-2'), one)]
    }
    if (one.kind === 'quantity') {
      throw refuse(
        one,
        'a number with a unit stands alone on its side of a comparison',
        'Write `wait(new) - wait(old) < 5 ms`',
      )
    }
    return [one]
  })
}

function inBrackets(tokens: readonly Token[], at: Token): Token[] {
  return [token('sign', '(', at), ...tokens, token('sign', ')', at)]
}
