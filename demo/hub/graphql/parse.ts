/** Reads a GraphQL document with one operation, as far as it is used: no directives, no named fragments. */

export interface Operation {
  kind: 'query' | 'mutation'
  name: string
  /** Types by name. */
  variables: Map<string, string>
  selections: Selection[]
}

export type Selection = FieldSelection | { on: string; selections: Selection[] }

export interface FieldSelection {
  name: string
  alias: string
  args: Record<string, Value>
  selections: Selection[]
  location: { line: number; column: number }
}

/** A literal as it is; a variable or a name of an enumeration by what it is called. */
export type Value =
  | string
  | number
  | boolean
  | null
  | { variable: string }
  | { name: string }
  | { list: Value[] }
  | { fields: Record<string, Value> }

export class SyntaxProblem extends Error {}

/** @throws SyntaxProblem */
export function parseOperation(text: string): Operation {
  const tokens = tokensOf(text)
  let at = 0
  const peek = () => tokens[at]?.text ?? ''
  const take = (wanted?: string | RegExp): string => {
    const token = tokens[at++]
    const fits =
      typeof wanted === 'string' ? token?.text === wanted : wanted?.test(token?.text ?? '')
    if (!token || fits === false) {
      throw new SyntaxProblem(`Parse error on ${JSON.stringify(token?.text ?? 'end of file')}`)
    }
    return token.text
  }
  const takeIf = (wanted: string) => peek() === wanted && at++ >= 0
  const word = /^[_A-Za-z]\w*$/

  function type(): string {
    const inner = takeIf('[') ? `[${type()}${take(']')}` : take(word)
    return takeIf('!') ? `${inner}!` : inner
  }
  function value(): Value {
    if (takeIf('$')) return { variable: take(word) }
    if (takeIf('[')) {
      const list: Value[] = []
      while (!takeIf(']')) list.push(value())
      return { list }
    }
    if (takeIf('{')) return { fields: named('}') }
    const token = take()
    if (word.test(token) && !/^(?:true|false|null)$/.test(token)) return { name: token }
    try {
      return JSON.parse(token) as string | number | boolean | null
    } catch {
      throw new SyntaxProblem(`Parse error on ${JSON.stringify(token)}`)
    }
  }
  function named(end: string): Record<string, Value> {
    const all: Record<string, Value> = {}
    while (!takeIf(end)) {
      const name = take(word)
      take(':')
      all[name] = value()
    }
    return all
  }
  function selections(): Selection[] {
    take('{')
    const all: Selection[] = []
    while (!takeIf('}')) {
      if (takeIf('...')) {
        take('on')
        all.push({ on: take(word), selections: selections() })
        continue
      }
      const { location } = tokens[at] ?? { location: { line: 0, column: 0 } }
      const alias = take(word)
      const name = takeIf(':') ? take(word) : alias
      const args = takeIf('(') ? named(')') : {}
      all.push({ name, alias, args, location, selections: peek() === '{' ? selections() : [] })
    }
    return all
  }

  const kind = take(/^(?:query|mutation)$/) as Operation['kind']
  const name = word.test(peek()) ? take() : ''
  const variables = new Map<string, string>()
  if (takeIf('(')) {
    while (!takeIf(')')) {
      take('$')
      const variable = take(word)
      take(':')
      variables.set(variable, type())
    }
  }
  const operation = { kind, name, variables, selections: selections() }
  if (at < tokens.length) throw new SyntaxProblem(`Parse error on ${JSON.stringify(peek())}`)
  return operation
}

function tokensOf(text: string) {
  const tokens: { text: string; location: { line: number; column: number } }[] = []
  const pattern = /[\s,]+|#[^\n]*|([_A-Za-z]\w*|-?\d+|"(?:[^"\\\n]|\\.)*"|\.\.\.|[!$():[\]{}])/y
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex
    const found = pattern.exec(text)
    if (!found) throw new SyntaxProblem(`Parse error on ${JSON.stringify(text[start])}`)
    const lines = text.slice(0, start).split('\n')
    const location = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
    if (found[1] !== undefined) tokens.push({ text: found[1], location })
  }
  return tokens
}
