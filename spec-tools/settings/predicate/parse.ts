/**
 * Predicates of hypotheses: comparisons of figures with numbers or with each other, joined by `&&`,
 * `||` and `!`, in the grammar of CEL. Every comparison is brought into the form `expression op number`,
 * which is little enough to decide whether two predicates can hold at once.
 */
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { type Expression, figuresIn, textOfExpression } from './expression.ts'
import { expressionOf, type Names, selectorOf, sideOf } from './figure.ts'
import { hasUnit, isText, literalValue, textLiteral } from './literal.ts'
import { PredicateError, refusal, textOf } from './refusal.ts'
import { isShare } from './share.ts'
import { spoken } from './spoken/index.ts'

export interface Comparison {
  kind: 'comparison'
  /** Canonical text of what is compared; a declared measurement goes by its name. */
  name: string
  expression: Expression
  op: '<' | '<=' | '>' | '>=' | '==' | '!='
  /** In the unit of a named measurement, or the one that the expression gives. */
  value: number
  /** The comparison as written. */
  text: string
}

export type Predicate =
  | Comparison
  | { kind: 'and' | 'or'; left: Predicate; right: Predicate }
  | { kind: 'not'; of: Predicate }

/**
 * Parses and checks a predicate. A number may stand alone, with a unit, or with a per cent sign:
 * `speed >= 30`, `wait < 250 ms`, `relative_l2(q) <= 5 %`.
 *
 * @throws PredicateError
 */
export function parsePredicate(text: string, names: Names): Predicate {
  return read(text, (node) => predicateOf(node, names))
}

/**
 * Parses one figure, or arithmetic over figures.
 *
 * @throws PredicateError
 */
export function parseFigure(text: string, names: Names): Expression {
  return read(text, (node) => {
    const expression = expressionOf(node, names)
    if (figuresIn(expression).length > 0 || expression.kind === 'name') return expression
    throw refusal(node, 'this is no figure', 'Name one, such as `{latency(new)}`')
  })
}

/** What a predicate compares, by canonical text, in order of appearance. */
export function namesIn(predicate: Predicate): string[] {
  return [...new Set(comparisonsIn(predicate).map(({ name }) => name))]
}

export function comparisonsIn(predicate: Predicate): Comparison[] {
  if (predicate.kind === 'comparison') return [predicate]
  if (predicate.kind === 'not') return comparisonsIn(predicate.of)
  return [...comparisonsIn(predicate.left), ...comparisonsIn(predicate.right)]
}

/** Reads text as people write it; what is wrong is placed in that text. */
function read<T>(text: string, use: (node: ASTNode) => T): T {
  const { text: cel, placeOf } = spoken(text)
  try {
    return use(syntaxTree(cel))
  } catch (error) {
    if (!(error instanceof PredicateError)) throw error
    const { message: what, index, received, remedy } = error
    throw new PredicateError({ what, index: placeOf(index), received, remedy })
  }
}

/** Made when the first predicate is read: it takes longer than all that most runs parse. */
let language: Environment | undefined

function syntaxTree(text: string): ASTNode {
  language ??= new Environment({ limits: { maxAstNodes: 1000, maxDepth: 64 } })
  try {
    return language.parse(text).ast
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const index = error.range?.start ?? 0
    throw new PredicateError({
      what: `this cannot be read: ${error.summary}`,
      index,
      received: text.slice(index, error.range?.end) || 'the end of the text',
      remedy:
        'Write comparisons of figures, such as `latency(new) < 20 ms` or `tok_s(new) >= 1.3 * tok_s(old)`, joined by && (and), || (or) and ! (not)',
    })
  }
}

const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const

function predicateOf(node: ASTNode, names: Names): Predicate {
  switch (node.op) {
    case '&&':
    case '||':
      return {
        kind: node.op === '&&' ? 'and' : 'or',
        left: predicateOf(node.args[0], names),
        right: predicateOf(node.args[1], names),
      }
    case '!_':
      return { kind: 'not', of: predicateOf(node.args, names) }
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '==':
    case '!=':
      return comparison(node, node.op, node.args, names)
    case 'call':
      return calledPredicate(node, node.args[0], node.args[1], names)
    case 'id':
      throw refusal(node, 'a measurement alone is not a predicate', 'Compare it with a number')
    case 'value':
      throw refusal(node, 'a constant is not a predicate', 'Compare a measurement with a number')
    default:
      throw refusal(
        node,
        'only comparisons joined by &&, || and ! can be checked for overlap',
        'Compare figures with numbers or with each other: `tok_s(new) >= 1.3 * tok_s(old)`',
      )
  }
}

/** `within(a, b, 1 %)` and `matches(column, "text")` are predicates by themselves. */
function calledPredicate(
  node: ASTNode,
  name: string,
  args: readonly ASTNode[],
  names: Names,
): Predicate {
  const text = textOf(node)
  if (name === 'within' && args.length === 3) {
    const [left, right, share] = args as [ASTNode, ASTNode, ASTNode]
    const tolerance = literalValue(share)
    const expression: Expression = {
      kind: 'quotient',
      left: expressionOf(left, names),
      right: expressionOf(right, names),
    }
    const ratio = {
      kind: 'comparison' as const,
      name: textOfExpression(expression),
      expression,
      text,
    }
    return {
      kind: 'and',
      left: { ...ratio, op: '>=', value: 1 - tolerance },
      right: { ...ratio, op: '<=', value: 1 + tolerance },
    }
  }
  if ((name === 'matches' || name === 'equals') && args.length === 2) {
    const [of, wanted] = args as [ASTNode, ASTNode]
    return textComparison(node, of, textLiteral(wanted), name, '==')
  }
  throw refusal(
    node,
    'this call is not a predicate',
    'Compare it: `tok_s(new) >= 30`. Predicates are within(a, b, 1 %), matches(x, "…") and equals(x, "…")',
  )
}

function comparison(
  node: ASTNode,
  op: Comparison['op'],
  [left, right]: readonly [ASTNode, ASTNode],
  names: Names,
): Comparison {
  if (left.op === 'id' && right.op === 'id' && names.has(left.args) && names.has(right.args)) {
    throw refusal(
      node,
      'two measurements may not be compared without the comparability gate',
      'Write the figures themselves, `tok_s(new) > tok_s(old)`, or name a figure of a stage (`side: pair`)',
    )
  }
  if ((op === '==' || op === '!=') && right.op === 'id' && /^[A-Z][A-Z_]+$/.test(right.args)) {
    return textComparison(node, left, right.args, 'equals', op)
  }
  if (isText(right) && !hasUnit(right)) {
    if (op === '==' || op === '!=')
      return textComparison(node, left, textLiteral(right), 'equals', op)
    throw refusal(right, 'this text holds no number with a unit', 'Write such as "30 tok/s"')
  }
  const output = outputs(left, right)
  if (output) {
    if (op !== '==' && op !== '!=') {
      throw refusal(node, 'outputs are equal or not', 'Compare them by == or !=')
    }
    return about(node, output, op, 1)
  }
  // What is wrong with a name is told before what is wrong with the text beside it.
  const b = sideOf(right, left, names)
  const a = sideOf(left, right, names)
  const [u, v] = [a.expression, b.expression]
  if (u.kind === 'number' && v.kind === 'number') {
    throw refusal(node, 'one side of a comparison must be a measurement', 'Name a figure')
  }
  if (v.kind === 'number') return withUnit(node, u, op, v.value, b.unit)
  if (u.kind === 'number') return withUnit(node, v, mirrored[op], u.value, a.unit)
  const [factorU, restU] = factored(u)
  const [factorV, restV] = factored(v)
  if (factorU > 0 && factorV >= 0 && op !== '==' && op !== '!=') {
    return about(node, { kind: 'quotient', left: restU, right: restV }, op, factorV / factorU)
  }
  const equality = op === '==' || op === '!=' ? ({ equality: true } as const) : {}
  return about(node, { kind: 'difference', left: u, right: v, ...equality }, op, 0)
}

function about(
  node: ASTNode,
  expression: Expression,
  op: Comparison['op'],
  value: number,
): Comparison {
  const name = textOfExpression(expression)
  return { kind: 'comparison', name, expression, op, value, text: textOf(node) }
}

/** A share of what has no unit is a number; any other figure is looked at in the unit of the number. */
function withUnit(
  node: ASTNode,
  of: Expression,
  op: Comparison['op'],
  value: number,
  unit: string | null,
): Comparison {
  if (unit === null) return about(node, of, op, value)
  if (unit === '%' && isShare(of)) return about(node, of, op, Number(`${value}e-2`))
  return about(node, { kind: 'in', unit, of }, op, value)
}

/** `1.3 * x` as 1.3 and x. */
function factored(expression: Expression): [factor: number, rest: Expression] {
  if (expression.kind !== 'product') return [1, expression]
  const { left, right } = expression
  if (left.kind === 'number') return [left.value, right]
  return right.kind === 'number' ? [right.value, left] : [1, expression]
}

function textComparison(
  node: ASTNode,
  of: ASTNode,
  text: string,
  how: 'equals' | 'matches',
  op: '==' | '!=',
): Comparison {
  return about(node, { kind: 'text', selector: selectorOf(of), how, text }, op, 1)
}

function outputs(left: ASTNode, right: ASTNode): Expression | null {
  const of = (node: ASTNode) =>
    node.op === 'call' && node.args[0] === 'output' ? { ...selectorOf(node), name: '' } : null
  const [a, b] = [of(left), of(right)]
  return a && b && { kind: 'same output', left: a, right: b }
}
