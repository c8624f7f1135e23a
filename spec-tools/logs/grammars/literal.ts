/**
 * Objects on one line that are printed as Python or JSON, with a label before them or without:
 *
 *     {'loss': 2.3456, 'grad_norm': nan}        layer_3: {'mean': -0.0026, 'std': 1.2216}
 *     OrderedDict([('max_diff', 0.0078)])       results = {"p50": 12.5}
 */
import type { Grammar } from '../grammar.ts'
import { labelOf } from '../label.ts'
import { Kind } from '../outline.ts'

const labelled =
  /^(\s*)(?:([^\s"'{}[\]=:,][^"'{}[\]=:,]{0,95}?)\s*[:=]\s*)?(?=\{\s*["']|(?:OrderedDict|defaultdict|dict)\()/

export const literal: Grammar = {
  name: 'object on one line',
  take({ text, indent }, { json, outline, collector, tables }) {
    const found = labelled.exec(text)
    if (found === null) return null
    const printed = text.slice(found[0].length).trimEnd()
    const plain = jsonOf(printed)
    if (plain === null) return printed.startsWith('{') && found[2] === undefined ? 'unread' : null
    outline.enter(indent, Kind.plain)
    if (found[2] !== undefined) outline.add(labelOf(found[2]), indent, Kind.figure)
    if (!json.takeWhole(plain)) return 'unread'
    collector.account(0, text.length)
    tables.close()
    return 'figures'
  },
}

/** JSON that says the same as what Python prints; null if the text is anything else. */
function jsonOf(printed: string): string | null {
  if (printed.length > 65_536 || !/[})]$/.test(printed)) return null
  const token =
    /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\b(?:tensor|array|(?:np|numpy)\.\w+)\(\s*([-+]?[\w.+-]+)\s*(?:,[^()]*)?\)|\b(?:True|False|None)\b|\s+|[^\s'"]/gy
  const parts: string[] = []
  let at = 0
  for (const found of printed.matchAll(token)) {
    if (found.index !== at) return null
    at += found[0].length
    const [whole, single, double, wrapped] = found
    const text = single ?? double
    if (text !== undefined) parts.push(JSON.stringify(text.replaceAll(/\\(['"\\])/g, '$1')))
    else parts.push(words.get(wrapped ?? whole) ?? wrapped?.replace(/\.$/, '') ?? whole)
  }
  if (at !== printed.length) return null
  return parts
    .join('')
    .replaceAll(/\b(?:OrderedDict|dict)\(\{(.*)\}\)/g, '{$1}')
    .replaceAll(/\bOrderedDict\(\[((?:\("[^"]*", ?[^()]*\)(?:, ?)?)*)\]\)/g, (_, pairs: string) => {
      return `{${pairs.replaceAll(/\(("[^"]*"), ?([^()]*)\)/g, '$1: $2')}}`
    })
}

const words = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
])
