/** Figures with their precision: how they come about, and how they are shown. */
import { type Figure, pairMetricNamed, type Real } from '../evidence/index.ts'
import { type Interval, isKnown, point } from './interval.ts'
import type { Quantity } from './types.ts'

export type { Interval } from './interval.ts'

/**
 * The quantity that a log printed. Printed precision is an interval of half a unit in the last digit
 * on either side: `0.000673` is [0.0006725, 0.0006735]. A whole number that counts something is
 * exact.
 *
 * @param from `<measurement id>#<statistic>`
 */
export function printed(figure: Figure, statistic: string, from: string, unit?: string): Quantity {
  const value = realValue(figure.value)
  if (!Number.isFinite(value)) return notFinite(value, [from], 'printed')
  const numeral = numeralOf(figure.printed)
  const half = numeral === null || counts(numeral, statistic, unit) ? 0 : halfUnit(numeral, value)
  const same = numeral !== null && Number(numeral.replaceAll(/[,_]/g, '')) === value
  const bounds = { lo: value - half, hi: value + half }
  return {
    value,
    ...bounds,
    text: same ? numeral : shown(value, bounds),
    from: [from],
    how: 'printed',
  }
}

/** A figure that is known exactly, such as a count or an asserted fact. */
export function exactly(value: number, from: string[], how: string): Quantity {
  if (!Number.isFinite(value)) return notFinite(value, from, how)
  return { value, ...point(value), text: shown(value, point(value)), from, how }
}

/**
 * A figure that follows from others by a formula.
 *
 * @param value the formula's result for the figures as printed
 * @param bounds the formula's result for the intervals that they stand for
 */
export function derived(
  value: number,
  bounds: Interval,
  how: string,
  parts: readonly Quantity[],
): Quantity {
  const from = [...new Set(parts.flatMap((part) => part.from))]
  if (!Number.isFinite(value) || !isKnown(bounds)) return notApplicable(from, how)
  const lo = Math.min(bounds.lo, value)
  const hi = Math.max(bounds.hi, value)
  return { value, lo, hi, text: shown(value, { lo, hi }), from, how }
}

/** A figure that has no value, such as a ratio over zero; `how` says why. */
export function notApplicable(from: string[], how: string): Quantity {
  return { value: Number.NaN, lo: Number.NaN, hi: Number.NaN, text: 'n/a', from, how }
}

export function realValue(value: Real): number {
  return typeof value === 'number' ? value : Number(value)
}

/**
 * A value with the digits that its interval allows: the last one is right to within a unit. At least
 * one significant digit, at most seven.
 */
export function shown(value: number, { lo, hi }: Interval): string {
  const exact = lo === hi
  if (value === 0) return '0'
  if (exact && Number.isInteger(value) && Math.abs(value) < 1e15) return String(value)
  const magnitude = Math.floor(Math.log10(Math.abs(value)))
  // `hi - lo` is itself rounded: a width of one unit must not lose a digit for that.
  const allowed = exact ? Infinity : Math.floor(-Math.log10(((hi - lo) / 2) * (1 - 1e-9)))
  const decimals = Math.max(-magnitude, Math.min(6 - magnitude, allowed))
  if (magnitude < -6 || magnitude > 8) {
    const text = value.toExponential(decimals + magnitude).replace('e+', 'e')
    return exact ? text.replace(/(\.\d*?)0+(?=e)/, '$1').replace('.e', 'e') : text
  }
  const unit = 10 ** -decimals
  const text = decimals < 0 ? String(Math.round(value / unit) * unit) : value.toFixed(decimals)
  return exact && text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Two figures for a cell, as short as still shows which is the larger: `.0026` and `.01`. */
export function contrast(a: number, b: number): [string, string] {
  for (let digits = 2; digits < 17; digits += 1) {
    const texts: [string, string] = [short(a, digits), short(b, digits)]
    const [left, right] = texts.map(Number)
    if (Math.sign(left! - right!) === Math.sign(a - b)) return texts
  }
  return [String(a), String(b)]
}

/** A figure for a cell: two significant digits, no leading zero. */
export function short(value: number, digits = 2): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  const whole = Math.floor(Math.log10(size)) + 1
  if (whole < -3 || whole > 6) {
    return value
      .toExponential(digits - 1)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
  }
  return String(Number(value.toPrecision(Math.max(digits, whole)))).replace(/^(-?)0\./, '$1.')
}

function notFinite(value: number, from: string[], how: string): Quantity {
  const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  return { value, lo: value, hi: value, text, from, how }
}

function numeralOf(text: string): string | null {
  return /[+-]?(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(text)?.[0] ?? null
}

/** Half a unit in the last printed digit, in units of `value`, which may be scaled (KiB, %). */
function halfUnit(numeral: string, value: number): number {
  const [, fraction = '', exponent = '0'] = /(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(numeral) ?? []
  const half = 0.5 * 10 ** (Number(exponent) - fraction.length)
  const read = Number(numeral.replaceAll(/[,_]/g, ''))
  return read === 0 || value === 0 ? half : half * Math.abs(value / read)
}

/** Statistics that are real numbers even where a log prints them without decimals. */
const real = new RegExp(
  `(?:^|_)(?:mean|avg|average|std|stdev|var|variance|min|max|range|l1|l2|norm|rms|abs|diff|bias|median|p\\d+|time|wall|elapsed|latency|seconds|speed|throughput|bandwidth|loss|score|${[...pairMetricNamed.keys()].join('|')})(?:_|$)`,
  'i',
)

/** Units of things that are counted. */
const counted =
  /^(?:|b|bytes?|entries|entry|elements?|tok|tokens?|layers?|runs?|rows?|items?|errors?|blocks?|heads?|hashes)$/i

function counts(numeral: string, statistic: string, unit: string | undefined): boolean {
  return /^[+-]?[\d,_]+$/.test(numeral) && !real.test(statistic) && counted.test(unit ?? '')
}
