/**
 * A strict JSON reader for input that may be hostile.
 *
 * `JSON.parse` keeps the last of duplicate keys, so that two readers may see two documents, and
 * gives no position. This one refuses duplicate keys, keys that reach into prototypes, depth beyond
 * a limit, and numbers that overflow; it keeps its own stack, so that no nesting can exhaust ours.
 */
import { CodicilError } from '../error.ts'
import { dictionary } from './dictionary.ts'

export type JsonProblem =
  'not-json' | 'too-deep' | 'duplicate-key' | 'forbidden-key' | 'number-overflow'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export class JsonError extends CodicilError<JsonProblem> {
  override readonly name = 'JsonError'
  /** Place in the text, from 1. */
  readonly line: number
  readonly column: number

  constructor(code: JsonProblem, what: string, text: string, at: number) {
    const before = text.slice(0, at)
    const line = before.split('\n').length
    const column = at - before.lastIndexOf('\n')
    super({ code, what, where: `line ${line}, column ${column}` })
    this.line = line
    this.column = column
  }
}

export interface JsonOptions {
  /** Arrays and objects within each other; default 64. */
  depth?: number
  /** Told of every number: its path, such as `figures.mean` or `rows.0`, and its characters. */
  onNumber?: (path: string, printed: string) => void
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
const numeral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escapes = dictionary<string>({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
})

interface Open {
  value: Json[] | { [key: string]: Json }
  key: string
}

/** @throws {JsonError} with the line and column of the first problem */
export function parseJson(text: string, { depth = 64, onNumber }: JsonOptions = {}): Json {
  const stack: Open[] = []
  let at = 0

  for (;;) {
    let value = begin()
    // A value is complete: put it into what holds it, and close what ends behind it.
    while (value !== undefined) {
      const top = stack.at(-1)
      blanks()
      if (top === undefined) {
        if (at < text.length) fail('expected nothing behind the value')
        return value
      }
      const closing = put(top, value)
      if (text[at] === ',') {
        at++
        if (!Array.isArray(top.value)) top.key = key(top.value)
        break
      }
      if (text[at] !== closing) fail(`expected , or ${closing}`)
      at++
      stack.pop()
      value = top.value
    }
  }

  /** Reads a value that has no parts, or opens one that has and gives undefined. */
  function begin(): Json | undefined {
    blanks()
    const character = text[at]
    if (character === '"') return string()
    if (character !== '{' && character !== '[') return scalar()
    if (stack.length === depth) fail(`nested deeper than ${depth} levels`, 'too-deep')
    at++
    blanks()
    if (character === '[') {
      if (text[at] === ']') return skip([])
      stack.push({ value: [], key: '' })
    } else {
      if (text[at] === '}') return skip({})
      const object = {}
      stack.push({ value: object, key: key(object) })
    }
    return undefined
  }

  function skip<Value>(value: Value): Value {
    at++
    return value
  }

  function put({ value: holder, key: name }: Open, value: Json): ']' | '}' {
    if (Array.isArray(holder)) {
      holder.push(value)
      return ']'
    }
    holder[name] = value
    return '}'
  }

  function key(object: object): string {
    blanks()
    const start = at
    if (text[at] !== '"') fail('expected a key in double quotes')
    const name = string()
    if (forbidden.has(name)) fail(`the key ${name} is not allowed`, 'forbidden-key', start)
    if (Object.hasOwn(object, name)) {
      fail(`the key ${JSON.stringify(name)} stands here a second time`, 'duplicate-key', start)
    }
    blanks()
    if (text[at] !== ':') fail('expected : behind the key')
    at++
    return name
  }

  function string(): string {
    const start = at++
    let value = ''
    let from = at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 34) break
      if (code === 92) {
        value += text.slice(from, at) + escape()
        from = at
      } else if (code >= 32) at++
      else if (at >= text.length) fail('a string that does not end', 'not-json', start)
      else fail('a control character inside of a string')
    }
    value = value === '' ? text.slice(from, at) : value + text.slice(from, at)
    at++
    return value
  }

  function escape(): string {
    const character = text[at + 1] ?? ''
    const plain = escapes[character]
    if (plain !== undefined) {
      at += 2
      return plain
    }
    const digits = text.slice(at + 2, at + 6)
    if (character !== 'u' || !/^[\da-fA-F]{4}$/.test(digits)) fail('an escape that JSON lacks')
    at += 6
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  function scalar(): Json {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length
        return value
      }
    }
    numeral.lastIndex = at
    const printed = numeral.exec(text)?.[0]
    if (printed === undefined) fail(at < text.length ? 'expected a value' : 'the text ends early')
    const value = Number(printed)
    if (!Number.isFinite(value)) {
      fail(`the number ${printed.slice(0, 40)} does not fit into 64 bits`, 'number-overflow')
    }
    onNumber?.(path(), printed)
    at += printed.length
    return value
  }

  function path(): string {
    return stack
      .map(({ value, key: name }) => (Array.isArray(value) ? String(value.length) : name))
      .join('.')
  }

  function blanks(): void {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      at++
    }
  }

  function fail(what: string, code: JsonProblem = 'not-json', where = at): never {
    throw new JsonError(code, what, text, where)
  }
}
