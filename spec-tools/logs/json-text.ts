/**
 * JSON that is printed into a log, read line by line: on one line, a line each, or over many lines.
 *
 * Unlike `evidence/json.ts` it must say of each value which line it stands on, bear a text that breaks
 * off, and know the NaN and Infinity that Python prints.
 */
import { Class, classAt } from './characters.ts'

/** What is found, in order, and where it stands in its line. */
export interface JsonEvents {
  open(array: boolean): void
  close(array: boolean): void
  key(name: string, from: number, to: number): void
  string(value: string, from: number, to: number): void
  number(printed: string, from: number, to: number): void
  literal(value: true | false | null): void
}

/** What may come next. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'more' | 'end'

const deepest = 64
const longestString = 4096
const longestNumber = 64

const blanks = /[ \t\r]*/y
// oxlint-disable-next-line no-control-regex -- JSON allows no control character in a string
const string = /"((?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*)"/y
const number = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|NaN|-?Infinity|[-+]?(?:nan|inf))/y
const literal = /true|false|null/y

export class JsonText {
  readonly #events: JsonEvents
  /** Of all that is open, outermost first: whether it is an array. */
  readonly #arrays: boolean[] = []
  #expected: Expected = 'value'

  constructor(events: JsonEvents) {
    this.#events = events
  }

  /** Begins a text, whatever became of the last. */
  begin(): void {
    this.#arrays.length = 0
    this.#expected = 'value'
  }

  /** Takes a line; `whole` once the outermost value is closed and only blanks follow. */
  take(line: string): 'more' | 'whole' | 'broken' {
    for (let at = end(blanks, line, 0); at < line.length; at = end(blanks, line, at)) {
      at = this.#token(line, at)
      if (at < 0) return 'broken'
    }
    return this.#expected === 'end' ? 'whole' : 'more'
  }

  /** Takes the next token; where it ends, or -1 if it may not stand here. */
  #token(line: string, at: number): number {
    const expected = this.#expected
    const value = expected === 'value' || expected === 'first value'
    switch (line[at]) {
      case '{':
      case '[':
        return value && this.#arrays.length < deepest ? this.#open(line[at] === '[', at) : -1
      case '}':
        return expected === 'first key' || expected === 'more' ? this.#close(false, line, at) : -1
      case ']':
        return expected === 'first value' || expected === 'more' ? this.#close(true, line, at) : -1
      case ',':
        if (expected !== 'more') return -1
        this.#expected = this.#arrays.at(-1) ? 'value' : 'key'
        return at + 1
      case ':':
        if (expected !== 'colon') return -1
        this.#expected = 'value'
        return at + 1
      case '"':
        return value || expected === 'key' || expected === 'first key' ? this.#string(line, at) : -1
      default:
        return value && this.#arrays.length > 0 ? this.#scalar(line, at) : -1
    }
  }

  #open(array: boolean, at: number): number {
    this.#events.open(array)
    this.#arrays.push(array)
    this.#expected = array ? 'first value' : 'first key'
    return at + 1
  }

  #close(array: boolean, line: string, at: number): number {
    if (this.#arrays.at(-1) !== array) return -1
    // What follows the outermost value shows that it was none: `[0.5, 0.25])`.
    if (this.#arrays.length === 1 && end(blanks, line, at + 1) < line.length) return -1
    this.#arrays.pop()
    this.#events.close(array)
    this.#expected = this.#arrays.length === 0 ? 'end' : 'more'
    return at + 1
  }

  #string(line: string, at: number): number {
    const to = end(string, line, at)
    if (to === at) return -1
    const text = unescaped(line.slice(at, to)).slice(0, longestString)
    if (this.#expected === 'key' || this.#expected === 'first key') {
      this.#events.key(text, at, to)
      this.#expected = 'colon'
    } else {
      this.#events.string(text, at, to)
      this.#expected = 'more'
    }
    return to
  }

  #scalar(line: string, at: number): number {
    const numberEnd = end(number, line, at)
    const to = numberEnd > at ? numberEnd : end(literal, line, at)
    if (to === at || to - at > longestNumber || classAt(line, to) >= Class.digit) return -1
    const printed = line.slice(at, to)
    this.#expected = 'more'
    if (numberEnd > at) this.#events.number(printed, at, to)
    else this.#events.literal(printed === 'null' ? null : printed === 'true')
    return to
  }
}

/** Where what the expression matches here ends; `at` if it does not match. */
function end(expression: RegExp, line: string, at: number): number {
  expression.lastIndex = at
  return expression.test(line) ? expression.lastIndex : at
}

function unescaped(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}

/** Whether a line that begins here may begin a JSON text. */
export function mayBeJson(line: string, from: number): boolean {
  const rest = line.slice(from + 1, from + 1025).trimStart()
  if (line[from] === '{') return rest === '' || /^["}]/.test(rest)
  return line[from] === '[' && (rest === '' || /^[[{"\]\-\dNntf]/.test(rest))
}
