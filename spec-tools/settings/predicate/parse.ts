/**
 * Predicates of hypotheses: CEL restricted to comparisons of named measurements with literals, joined
 * by `&&`, `||` and `!`. That is little enough to decide whether two of them can hold at once.
 */
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { CodicilError } from '../../error.ts'
import { conversion } from '../unit.ts'

export interface Comparison {
  kind: 'comparison'
  name: string
  op: '<' | '<=' | '>' | '>=' | '==' | '!='
  /** In the unit of the named measurement. */
  value: number
  /** The comparison as written. */
  text: string
}

export type Predicate =
  | Comparison
  | { kind: 'and' | 'or'; left: Predicate; right: Predicate }
  | { kind: 'not'; of: Predicate }

/** Unit of each name that a predicate may use; undefined for a plain number. */
export type Names = ReadonlyMap<string, string | undefined>

/** A predicate that cannot be used, with the index of the character where the trouble starts. */
export class PredicateError extends CodicilError<'invalid-predicate'> {
  override readonly name = 'PredicateError'
  readonly index: number
  declare readonly received: string
  declare readonly remedy: string

  constructor(details: { what: string; index: number; received: string; remedy: string }) {
    super({ code: 'invalid-predicate', ...details }, details.what)
    this.index = details.index
  }
}

/**
 * Parses and checks a predicate. A literal is a number in the unit of the name it is compared with,
 * or text that holds a number and a unit of the same kind: `speed >= 30`, `wait < "250 ms"`.
 *
 * @throws PredicateError
 */
export function parsePredicate(text: string, names: Names): Predicate {
  return predicateOf(syntaxTree(text), names)
}

/** The names that a predicate uses, in order of appearance. */
export function namesIn(predicate: Predicate): string[] {
  if (predicate.kind === 'comparison') return [predicate.name]
  if (predicate.kind === 'not') return namesIn(predicate.of)
  return [...new Set([...namesIn(predicate.left), ...namesIn(predicate.right)])]
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
      what: `this is not a CEL expression: ${error.summary}`,
      index,
      received: text.slice(index, error.range?.end) || 'the end of the text',
      remedy: 'Write comparisons such as `name >= 0.5`, joined by &&, || and !',
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
    case 'id':
      throw refusal(node, 'a measurement alone is not a predicate', 'Compare it with a number')
    case 'value':
      throw refusal(node, 'a constant is not a predicate', 'Compare a measurement with a number')
    default:
      throw refusal(
        node,
        'only comparisons joined by &&, || and ! can be checked for overlap',
        'Name what you want to compare under `measurements` (a ratio: `side: pair, metric: ratio`)',
      )
  }
}

function comparison(
  node: ASTNode,
  op: Comparison['op'],
  [left, right]: readonly [ASTNode, ASTNode],
  names: Names,
): Comparison {
  if (left.op === 'id' && right.op === 'id') {
    throw refusal(
      node,
      'two measurements may not be compared without the comparability gate',
      'Name the ratio or the difference of the stage (`side: pair`) and compare it with a number',
    )
  }
  const swapped = right.op === 'id'
  const [name, literal] = swapped ? [right, left] : [left, right]
  if (name.op !== 'id') {
    throw refusal(
      name,
      name.op === 'value'
        ? 'one side of a comparison must be a measurement'
        : 'arithmetic and calls are not part of the language',
      'Name what you want to compare under `measurements` (a ratio: `side: pair, metric: ratio`)',
    )
  }
  if (!names.has(name.args)) {
    const known = [...names.keys()]
    throw refusal(
      name,
      'no measurement has this name',
      known.length === 0
        ? 'Define it under `measurements`'
        : `Define it under \`measurements\`, or use one of: ${known.slice(0, 12).join(', ')}`,
    )
  }
  return {
    kind: 'comparison',
    name: name.args,
    op: swapped ? mirrored[op] : op,
    value: literalValue(literal, names.get(name.args)),
    text: textOf(node),
  }
}

function literalValue(node: ASTNode, unit: string | undefined): number {
  if (node.op === '-_') return -literalValue(node.args, unit)
  const value = node.op === 'value' ? node.args : undefined
  if (typeof value === 'string') return quantityValue(node, value, unit)
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = Number(value)
    if (Number.isFinite(number)) return number
  }
  throw refusal(
    node,
    'a measurement can only be compared with a number',
    'Write a decimal number such as 10, 0.5 or 1e-3, or one with its unit such as "30 tok/s"',
  )
}

const numberWithUnit = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*?)\s*$/

function quantityValue(node: ASTNode, text: string, unit: string | undefined): number {
  const [, digits = '', given = ''] = numberWithUnit.exec(text) ?? []
  if (given === '') {
    throw refusal(node, 'this text holds no number with a unit', 'Write such as "30 tok/s"')
  }
  if (unit === undefined) {
    throw refusal(
      node,
      'the measurement has no unit, but the literal has',
      `Add \`unit: ${given}\` to the measurement, or write the number alone`,
    )
  }
  const factor = conversion(given, unit)
  const value = Number(digits) * (factor ?? Number.NaN)
  if (!Number.isFinite(value)) {
    throw refusal(node, `the measurement is in ${unit}`, `Give the literal in ${unit}`)
  }
  return value
}

function refusal(node: ASTNode, what: string, remedy: string): PredicateError {
  return new PredicateError({ what, index: node.range.start, received: textOf(node), remedy })
}

function textOf(node: ASTNode): string {
  return node.input.slice(node.range.start, node.range.end)
}
