/** Lines of `key=value` pairs as logfmt writes them, which begin with a time or a level. */
import { statisticName, statisticOf } from '../statistics.ts'
import { unitOf } from '../units.ts'
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, quantityOf } from './numerals.ts'

export const logfmt: Format = {
  name: 'logfmt',
  source:
    'https://brandur.org/logfmt; go-kit/log, sirupsen/logrus (TextFormatter) and Go log/slog (TextHandler)',
  read(lines, at) {
    const all = pairsOf(lines[at]!)
    if (all === null) return null
    // Beside m and k, n is a dimension.
    const isProduct = all.some(({ key }) => key === 'm' || key === 'k')
    const pairs = isProduct ? all.filter(({ key }) => !/^[mnk]$/.test(key)) : all
    const block = new Block()
    const message = pairs.find(({ key }) => messages.has(key))
    const labels = Object.fromEntries(
      pairs
        .filter((one) => !isFigure(one) && !frame.test(one.key))
        .map(({ key, value }) => [key, value]),
    )
    const count = pairs.find(({ key, value }) => key === 'n' && /^\d+$/.test(value))
    const n = count === undefined ? null : Number(count.value)
    const under = message === undefined ? [] : [message.value]
    for (const pair of pairs.filter(isFigure)) takeFigure(block, at, pair, under, labels, n)
    if (pairs.some(isLost)) block.unread(at, 'a number in a text, or in a unit that is not known')
    return block.to(at + 1)
  },
}

interface Pair {
  key: string
  value: string
  quoted: boolean
}

const first = /^(?:ts|time|t|timestamp|level|lvl|severity)=/
/** When and how a line was logged. */
const frame = /^(?:ts|time|t|timestamp|level|lvl|severity|msg|message|caller|source|logger)$/
const clock = /^(?:ts|time|t|timestamp)$/
const messages = new Set(['msg', 'message'])

/** The pairs of a line that holds nothing else and says its level; null for any other line. */
function pairsOf(line: string): Pair[] | null {
  if (!first.test(line) || line.length > longestLine) return null
  const pair = /([A-Za-z_][\w.:/-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"=]*))(?:\s+|$)/y
  const pairs: Pair[] = []
  while (pair.lastIndex < line.length) {
    const found = pair.exec(line)
    if (found === null) return null
    pairs.push({ key: found[1]!, value: found[2] ?? found[3]!, quoted: found[2] !== undefined })
  }
  const keys = pairs.map(({ key }) => key)
  const has = (...some: string[]) => some.some((key) => keys.includes(key))
  const whole = has('level', 'lvl', 'severity') && has('msg', 'message')
  return whole && new Set(keys).size === keys.length ? pairs : null
}

/** Numbers that name something: which layer, step or process it is. */
const names =
  /^(?:layer|step|epoch|iter|iteration|rank|local_rank|gpu|device|pid|tid|port|line|seed|version|status|code|attempt|shard|worker|node|host|.*_?id|.*[._]id)$/i

function isFigure({ key, value, quoted }: Pair): boolean {
  if (quoted || frame.test(key) || names.test(key)) return false
  const quantity = quantityOf(value)
  return quantity !== null && (quantity.unit === null || unitOf(quantity.unit) !== null)
}

/** Whether a pair holds a number that is neither read nor a name. */
function isLost(pair: Pair): boolean {
  const { key, value, quoted } = pair
  if (clock.test(key) || names.test(key) || isFigure(pair)) return false
  return quoted ? /(?<![\w.])\d/.test(value) : /^[+-]?\d+(?:\.\d+)?[A-Za-zµ%/]+$/.test(value)
}

function takeFigure(
  block: Block,
  at: number,
  { key, value }: Pair,
  under: string[],
  labels: Record<string, string>,
  n: number | null,
): void {
  const { printed, unit } = isNumeral(value) ? { printed: value, unit: null } : quantityOf(value)!
  const whole = statisticOf(key)
  const { base, statistic, known, unit: atEnd } = statisticName(key)
  const layer = labels['layer']
  const facts = /^\d+$/.test(layer ?? '') ? { layer: Number(layer) } : {}
  // `mean=` is of what the message says; `q_mean=` is of q.
  const name = whole === null ? (known && base !== '' ? base : key) : (under[0] ?? key)
  const figure = known ? statistic : 'value'
  const counted = figure === 'value' || figure === 'n' ? null : n
  const details = { under, unit: unit ?? atEnd, n: counted, labels, facts }
  block.figure(at, printed, name, figure, details)
}
