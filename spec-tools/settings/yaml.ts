/**
 * YAML as data only: the core schema, no merge keys, no custom tags, no duplicate keys, few aliases,
 * bounded size and depth. Values keep their places, so that later checks can point at them.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
} from 'yaml'
import { depthExceededAt, maxDepth } from './depth.ts'
import { excerpt, type Path, pathText, type Place, type Problem } from './problem.ts'
import { dictionary } from '../evidence/dictionary.ts'

export interface Yaml {
  value: unknown
  problems: Problem[]
  /** Where the value at a path stands; for what is absent, where its nearest ancestor stands. */
  placeOf(path: Path): Place
  /** Where a key stands. */
  placeOfKey(path: Path, key: string): Place
  /** Where a character of a string stands, given its index in the string as read. */
  placeIn(path: Path, index: number): Place
}

const maxLength = 262_144
const maxAliases = 64
const maxNodes = 200_000
const maxProblems = 50

const forbidden = dictionary<string>({
  '<<': 'merge keys are not supported',
  ['__proto__']: 'this key is not allowed',
  constructor: 'this key is not allowed',
  prototype: 'this key is not allowed',
})

export function readYaml(text: string): Yaml {
  if (text.length > maxLength) {
    return unreadable({
      what: `the file is longer than ${maxLength} characters`,
      received: `${text.length} characters`,
      remedy: 'Split it, or leave out what is not needed',
    })
  }
  const deep = depthExceededAt(text)
  if (deep !== null) return unreadable(tooDeep, deep)
  const lines = new LineCounter()
  let doc: Document.Parsed
  try {
    doc = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      stringKeys: true,
      uniqueKeys: false, // Checked below in linear time.
      prettyErrors: false,
      logLevel: 'error', // With 'silent' a second document would pass unnoticed.
      lineCounter: lines,
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return unreadable(tooDeep)
  }
  return new Reading(text, doc, lines).read()
}

const tooDeep = {
  what: `it is nested more than ${maxDepth} levels deep`,
  received: null,
  remedy: 'Flatten it',
}

function unreadable(
  problem: Pick<Problem, 'what' | 'received' | 'remedy'>,
  start: Place = { line: 1, column: 1 },
): Yaml {
  return {
    value: undefined,
    problems: [{ ...start, path: '', ...problem }],
    placeOf: () => start,
    placeOfKey: () => start,
    placeIn: () => start,
  }
}

/** One walk over the nodes of a document: values out, problems noted with their places. */
class Reading {
  readonly #text: string
  readonly #doc: Document.Parsed
  readonly #lines: LineCounter
  readonly #problems: Problem[] = []
  #nodes = 0
  #aliases = 0
  #stopped = false

  constructor(text: string, doc: Document.Parsed, lines: LineCounter) {
    this.#text = text
    this.#doc = doc
    this.#lines = lines
  }

  read(): Yaml {
    // One slip makes the parser complain again and again; the first complaints are the useful ones.
    const complaints = [...this.#doc.errors, ...this.#doc.warnings].slice(0, 5)
    for (const { message, pos } of complaints) {
      this.#note(pos[0], [], {
        what: `this is not valid YAML: ${message}`,
        received: excerpt(this.#text.slice(pos[0], pos[0] + 40)),
        remedy: remedyAt(this.#text, pos[0]),
      })
    }
    const broken = this.#problems.length > 0
    const value = broken ? undefined : this.#valueOf(this.#doc.contents, [], 0)
    return {
      value,
      problems: this.#problems,
      placeOf: (path) => this.#place(startOf(this.#nodeAt(path))),
      placeOfKey: (path, key) => this.#place(this.#keyOffset(path, key)),
      placeIn: (path, index) => this.#placeIn(path, index),
    }
  }

  #valueOf(node: Node | null, path: Path, depth: number): unknown {
    if (node === null || this.#stopped) return null
    this.#nodes += 1
    if (depth > maxDepth) return this.#stop(startOf(node), path, tooDeep)
    if (this.#nodes > maxNodes) {
      return this.#stop(startOf(node), path, {
        what: `it holds more than ${maxNodes} values, aliases expanded`,
        received: null,
        remedy: 'Write less, and use fewer aliases',
      })
    }
    if (isAlias(node)) return this.#aliased(node, path, depth)
    if (isSeq(node)) {
      return node.items.map((item, index) =>
        this.#valueOf(item as Node | null, [...path, index], depth + 1),
      )
    }
    if (isMap(node)) return this.#record(node.items, path, depth)
    return isScalar(node) ? node.value : null
  }

  #aliased(alias: Alias, path: Path, depth: number): unknown {
    this.#aliases += 1
    if (this.#aliases > maxAliases) {
      return this.#stop(startOf(alias), path, {
        what: `it uses more than ${maxAliases} aliases`,
        received: `*${excerpt(alias.source)}`,
        remedy: 'Write the values out',
      })
    }
    const target = alias.resolve(this.#doc)
    return this.#valueOf((target as Node | undefined) ?? null, path, depth + 1)
  }

  #record(
    pairs: readonly { key: unknown; value: unknown }[],
    path: Path,
    depth: number,
  ): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    const seen = new Set<string>()
    for (const { key, value } of pairs) {
      if (this.#stopped) break
      if (!isScalar(key)) continue
      const name = String(key.value)
      const wrong = Object.hasOwn(forbidden, name) ? forbidden[name] : undefined
      if (wrong !== undefined || seen.has(name)) {
        this.#note(startOf(key as Scalar.Parsed), path, {
          what: wrong ?? 'this key stands here twice',
          received: excerpt(name),
          remedy: wrong === undefined ? 'Keep one of them' : 'Write its entries out by name',
        })
        continue
      }
      seen.add(name)
      record[name] = this.#valueOf(value as Node | null, [...path, name], depth + 1)
    }
    return record
  }

  #nodeAt(path: Path): Node | null {
    let node: Node | null = this.#doc.contents
    for (const [at, step] of path.entries()) {
      const next = this.#stepFrom(this.#resolved(node), step, path[at - 1])
      if (next === null) break
      node = next
    }
    return node
  }

  /** Null where the step leads no further: a short form has no node of its own for it. */
  #stepFrom(
    from: Node | null,
    step: string | number,
    above: string | number | undefined,
  ): Node | null {
    if (isSeq(from))
      return typeof step === 'number' ? ((from.items[step] as Node | null) ?? null) : null
    if (!isMap(from)) return null
    // A map of ids stands for a list; any other map for the only element of one.
    if (typeof step === 'number') {
      return byId.has(String(above)) ? valueOf(from.items[step]) : from
    }
    const pair = from.items.find(({ key }) => isScalar(key) && String(key.value) === step)
    if (pair !== undefined) return valueOf(pair)
    // `- H1: predicate` and `- H1: { … }`
    const [only, more] = from.items
    if (only === undefined || more !== undefined) return null
    const inner = this.#resolved(valueOf(only))
    return isMap(inner) ? this.#stepFrom(inner, step, above) : inner
  }

  #keyOffset(path: Path, name: string): number {
    const node = this.#resolved(this.#nodeAt(path))
    if (!isMap(node)) return startOf(node)
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name)
    return startOf((pair?.key as Node | undefined) ?? node)
  }

  #resolved(node: Node | null): Node | null {
    return isAlias(node) ? ((node.resolve(this.#doc) as Node | undefined) ?? null) : node
  }

  /**
   * The source of a scalar differs from its value in quotes, escapes, indentation and folding, but
   * not in its characters other than blanks: the n-th of these is the n-th of the source.
   */
  #placeIn(path: Path, index: number): Place {
    const node = this.#resolved(this.#nodeAt(path))
    const start = startOf(node)
    if (!isScalar(node) || typeof node.value !== 'string') return this.#place(start)
    const wanted = node.value.slice(0, index).replace(/\s/g, '').length
    let offset = contentStart(this.#text, node, start)
    const end = node.range?.[1] ?? this.#text.length
    for (let passed = 0; offset < end; offset += 1) {
      const char = this.#text[offset] ?? ''
      if (/\s/.test(char)) continue
      if (passed === wanted) break
      passed += 1
      if (node.type === Scalar.QUOTE_DOUBLE && char === '\\') offset += 1
      if (node.type === Scalar.QUOTE_SINGLE && char === "'") offset += 1
    }
    return this.#place(Math.min(offset, Math.max(start, end - 1)))
  }

  #stop(offset: number, path: Path, problem: Pick<Problem, 'what' | 'received' | 'remedy'>): null {
    this.#note(offset, path, problem)
    this.#stopped = true
    return null
  }

  #note(offset: number, path: Path, problem: Pick<Problem, 'what' | 'received' | 'remedy'>): void {
    if (this.#problems.length >= maxProblems) return
    this.#problems.push({ ...this.#place(offset), path: pathText(path), ...problem })
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
}

/** Keys of a document whose values are lists that may be written as maps. */
const byId = new Set(['hypotheses', 'candidates'])

function valueOf(pair: { key: unknown; value: unknown } | undefined): Node | null {
  return ((pair?.value ?? pair?.key) as Node | null | undefined) ?? null
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0
}

function contentStart(text: string, node: Scalar, start: number): number {
  if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) return start + 1
  if (node.type !== Scalar.BLOCK_FOLDED && node.type !== Scalar.BLOCK_LITERAL) return start
  const newline = text.indexOf('\n', start)
  return newline === -1 ? start : newline + 1
}

/** Braces in a predicate are what YAML trips over most. */
function remedyAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0] ?? ''
  return /[(,]\s*\{/.test(line)
    ? 'Put quotes around the whole predicate, or write the place without braces: `loss(step = 5000) < 2`'
    : 'Correct the syntax; quote text that holds YAML punctuation'
}
