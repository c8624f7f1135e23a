/**
 * A JSON text in a log as a tree that knows the line and the printed form of each number.
 *
 * Besides JSON (RFC 8259) it knows the NaN and Infinity that Python prints. Where a key is given
 * twice the text is refused: nobody can say which of the two is meant.
 */

/** `line` counts from 1; it is where the value begins. */
export type JsonNode =
  | { kind: 'object'; line: number; members: Map<string, JsonNode> }
  | { kind: 'array'; line: number; items: JsonNode[] }
  | { kind: 'number'; line: number; printed: string }
  | { kind: 'text'; line: number; text: string }
  | { kind: 'literal'; line: number; value: boolean | null }

export interface JsonDocument {
  root: JsonNode
  /** Index of the first line after it. */
  end: number
}

const token =
  /\s*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\.)*")|(-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN)(?![\w.])|(true|false|null)\b)/uy
const deepest = 64

/** Lines and characters of each in which the beginning of a text must show what it is. */
const head = { lines: 8, characters: 400 }

/**
 * The JSON text at `lines[at]` whose first characters, without blanks, are as they must be; null if
 * it is another or none.
 */
export function jsonBeginning(
  lines: readonly string[],
  at: number,
  beginning: RegExp,
): JsonDocument | null {
  if (!/^\s*[[{]/.test(lines[at]!)) return null
  const first = lines.slice(at, at + head.lines).map((line) => line.slice(0, head.characters))
  return beginning.test(first.join('').replaceAll(/\s+/g, '')) ? jsonDocument(lines, at) : null
}

/** The object or array that `lines[at]` begins with and that ends a line; null if it is no JSON. */
export function jsonDocument(lines: readonly string[], at: number): JsonDocument | null {
  if (!/^\s*[[{]/.test(lines[at] ?? '')) return null
  const tree = new Tree()
  for (let end = at; end < lines.length; end++) {
    const line = lines[end]!.trimEnd()
    for (token.lastIndex = 0; token.lastIndex < line.length;) {
      const found = token.exec(line)
      if (found === null || tree.whole || !tree.take(found, end + 1)) return null
    }
    if (tree.whole) return { root: tree.root!, end: end + 1 }
  }
  return null
}

/** The member of an object; undefined where the node is no object or has none of that name. */
export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.get(key) : undefined
}

/** What a plain value says in words: text, a numeral or a literal; null for anything else. */
export function wordsOf(node: JsonNode | undefined): string | null {
  if (node?.kind === 'text') return node.text
  if (node?.kind === 'number') return node.printed
  return node?.kind === 'literal' ? String(node.value) : null
}

/** The members of an object that are plain values, in words; those that `isLabel` leaves out are not. */
export function labelsOf(
  node: JsonNode | undefined,
  isLabel: (key: string, node: JsonNode) => boolean = () => true,
): Record<string, string> {
  if (node?.kind !== 'object') return {}
  const told = [...node.members].filter(([key, value]) => isLabel(key, value))
  const words = told.map(([key, value]) => [key, wordsOf(value)] as const)
  return Object.fromEntries(words.filter((pair): pair is [string, string] => Boolean(pair[1])))
}

/** The numbers of a list; empty where it is none. */
export function numbersOf(node: JsonNode | undefined): Extract<JsonNode, { kind: 'number' }>[] {
  return node?.kind === 'array' ? node.items.filter((item) => item.kind === 'number') : []
}

/** The items of a list; empty where it is none. */
export function itemsOf(node: JsonNode | undefined): JsonNode[] {
  return node?.kind === 'array' ? node.items : []
}

type Holder = Extract<JsonNode, { kind: 'object' | 'array' }>

/** Puts tokens together; refuses each that may not stand where it stands. */
class Tree {
  root: JsonNode | null = null
  readonly #open: Holder[] = []
  #key: string | null = null
  /** What may come next; `first` right behind an opening bracket. */
  #next: 'first' | 'value' | 'key' | 'colon' | 'more' = 'value'

  get whole(): boolean {
    return this.root !== null && this.#open.length === 0
  }

  take([, mark, quoted, numeral, literal]: RegExpExecArray, line: number): boolean {
    if (mark !== undefined) return this.#mark(mark, line)
    if (quoted !== undefined) {
      const text = unquoted(quoted)
      if (text === null) return false
      const holder = this.#open.at(-1)
      const isKey = holder?.kind === 'object' && /^(?:first|key)$/.test(this.#next)
      return isKey ? this.#name(holder, text) : this.#put({ kind: 'text', line, text })
    }
    if (numeral !== undefined) return this.#put({ kind: 'number', line, printed: numeral })
    const value = literal === 'null' ? null : literal === 'true'
    return this.#put({ kind: 'literal', line, value })
  }

  #mark(mark: string, line: number): boolean {
    const holder = this.#open.at(-1)
    if (mark === '{' || mark === '[') {
      const node: Holder =
        mark === '{'
          ? { kind: 'object', line, members: new Map() }
          : { kind: 'array', line, items: [] }
      if (this.#open.length === deepest || !this.#put(node)) return false
      this.#open.push(node)
      this.#next = 'first'
      return true
    }
    if (mark === ':') {
      const follows = this.#next === 'colon'
      this.#next = 'value'
      return follows
    }
    if (mark === ',') {
      const follows = this.#next === 'more'
      this.#next = holder?.kind === 'object' ? 'key' : 'value'
      return follows
    }
    if (this.#next !== 'more' && this.#next !== 'first') return false
    this.#next = 'more'
    return this.#open.pop()?.kind === (mark === '}' ? 'object' : 'array')
  }

  #name(holder: Holder, key: string): boolean {
    if (holder.kind !== 'object' || holder.members.has(key)) return false
    this.#key = key
    this.#next = 'colon'
    return true
  }

  #put(node: JsonNode): boolean {
    const holder = this.#open.at(-1)
    const follows = this.#next === 'value' || (this.#next === 'first' && holder?.kind === 'array')
    if (!follows) return false
    this.#next = 'more'
    if (holder === undefined) this.root = node
    else if (holder.kind === 'array') holder.items.push(node)
    else holder.members.set(this.#key!, node)
    return true
  }
}

function unquoted(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string
  } catch {
    return null
  }
}
