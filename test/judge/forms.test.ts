/**
 * Every form of the guide's two tables, on random logs, against an evaluator that shares nothing with
 * the product: it knows the printed numerals only. A form that is documented has to have a case here.
 * `FORMS=10000` tries that many; the default keeps the run short.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Evidence } from '../../spec-tools/evidence/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readLog } from '../../spec-tools/logs/index.ts'
import { parseInvestigation, parseSettings } from '../../spec-tools/settings/index.ts'
import { evidenceOf, noFiles } from './bundle.ts'

const cases = Number(process.env['FORMS'] ?? 400)

type Range = readonly [lo: number, hi: number]
/** True, false, or null where printed digits or a missing figure leave it open. */
type Kleene = boolean | null

/** What one diagnostic prints; null is not printed. */
interface Printed {
  latency: string | null
  std: string | null
  p99: string | null
  gemm: string | null
  rows: { step: number; loss: string; status: string }[]
  exit: number
  seconds: number
}

interface World {
  new: Printed
  old: Printed
  relative: string | null
}

type Place = 'new' | 'old'

interface Made {
  /** The predicate, and keys beside it. */
  text: string
  more?: Record<string, unknown>
  holds: Kleene
}

/** mulberry32: a small generator of its own, so that a failure can be made again by its number. */
function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!
  return { next, one }
}
type Dice = ReturnType<typeof dice>

const numerals = ['0.5', '1.0', '1.25', '2.0', '2.5', '4.0', '10.0', '12.5', '13']
const bounds = [0.4, 1, 1.2, 2.25, 3, 5, 9.95, 12, 14]

function worldOf(roll: Dice): World {
  const maybe = (chance: number) => (roll.next() < chance ? roll.one(numerals) : null)
  const printed = (): Printed => ({
    latency: maybe(0.9),
    std: roll.next() < 0.5 ? roll.one(['0.0', '0.5', '1.0']) : null,
    p99: maybe(0.7),
    gemm: maybe(0.8),
    rows: Array.from({ length: Math.floor(roll.next() * 5) }, (_, at) => ({
      step: (at + 1) * 100,
      loss: roll.one(numerals),
      status: roll.one(['PASS', 'FAIL']),
    })),
    exit: roll.one([0, 0, 1]),
    seconds: roll.one([0.5, 2, 30]),
  })
  const first = printed()
  const isSame = roll.next() < 0.3
  return { new: first, old: isSame ? first : printed(), relative: maybe(0.7) }
}

function logOf({ latency, std, p99, gemm, rows }: Printed): string {
  const more = [std === null ? '' : ` std=${std} ms`, p99 === null ? '' : ` p99=${p99} ms`]
  return [
    ...(latency === null ? [] : [`latency: mean=${latency} ms${more.join('')}`]),
    ...(gemm === null ? [] : [`gemm/256: ${gemm} ms`]),
    'step,loss,status',
    ...rows.map(({ step, loss, status }) => `${step},${loss},${status}`),
    '',
  ].join('\n')
}

function printedRange(text: string | null): Range | null {
  if (text === null) return null
  const half = 0.5 * 10 ** -(text.split('.')[1]?.length ?? 0)
  return [Number(text) - half, Number(text) + half]
}

function against(range: Range | null, op: string, bound: number): Kleene {
  if (range === null) return null
  const [lo, hi] = range
  if (op === '<') return hi < bound ? true : lo >= bound ? false : null
  if (op === '<=') return hi <= bound ? true : lo > bound ? false : null
  if (op === '>') return lo > bound ? true : hi <= bound ? false : null
  return lo >= bound ? true : hi < bound ? false : null
}

const both = (a: Kleene, b: Kleene): Kleene => (a === false || b === false ? false : a && b)

/** A latency with what it varies by: its deviation, else a hundredth of it. */
function varied({ latency, std }: Printed): Range | null {
  const range = printedRange(latency)
  if (range === null) return null
  const by = std !== null && Number(std) > 0 ? Number(std) : Number(latency) * 0.01
  return [range[0] - by, range[1] + by]
}

function quotient(x: Range | null, y: Range | null): Range | null {
  if (x === null || y === null || y[0] <= 0) return null
  const all = [x[0] / y[0], x[0] / y[1], x[1] / y[0], x[1] / y[1]]
  return [Math.min(...all), Math.max(...all)]
}

function minus(x: Range | null, y: Range | null): Range | null {
  return x && y && [x[0] - y[1], x[1] - y[0]]
}

function losses({ rows }: Printed, from = 0): Range[] {
  return rows.filter(({ step }) => step >= from).map(({ loss }) => plainRange(loss)!)
}

/** Of a figure without a unit: a whole number counts something, and is exact. */
function plainRange(text: string | null): Range | null {
  return text !== null && /^\d+$/.test(text) ? [Number(text), Number(text)] : printedRange(text)
}

const middle = (all: readonly number[]) => {
  const sorted = all.toSorted((a, b) => a - b)
  return (
    (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
  )
}

function overSeries(how: string, all: readonly Range[]): Range | null {
  if (all.length === 0) return null
  const [los, his] = [all.map(([lo]) => lo), all.map(([, hi]) => hi)]
  if (how === 'min') return [Math.min(...los), Math.min(...his)]
  if (how === 'max') return [Math.max(...los), Math.max(...his)]
  if (how === 'first') return all[0]!
  if (how === 'last') return all.at(-1)!
  return [middle(los), middle(his)]
}

/** A figure with a random sign and bound. */
function bounded(roll: Dice, text: string, range: Range | null, of = bounds): Made {
  const [op, bound] = [roll.one(['<', '<=', '>', '>=']), roll.one(of)]
  return { text: `${text} ${op} ${bound}`, holds: against(range, op, bound) }
}

type Form = (roll: Dice, world: World) => Made

/** A few of one form, by chance. */
const anyOf =
  (...forms: Form[]): Form =>
  (roll, world) =>
    roll.one(forms)(roll, world)

const place = (roll: Dice): Place => roll.one(['new', 'old'] as const)

/** First cell of a row of the guide -> a case of what it documents. */
const forms: Readonly<Record<string, Form>> = {
  '`latency(new)`': (roll, world) => {
    const at = place(roll)
    return bounded(roll, `latency(${at})`, printedRange(world[at].latency))
  },
  '`std(latency)`, `p99(latency, new)`': (roll, world) => {
    const [at, how] = [place(roll), roll.one(['std', 'p99'] as const)]
    const stated = world[at].latency === null ? null : world[at][how]
    return bounded(roll, `${how}(latency, ${at})`, printedRange(stated))
  },
  '`loss(step >= 4000)`, `where:`': anyOf(
    (roll, world) => {
      const [at, from] = [place(roll), roll.one([100, 200, 300])]
      const range = overSeries('max', losses(world[at], from))
      return bounded(roll, `max(loss, ${at}, step >= ${from})`, range)
    },
    (roll, world) => {
      const [at, step] = [place(roll), roll.one([100, 200, 300])]
      const row = world[at].rows.find((one) => one.step === step)
      const range = plainRange(row?.loss ?? null)
      return { ...bounded(roll, `loss(${at})`, range), more: { where: { step } } }
    },
  ),
  '`time(fft/1024, simd)`, `"p (%)"(new)`': (roll, world) => {
    const [at, name] = [place(roll), roll.one(['gemm/256', '"gemm (256)"', 'gemm_256'])]
    return bounded(roll, `${name}(${at})`, printedRange(world[at].gemm))
  },
  '`min`, `max`, `first`, `last`, `median`': (roll, world) => {
    const [at, how] = [place(roll), roll.one(['min', 'max', 'first', 'last', 'median'])]
    return bounded(roll, `${how}(loss, ${at})`, overSeries(how, losses(world[at])))
  },
  '`count(loss)`, `rises(loss)`, `falls(x)`': (roll, world) => {
    const [at, how] = [place(roll), roll.one(['count', 'rises', 'falls'])]
    const all = losses(world[at])
    const pairs = all.slice(1).map((next, index) => [all[index]!, next] as const)
    const ordered = pairs.map(([a, b]) => (how === 'rises' ? [a, b] : [b, a]) as [Range, Range])
    const range: Range | null =
      all.length === 0
        ? null
        : how === 'count'
          ? [all.length, all.length]
          : [
              ordered.filter(([a, b]) => b[0] > a[1]).length,
              ordered.filter(([a, b]) => b[1] > a[0]).length,
            ]
    return bounded(roll, `${how}(loss, ${at})`, range, [1, 2, 3])
  },
  '`plateau(loss)`': (roll, world) => {
    const at = place(roll)
    const all = losses(world[at])
    const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / of.length
    const [los, his] = [all.map(([lo]) => lo), all.map(([, hi]) => hi)]
    const gap = [Math.max(...los) - Math.min(...his), Math.max(...his) - Math.min(...los)] as const
    const range =
      all.length < 2 ? null : quotient([Math.max(0, gap[0]), gap[1]], [mean(los), mean(his)])
    return bounded(roll, `plateau(loss, ${at})`, range, [0.1, 0.5, 1, 1.5])
  },
  '`status(gemm) == "PASS"`, `matches(x, …)`': (roll, world) => {
    const [at, step] = [place(roll), roll.one([100, 200, 300])]
    const row = world[at].rows.find((one) => one.step === step)
    const text = roll.one([
      `status(${at}, step = ${step}) == "PASS"`,
      `matches(status(${at}, step = ${step}), "^PA")`,
    ])
    return { text, holds: row === undefined ? null : row.status === 'PASS' }
  },
  '`rows(status = PASS)`': (roll, world) => {
    const at = place(roll)
    const { rows, latency, gemm } = world[at]
    const count = rows.filter(({ status }) => status === 'PASS').length
    const isKnown = rows.length > 0 || latency !== null || gemm !== null
    const hasColumn = world.new.rows.length + world.old.rows.length > 0
    const range: Range | null = isKnown && hasColumn ? [count, count] : null
    return bounded(roll, `rows(${at}, status = PASS)`, range, [1, 2, 3])
  },
  '`exit_code(x)`, `seconds(x)`': (roll, world) => {
    const [at, what] = [place(roll), roll.one(['exit_code', 'seconds'] as const)]
    const value = what === 'seconds' ? world[at].seconds : world[at].exit
    return bounded(roll, `${what}(${at})`, [value, value], [1, 2, 10])
  },
  '`output(a) == output(b)`': (_, world) => ({
    text: 'output(new) == output(old)',
    holds: logOf(world.new) === logOf(world.old),
  }),
  '`relative_l2(q_out)`, `std_ratio(…)`': (roll, world) =>
    bounded(roll, 'relative_l2(q_out)', printedRange(world.relative)),
  '`latency < 20 ms`, `throughput at least 30 tok/s`': (roll, world) => {
    const [at, bound] = [place(roll), roll.one(bounds)]
    const words = { 'at least': '>=', 'is at most': '<=', above: '>', under: '<' } as const
    const said = roll.one(Object.keys(words) as (keyof typeof words)[])
    const unit = roll.one(['ms', 's'])
    const literal = unit === 'ms' ? `${bound} ms` : `${bound / 1000} s`
    const range = printedRange(world[at].latency)
    const inUnit = unit === 'ms' ? range : range && ([range[0] / 1000, range[1] / 1000] as const)
    return {
      text: `latency(${at}) ${said} ${literal}`,
      holds: against(inUnit, words[said], unit === 'ms' ? bound : bound / 1000),
    }
  },
  '`10 <= loss < 12`, `latency between 10 and 20 ms`': (roll, world) => {
    const [at, low] = [place(roll), roll.one(bounds)]
    const range = printedRange(world[at].latency)
    const isChain = roll.next() < 0.5
    return {
      text: isChain
        ? `${low} <= latency(${at}) < ${low + 3}`
        : `latency(${at}) between ${low} and ${low + 3} ms`,
      holds: both(against(range, '>=', low), against(range, isChain ? '<' : '<=', low + 3)),
    }
  },
  '`latency = 12.5 ± 0.5 ms`, `abs(a - b) < 5`': anyOf(
    (roll, world) => {
      const [at, about] = [place(roll), roll.one([1, 2, 12])]
      const range = printedRange(world[at].latency)
      return {
        text: `latency(${at}) = ${about} ± 0.75 ms`,
        holds: both(against(range, '>=', about - 0.75), against(range, '<=', about + 0.75)),
      }
    },
    (roll, world) => {
      const [at, bound] = [place(roll), roll.one([0.5, 1.2, 9])]
      const [first, last] = ['first', 'last'].map((how) => overSeries(how, losses(world[at])))
      const { length } = world[at].rows
      // Of one row both are the same figure: what it is subtracted from is itself.
      const apart = minus(last!, first!)
      return {
        text: `abs(last(loss, ${at}) - first(loss, ${at})) < ${bound}`,
        holds: length === 0 ? null : both(against(apart, '<', bound), against(apart, '>', -bound)),
      }
    },
  ),
  '`a within 1 % of b`, `a >= 130 % of b`': anyOf(
    (roll, { new: a, old: b }) => {
      const [share, ratio] = [roll.one([1, 20, 60]), quotient(varied(a), varied(b))]
      return {
        text: `latency(new) within ${share} % of latency(old)`,
        holds: both(against(ratio, '>=', 1 - share / 100), against(ratio, '<=', 1 + share / 100)),
      }
    },
    (roll, { new: a, old: b }) => {
      const share = roll.one([30, 130, 250])
      return {
        text: `latency(new) >= ${share} % of latency(old)`,
        holds: against(quotient(varied(a), varied(b)), '>=', share / 100),
      }
    },
  ),
  '`ratio(t_s, new / old) >= 1.3`': anyOf(
    (roll, { new: a, old: b }) =>
      bounded(roll, 'ratio(latency, new / old)', quotient(varied(a), varied(b))),
    (roll, { new: a, old: b }) => {
      const ratio = quotient(varied(a), varied(b))
      const change = ratio && ([ratio[0] - 1, ratio[1] - 1] as const)
      return bounded(roll, 'change(latency, new / old)', change)
    },
    (roll, { new: a, old: b }) =>
      bounded(roll, 'difference(latency, new / old)', minus(varied(a), varied(b))),
  ),
  '`… for all sizes`, or the key `all: size`': (roll, world) => {
    const [at, isKey] = [place(roll), roll.next() < 0.5]
    const [op, bound] = [roll.one(['<', '>=']), roll.one(bounds)]
    const each = losses(world[at]).map((range) => against(range, op, bound))
    const text = `loss(${at}) ${op} ${bound}`
    return {
      text: isKey ? text : `${text} for all steps`,
      ...(isKey && { more: { all: 'step' } }),
      holds:
        each.length === 0 ? null : each.includes(false) ? false : each.includes(null) ? null : true,
    }
  },
}

const settings = parseSettings(
  'specs: [{ id: spec, path: spec.md }]\ndiagnostics: { new: { run: cat }, old: { run: cat }, pair: { run: cat } }\n',
)

function outcomeOf(world: World, { text, more }: Made): string {
  const investigation = parseInvestigation(
    JSON.stringify({
      title: 't',
      sides: { candidate: 'fused', reference: 'plain' },
      stages: ['q_out'],
      hypotheses: { H1: { confirm: text, ...more } },
    }),
    { slug: 'forms', file: 'forms.yml', settings },
  )
  const pair =
    world.relative === null ? '' : `q_out fused vs plain: n=64 relative_l2=${world.relative}\n`
  const logs = { new: logOf(world.new), old: logOf(world.old), pair }
  const evidence: Evidence = {
    ...evidenceOf([]),
    measurements: Object.entries(logs).flatMap(
      ([id, log]) => readLog(log, { diagnostic: id, file: `logs/${id}` }).measurements,
    ),
    diagnostics: (['new', 'old'] as const).map((id) => ({
      id,
      command: 'cat',
      device: 'cpu',
      startedAt: '2026-04-27T10:00:00Z',
      seconds: world[id].seconds,
      exit: { code: world[id].exit, signal: null, timedOut: false },
      // Any text that is equal for equal logs does for a digest.
      stdout: { ...stream, sha256: Buffer.from(logs[id]).toString('hex').slice(0, 2000) },
      stderr: stream,
    })),
  }
  return judge({ evidence, investigation, ...noFiles }).hypotheses[0]!.outcome
}

const stream = { file: 'logs/x', bytes: 0, kept: 0, unread: 0, samples: [] }

/** The first cells of the rows of the two tables. */
function documented(): string[] {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide.md'), 'utf8')
  const chapter = guide.slice(guide.indexOf('**Figures.**'), guide.indexOf('**Performance.**'))
  const rows = [...chapter.matchAll(/^\| (`.*?|…)\s+\| [^|]*\|$/gm)].map(([, cell = '']) => cell)
  return rows.map((cell) => cell.trim())
}

it('every form of the guide has a case', () => {
  expect(documented().toSorted()).toEqual(Object.keys(forms).toSorted())
})

it(`decides ${cases} random predicates over all forms as an independent evaluator does`, () => {
  const seen = new Map<string, Set<string>>()
  const names = Object.keys(forms)
  for (let nth = 0; nth < cases; nth += 1) {
    const roll = dice(nth)
    const name = names[nth % names.length]!
    const world = worldOf(roll)
    const made = forms[name]!(roll, world)
    const expected = made.holds === null ? 'INCONCLUSIVE' : made.holds ? 'CONFIRMED' : 'REFUTED'
    seen.set(name, (seen.get(name) ?? new Set()).add(expected))
    const told = { nth, text: made.text, more: made.more, world }
    expect({ ...told, outcome: outcomeOf(world, made) }).toEqual({ ...told, outcome: expected })
  }
  const once = names.filter((name) => (seen.get(name)?.size ?? 0) < 2)
  expect(once).toEqual([])
}, 600_000)
