/**
 * What a predicate compares: figures of a log, declared measurements, and sums, products and shares of
 * them. An expression is a value; whether it can be had is decided when there is a log.
 */
import { pairMetricNamed } from '../../evidence/metrics.ts'

/** Picks figures by what they are called, and by where they stand. */
export interface FigureSelector {
  /** Words of the figure's name, statistic or unit; empty for rows, diagnostics and texts. */
  name: string
  /** Diagnostics, sides, headings or texts of its row. */
  parts: readonly string[]
  /** Column, fact or neighbour of the figure -> its text, or a bound such as `>= 1000`. */
  where: Readonly<Record<string, string>>
}

/** One number of a series. */
export const seriesFunctions = [
  'min',
  'max',
  'first',
  'last',
  'count',
  'median',
  'plateau',
  'rises',
  'falls',
] as const
export type SeriesFunction = (typeof seriesFunctions)[number]

/** What a bundle knows besides figures. */
export const runFunctions = ['exit_code', 'seconds', 'rows', 'output'] as const
export type RunFunction = (typeof runFunctions)[number]

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'figure'; selector: FigureSelector; statistic: string | null }
  | { kind: 'series'; how: SeriesFunction; selector: FigureSelector }
  | { kind: 'run'; what: RunFunction; selector: FigureSelector }
  /** 1 where the text of a column is this, or fits the pattern; else 0. */
  | { kind: 'text'; selector: FigureSelector; how: 'equals' | 'matches'; text: string }
  /** 1 where two diagnostics printed the same bytes; else 0. */
  | { kind: 'same output'; left: FigureSelector; right: FigureSelector }
  | { kind: 'in'; unit: string; of: Expression }
  | {
      kind: 'sum' | 'difference' | 'product' | 'quotient'
      left: Expression
      right: Expression
      /** Asked only whether the two are equal, as texts may be, too. */
      equality?: true
    }

/** The canonical text of an expression: two that are spelled so are one. */
export function textOfExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'name':
      return expression.name
    case 'figure':
      return expression.statistic === null
        ? call(expression.selector)
        : `${expression.statistic}(${call(expression.selector)})`
    case 'series':
      return `${expression.how}(${call(expression.selector)})`
    case 'run':
      return call({ ...expression.selector, name: expression.what })
    case 'text': {
      const { selector, how, text } = expression
      return `${call(selector)} ${how} ${JSON.stringify(text)}`
    }
    case 'same output':
      return `output(${expression.left.parts.join(', ')}) equals output(${expression.right.parts.join(', ')})`
    case 'in':
      return `${textOfExpression(expression.of)} in ${expression.unit}`
    default: {
      const { left, right, kind } = expression
      return `${grouped(left)} ${signs[kind]} ${grouped(right)}`
    }
  }
}

/** All figures that an expression picks, in order of appearance. */
export function figuresIn(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'number':
      return []
    case 'in':
      return figuresIn(expression.of)
    case 'sum':
    case 'difference':
    case 'product':
    case 'quotient':
      return [...figuresIn(expression.left), ...figuresIn(expression.right)]
    default:
      return [expression]
  }
}

const signs = { sum: '+', difference: '-', product: '*', quotient: '/' } as const

function grouped(expression: Expression): string {
  const text = textOfExpression(expression)
  return Object.hasOwn(signs, expression.kind) ? `(${text})` : text
}

function call({ name, parts, where }: FigureSelector): string {
  const conditions = Object.entries(where).map(([key, text]) => `${key}: ${JSON.stringify(text)}`)
  const all = [...parts, ...(conditions.length > 0 ? [`{${conditions.join(', ')}}`] : [])]
  return all.length === 0 ? name : `${name}(${all.join(', ')})`
}

/** The stage of which an expression is a figure of both sides, such as `relative_l2(q-out)`. */
export function stageIn(expression: Expression): string | null {
  if (expression.kind !== 'figure' || expression.statistic !== null) return null
  const { name, parts } = expression.selector
  return pairMetricNamed.has(name) ? (parts[0] ?? null) : null
}
