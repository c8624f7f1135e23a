import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

/** Values of the contexts that an expression may name: `github`, `inputs`, `steps` and so on. */
export type Contexts = Record<string, unknown>

/** Functions that need the runner: `success`, `failure`, `always`, `cancelled`. */
export type Functions = Record<string, (...args: string[]) => string | boolean>

/** Evaluates one expression with GitHub's own evaluator. Unknown names are an error. */
export function evaluate(expression: string, contexts: Contexts, functions: Functions = {}) {
  const { tokens } = new Lexer(expression).lex()
  const definitions = Object.entries(functions).map(([name, call]) => definition(name, call))
  const tree = new Parser(tokens, Object.keys(contexts), definitions).parse()
  const byName = new Map(definitions.map((each) => [each.name.toLowerCase(), each]))
  return new Evaluator(tree, toData(contexts) as data.Dictionary, byName).evaluate()
}

/** Replaces every `${{ … }}` of a text by what it evaluates to. */
export function interpolate(text: string, contexts: Contexts, functions?: Functions): string {
  return text.replace(/\$\{\{((?:[^}']|'(?:[^']|'')*'|\}(?!\}))*)\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts, functions).coerceString(),
  )
}

/**
 * A workflow's value: a text that is one whole expression keeps its type (`${{ fromJSON(…) }}` may
 * be a list), other texts are interpolated, lists and mappings are walked.
 */
export function resolveValue(value: unknown, contexts: Contexts, functions?: Functions): unknown {
  if (typeof value === 'string') {
    const [, only] = /^\s*\$\{\{((?:[^}']|'(?:[^']|'')*'|\}(?!\}))*)\}\}\s*$/.exec(value) ?? []
    return only === undefined
      ? interpolate(value, contexts, functions)
      : fromData(evaluate(only, contexts, functions))
  }
  if (Array.isArray(value)) return value.map((each) => resolveValue(each, contexts, functions))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, resolveValue(each, contexts, functions)]),
    )
  }
  return value
}

/** Whether an `if:` holds; without a status function it implies `success()`. */
export function holdsCondition(
  condition: unknown,
  contexts: Contexts,
  functions: Functions,
): boolean {
  if (condition === undefined || condition === null) return truthy(functions.success?.() ?? true)
  const text = String(condition).replace(/^\s*\$\{\{([\s\S]*)\}\}\s*$/, '$1')
  const named = /\b(success|failure|always|cancelled)\s*\(/i.test(text)
  if (!named && !truthy(functions.success?.() ?? true)) return false
  return isTrue(evaluate(text, contexts, functions))
}

/** Plain JSON as the evaluator's data. */
export function toData(value: unknown): data.ExpressionData {
  if (value === null || value === undefined) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (Array.isArray(value)) return new data.Array(...value.map(toData))
  const pairs = Object.entries(value as object)
  return new data.Dictionary(...pairs.map(([key, each]) => ({ key, value: toData(each) })))
}

function fromData(value: data.ExpressionData): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown
}

function definition(name: string, call: Functions[string]): FunctionDefinition {
  return {
    name,
    minArgs: 0,
    maxArgs: Number.MAX_SAFE_INTEGER,
    call: (...args) => toData(call(...args.map((each) => each.coerceString()))),
  }
}

function isTrue(value: data.ExpressionData): boolean {
  const plain = fromData(value)
  return truthy(plain)
}

/** GitHub's truth: false, 0, '' and null are not. */
function truthy(value: unknown): boolean {
  return value !== false && value !== 0 && value !== '' && value !== null && value !== undefined
}
