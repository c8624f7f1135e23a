/** Logarithmic axes: from values to places, with ticks that a person would choose. */
import { append, leastOf, mostOf } from '../../many.ts'

export interface Scale {
  /** Height above the bottom of the axis, as a share of its length, from 0 to 1. */
  at(value: number): number
  ticks: readonly Tick[]
}

export interface Tick {
  value: number
  label: string
}

/** More ticks than this are thinned. */
const mostTicks = 8

/** An axis over whole decades. Zero has no place on it: `at` gives 0, the bottom. */
export function decades(values: readonly number[]): Scale {
  const [least, most] = extremes(values)
  const low = Math.floor(Math.log10(least))
  const high = Math.max(Math.ceil(Math.log10(most)), low + 1)
  const step = Math.ceil((high - low) / mostTicks)
  const ticks: Tick[] = []
  for (let exponent = low; exponent <= high; exponent += step) {
    ticks.push({ value: 10 ** exponent, label: power(exponent) })
  }
  return { at: (value) => share(Math.log10(value), low, high), ticks }
}

/** An axis of ratios that holds 1: steps of 1, 2, 5 where it is wide, even steps where it is not. */
export function ratios(values: readonly number[]): Scale {
  const [least, most] = extremes([...values, 1])
  const ticks = most / least > 4 ? geometric(least, most) : even(least, most)
  const [low, high] = [Math.log(ticks[0]?.value ?? 1), Math.log(ticks.at(-1)?.value ?? 1)]
  return { at: (value) => share(Math.log(value), low, high), ticks }
}

/** An even axis that holds all values, from 0 where none is below; steps of 1, 2, 5. */
export function linear(values: readonly number[]): Scale {
  const low = Math.min(0, leastOf(values))
  const most = Math.max(low, mostOf(values))
  const high = most > low ? most : low + 1
  const rough = (high - low) / 4
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((digit) => digit * magnitude >= rough) ?? 10) * magnitude
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const from = Math.floor(low / step + 1e-9)
  const to = Math.ceil(high / step - 1e-9)
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => {
    const value = (from + index) * step
    return { value, label: value.toFixed(digits) }
  })
  return { at: (value) => share(value, from * step, to * step), ticks }
}

/** Of the values that have a logarithm; 1 and 1 where none has. */
function extremes(values: readonly number[]): [least: number, most: number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  if (positive.length === 0) return [1, 1]
  let [least, most] = [Infinity, 0]
  for (const value of positive) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return [least, most]
}

function share(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)))
}

function geometric(least: number, most: number): Tick[] {
  const values: number[] = []
  const last = Math.ceil(Math.log10(most))
  for (let exponent = Math.floor(Math.log10(least)); exponent <= last; exponent++) {
    append(
      values,
      [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)),
    )
  }
  const from = values.findLastIndex((value) => value <= least)
  const to = values.findIndex((value) => value >= most)
  const shown = values.slice(Math.max(0, from), to + 1)
  // Over many decades only powers of ten, and the ends, because they bound the axis.
  const few = shown.filter(
    (value, index) =>
      index === 0 || index === shown.length - 1 || /^(?:10*|0\.0*1|1e.*)$/.test(String(value)),
  )
  return (shown.length > mostTicks + 2 ? few : shown).map((value) => ({
    value,
    label: String(value),
  }))
}

function even(least: number, most: number): Tick[] {
  const rough = Math.max(most - least, 0.001) / 5
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((digit) => digit * magnitude >= rough) ?? 10) * magnitude
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const first = Math.floor(least / step + 1e-9)
  const last = Math.max(Math.ceil(most / step - 1e-9), first + 1)
  const ticks: Tick[] = []
  for (let index = first; index <= last; index++) {
    const label = (index * step).toFixed(digits)
    if (Number(label) > 0) ticks.push({ value: Number(label), label })
  }
  return ticks
}

/** `10⁻³`. */
function power(exponent: number): string {
  if (exponent === 0) return '1'
  const raised = [...String(exponent)].map((sign) => superscripts[sign] ?? sign)
  return exponent === 1 ? '10' : `10${raised.join('')}`
}

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((sign, digit) => [String(digit), sign])),
}
