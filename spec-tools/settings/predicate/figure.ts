/** The expressions of a predicate: figures by what they are called, and arithmetic over them. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { conversion } from '../unit.ts'
import {
  type Expression,
  type FigureSelector,
  type RunFunction,
  runFunctions,
  type SeriesFunction,
  seriesFunctions,
} from './expression.ts'
import { isText, literalValue, quantityOf } from './literal.ts'
import { nearest } from './near.ts'
import { type PredicateError, refusal } from './refusal.ts'

/** Unit of each name that a predicate may use; undefined for a plain number. */
export type Names = ReadonlyMap<string, string | undefined>

/** One side of a comparison; a literal with a unit is converted to that of a named measurement. */
export function sideOf(
  node: ASTNode,
  other: ASTNode,
  names: Names,
): { expression: Expression; unit: string | null } {
  if (!isText(node)) return { expression: expressionOf(node, names), unit: null }
  const { value, unit } = quantityOf(node)
  if (other.op !== 'id' || !names.has(other.args)) {
    return { expression: { kind: 'number', value }, unit }
  }
  const wanted = names.get(other.args)
  if (wanted === undefined && unit === '%') {
    return { expression: { kind: 'number', value: Number(`${value}e-2`) }, unit: null }
  }
  if (wanted === undefined) {
    throw refusal(
      node,
      'the measurement has no unit, but the literal has',
      `Add \`unit: ${unit}\` to the measurement, or write the number alone`,
    )
  }
  const converted = value * (conversion(unit, wanted) ?? Number.NaN)
  if (!Number.isFinite(converted)) {
    throw refusal(node, `the measurement is in ${wanted}`, `Give the literal in ${wanted}`)
  }
  return { expression: { kind: 'number', value: converted }, unit: null }
}

const operations = { '+': 'sum', '-': 'difference', '*': 'product', '/': 'quotient' } as const

export function expressionOf(node: ASTNode, names: Names): Expression {
  switch (node.op) {
    case 'value':
      return { kind: 'number', value: literalValue(node) }
    case '-_': {
      const of = expressionOf(node.args, names)
      if (of.kind === 'number') return { kind: 'number', value: -of.value }
      return { kind: 'product', left: { kind: 'number', value: -1 }, right: of }
    }
    case '+':
    case '-':
    case '*':
    case '/':
      return folded(
        operations[node.op],
        expressionOf(node.args[0], names),
        expressionOf(node.args[1], names),
      )
    case 'id':
      if (names.has(node.args)) return { kind: 'name', name: node.args }
      if (node.args === 'exit_code' || node.args === 'seconds') {
        return { kind: 'run', what: node.args, selector: { name: '', parts: [], where: {} } }
      }
      if (names.size > 0) throw unknownName(node, node.args, names)
      return { kind: 'figure', selector: selectorOf(node), statistic: null }
    case 'call':
      return called(node, node.args[0], node.args[1])
    default:
      throw refusal(
        node,
        'this is no figure',
        'Write a figure such as `tok_s(new)`, `max(loss)` or `std(latency)`, or a number',
      )
  }
}

function folded(
  kind: 'sum' | 'difference' | 'product' | 'quotient',
  left: Expression,
  right: Expression,
): Expression {
  if (left.kind !== 'number' || right.kind !== 'number') return { kind, left, right }
  const [a, b] = [left.value, right.value]
  const value = { sum: a + b, difference: a - b, product: a * b, quotient: a / b }[kind]
  return { kind: 'number', value }
}

/** Statistics by what people call them; `p75` and the like are their own names. */
const statistics = new Map(
  Object.entries({
    mean: ['mean', 'avg', 'average'],
    std: ['std', 'stdev', 'stddev'],
    min: ['min'],
    max: ['max'],
    median: ['median'],
    n: ['n'],
  }).flatMap(([statistic, names]) => names.map((name) => [name, statistic])),
)

function statisticNamed(name: string): string | undefined {
  return statistics.get(name) ?? (/^p\d{1,3}$/.test(name) ? name : undefined)
}

function called(node: ASTNode, name: string, args: readonly ASTNode[]): Expression {
  const [first, ...rest] = args
  if (isOneOf(runFunctions, name)) {
    return { kind: 'run', what: name, selector: { ...selectorOf(node), name: '' } }
  }
  const statistic = statisticNamed(name)
  const takesFigure = isOneOf(seriesFunctions, name) || statistic !== undefined
  if (!takesFigure || first === undefined || (first.op !== 'id' && first.op !== 'call')) {
    const selector = selectorOf(node)
    // `avg({kernel: "gemm"})`: the statistic of whatever stands there.
    return { kind: 'figure', selector: { ...selector, name: statistic ?? name }, statistic: null }
  }
  const inner = selectorOf(first)
  const outer = argumentsOf(rest)
  const selector: FigureSelector = {
    name: inner.name,
    parts: [...inner.parts, ...outer.parts],
    where: { ...inner.where, ...outer.where },
  }
  if (isOneOf(seriesFunctions, name)) return { kind: 'series', how: name, selector }
  return { kind: 'figure', selector, statistic: statistic ?? name }
}

function isOneOf<T extends SeriesFunction | RunFunction>(
  all: readonly T[],
  name: string,
): name is T {
  return (all as readonly string[]).includes(name)
}

export function selectorOf(node: ASTNode): FigureSelector {
  if (node.op === 'id') return { name: node.args, parts: [], where: {} }
  if (node.op === 'value' && typeof node.args === 'string') {
    return { name: node.args, parts: [], where: {} }
  }
  if (node.op !== 'call') throw refusal(node, 'this is no figure', 'Write its name: `loss(train)`')
  return { name: node.args[0], ...argumentsOf(node.args[1]) }
}

function argumentsOf(args: readonly ASTNode[]): Pick<FigureSelector, 'parts' | 'where'> {
  const parts: string[] = []
  const where: Record<string, string> = {}
  for (const argument of args) {
    if (argument.op === 'map') {
      for (const [key, value] of argument.args) where[wordOf(key)] = wordOf(value)
    } else parts.push(wordOf(argument))
  }
  return { parts, where }
}

function wordOf(node: ASTNode): string {
  if (node.op === 'id') return node.args
  if (node.op === 'value' && node.args !== null) return String(node.args)
  throw refusal(
    node,
    'a figure is picked by names, and by {column: "text"}',
    'Write such as `tok_s(new, {test: "tg128"})`',
  )
}

function unknownName(node: ASTNode, name: string, names: Names): PredicateError {
  const known = [...names.keys()]
  const near = nearest(name, known)
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''
  return refusal(
    node,
    'no measurement has this name',
    `Define it under \`measurements\`, or use one of: ${known.slice(0, 12).join(', ')}.${meant}`,
  )
}
