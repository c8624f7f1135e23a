/**
 * What stands before a figure or above it: the stage that it names, and the facts that it states.
 *
 * The stage is the label as printed with blanks collapsed, and without
 * - bullets, ordinals and the marks of headings around it, and the colon behind it;
 * - an index range at its end: `Q-out [0..3584]` and `V-part [last 512*3584]` are `Q-out`, `V-part`;
 * - parentheses that hold nothing but `key=value`: they become facts;
 * - what names a pair: `Q-out comparison (F32 vs Q4K)` is `Q-out` with side F32 against Q4K.
 * Any other remark in parentheses stays, since it tells stages apart: `Q-out (Q4K)`.
 */
import type { Facts } from '../evidence/facts.ts'
import { visible } from './clean.ts'
import { valueOf } from './numeral.ts'
import { remembered } from './remembered.ts'
import { sidesIn, type Sides } from './sides.ts'
import { statisticName } from './statistics.ts'

export interface Label {
  /** The label as it is shown above figures. */
  text: string
  /** Empty for a label that names no stage. */
  stage: string
  /** The two sides of a label such as `APR vs GGUF`. */
  pair: { side: string; against: string } | null
  facts: Facts
  /** Whether it only counts how far a run has come: `[100/14165 batches]`. */
  progress: boolean
}

/** The evidence schema's limit for names; longer text is cut. */
const longest = 256

const range = /\s*\[[^\][]*(?:\.\.|\blast\b|\bfirst\b|\d:|:\d)[^\][]*\]$/
/** Facts that a label states in words: `qkv, shape (7, 4608)`, `torch.Size([7, 4608]) torch.bfloat16`. */
const statedInWords: [RegExp, string][] = [
  [/[,;:]?\s*\bshape\s*[:=]?\s*(\([\d, ]+\)|\[[\d, ]+\])/i, 'shape'],
  [/[,;:]?\s*\btorch\.Size\((\[[\d, ]+\])\)/, 'shape'],
  [/[,;:]?\s*\btorch\.(b?float\d+|half|double)\b/, 'dtype'],
]
/** A count in words beside two sides: `triton vs torch, n=4096`, `(n=4096)`. */
const count = /[\s,;]*[[(]?\bn\s*=\s*(\d[\d,_]*)[\])]?/i
const comparison = /[\s:,-]*\b(?:comparison|compare|diff(?:erence)?|delta|divergence|between)s?$/i
const remark = /\s*\(([^()]*)\)/g
const stated = /^\s*([A-Za-z_]\w*)\s*=\s*(\[[^\]]*\]|[^\s,;]+)\s*$/
const layer = /(?:^|[^A-Za-z])(?:layers?|blk|block)[\s_.:#=-]*(\d{1,6})(?!\d|\.\d|[A-Za-z])/i
const progress = /^\[[^\]]*\d\/\d[^\]]*\]$/
const lastToken = /\blast[ _-]token\b/i
const allTokens = /\ball[ _-]tokens\b/i

export const labelOf = remembered((printed: string): Label => {
  const shown = cut(visible(printed).replaceAll(/\s+/g, ' ').trim())
  const facts: Facts = {}
  let stage = shown
    .replace(/^(?:[-*•+>✅❌✓✔✗✘]\s+|#{1,6}\s+)+/u, '')
    .replace(/^\[?\s*(?:PASS(?:ED)?|FAIL(?:ED|URE)?)\s*\]?(?::?\s+|:?$)/, '')
    .replace(/^[=━─*_~#-]{2,}\s*|\s*[=━─*_~#-]{2,}$/g, '')
    .replace(/(?:\s*\.{3,})?[:\s]*$/, '')
    .replace(/^"([^"]+)"$/, '$1')
    .replace(/^(\d{1,4})[.)]$/, '$1')
  const text = stage === '' ? shown : stage
  stage = stage.replaceAll(remark, (all, inner: string) => (stateAll(inner, facts) ? '' : all))
  for (const [form, key] of statedInWords) {
    stage = stage.replace(form, (all, value: string) => (stateFact(key, value, facts) ? '' : all))
  }
  const sides = sidesIn(stage)
  if (sides !== null) {
    stage = withoutPair(stage, sides)
    stage = stage.replace(count, (all, n: string) => (stateFact('n', n, facts) ? '' : all))
    stage = stage.replace(/^(?:for|of|on|at)\s+(?=\S)/i, '').trim()
  }
  const pair = sides && { side: sides.side, against: sides.against }
  stage = stage.replace(range, '').replaceAll(/\s+/g, ' ').trim()
  stage = stage.replace(/^(?:stage|tensor|op|module|test|case)\s*[:=]\s*(?=\S)/i, '')
  if (pair !== null) stage = stage.replace(/^(?:\w+: )?\[([^\][]*)\]$/, '$1')
  const depth = layer.exec(text)
  if (depth !== null) facts.layer = Number(depth[1])
  if (lastToken.test(text)) facts.selection = 'last'
  else if (allTokens.test(text)) facts.selection = 'all'
  return { text, stage, pair, facts, progress: progress.test(stage) }
})

/** Cuts text to what a name may hold, never inside of a character. */
export function cut(name: string, most = longest): string {
  if (name.length <= most) return name
  const head = name.slice(0, most - 1)
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`
}

/** Takes `key=value, key=value` into the facts; false if the text is anything else. */
function stateAll(inner: string, facts: Facts): boolean {
  const parts = inner.split(/[,;](?![^[]*\])/)
  const found: Facts = {}
  for (const part of parts) {
    const [, key, value] = stated.exec(part) ?? []
    if (key === undefined || value === undefined || !stateFact(key, value, found)) return false
  }
  Object.assign(facts, found)
  return true
}

/** Sets the fact that a printed `key=value` states; false if it states none. */
export function stateFact(key: string, value: string, facts: Facts): boolean {
  switch (key.toLowerCase()) {
    case 'n':
      return whole(value, (n) => (facts.n = n))
    case 'layer':
    case 'layer_idx':
      return whole(value, (n) => (facts.layer = n))
    case 'ddof':
      return whole(value, (n) => {
        if (n <= 1) facts.ddof = n
      })
    case 'shape': {
      const dimensions = value.match(/\d+/g)?.map(Number) ?? []
      const plain = /^[[(]?[\d\s,x×]+[\])]?$/.test(value)
      if (!plain || dimensions.length === 0 || dimensions.length > 16) return false
      if (!dimensions.every(Number.isSafeInteger)) return false
      facts.shape = dimensions
      return true
    }
    case 'dtype': {
      const [, dtype] = /^(?:torch\.|np\.|numpy\.|jnp\.|tf\.)?([A-Za-z]\w{0,31})$/.exec(value) ?? []
      if (dtype === undefined) return false
      facts.dtype = dtype
      return true
    }
    case 'phase':
      if (value !== 'prefill' && value !== 'decode') return false
      facts.phase = value
      return true
    case 'selection':
      if (value !== 'all' && value !== 'last') {
        return whole(value, (n) => (facts.selection = n))
      }
      facts.selection = value
      return true
    default:
      return false
  }
}

function whole(value: string, take: (n: number) => void): boolean {
  const n = valueOf(value)
  if (!/^\d[\d_,]*$/.test(value) || !Number.isSafeInteger(n)) return false
  take(n)
  return true
}

/** What names the stage once `X vs Y` and the words around it are taken out. */
function withoutPair(stage: string, { from, to }: Sides): string {
  const open = /[([]$/.test(stage.slice(0, from))
  const before = stage.slice(0, open ? from - 1 : from).trim()
  const after = stage.slice(to).replace(open ? /^[)\]]/ : /^[:,;]/, '')
  const joined = `${before} ${after.trim()}`.trim()
  // `max diff (A vs B)` is a statistic of its own; there is no stage to tell it from.
  const rest = statisticName(joined).known ? joined : joined.replace(comparison, '')
  return rest.replace(/^[:,;\s-]+|[:,;\s-]+$/g, '')
}
