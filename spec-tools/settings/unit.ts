/** Units of measurement that can be converted into one another; any other unit only equals itself. */
import { dictionary } from '../evidence/dictionary.ts'

/** Factor by which a figure in `from` is multiplied to be one in `to`; null if there is none. */
export function conversion(from: string, to: string): number | null {
  const source = unit(from)
  const target = unit(to)
  if (from.trim() === to.trim()) return 1
  if (!source || !target || source.dimension !== target.dimension) return null
  return source.scale / target.scale
}

interface Unit {
  dimension: string
  scale: number
}

function unit(text: string): Unit | undefined {
  // Of one operation, as Go prints it: `ns/op`.
  const trimmed = text.trim().replace(/\/op$/, '')
  if (Object.hasOwn(known, trimmed)) return known[trimmed]
  const slash = /^(.+?)\s*\/\s*(s|sec|second|min|h)$/.exec(trimmed)
  if (!slash) return undefined
  const [, above = '', below = ''] = slash
  // `t` alone may be anything; per second it is a token.
  const numerator = unit(above === 't' ? 'tok' : above) ?? {
    dimension: above.replace(/s$/, ''),
    scale: 1,
  }
  const denominator = known[below]
  return denominator && !numerator.dimension.includes('/')
    ? {
        dimension: `${numerator.dimension}/time`,
        scale: numerator.scale / denominator.scale,
      }
    : undefined
}

const prefixes = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }
const binary = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

const known = dictionary<Unit>({
  ...scaled('time', {
    ns: 1e-9,
    nsec: 1e-9,
    us: 1e-6,
    usec: 1e-6,
    msec: 1e-3,
    µs: 1e-6,
    μs: 1e-6,
    ms: 1e-3,
    s: 1,
    sec: 1,
    second: 1,
    seconds: 1,
    min: 60,
    h: 3600,
  }),
  ...scaled('byte', { b: 1, byte: 1, bytes: 1 }),
  ...prefixed('byte', 'B', { ...prefixes, ...binary }),
  ...prefixed('frequency', 'Hz', prefixes),
  ...prefixed('operation/time', 'IOPS', prefixes),
  ...prefixed('flop/time', 'FLOPS', prefixes),
  ...prefixed('flop/time', 'FLOP/s', prefixes),
  ...scaled('token', { tok: 1, toks: 1, token: 1, tokens: 1 }),
  ...scaled('request', { req: 1, reqs: 1, request: 1, requests: 1 }),
  ...scaled('iteration', { it: 1, iter: 1, iters: 1, iteration: 1, iterations: 1 }),
  ...scaled('share', { '%': 0.01, percent: 0.01 }),
  ...prefixed('power', 'W', { m: 1e-3, ...prefixes }),
  ...scaled('temperature', { C: 1, '°C': 1 }),
  ...scaled('multiple', { x: 1, '×': 1 }),
})

function scaled(dimension: string, scales: Readonly<Record<string, number>>): Record<string, Unit> {
  return Object.fromEntries(
    Object.entries(scales).map(([name, scale]) => [name, { dimension, scale }]),
  )
}

function prefixed(
  dimension: string,
  base: string,
  scales: Readonly<Record<string, number>>,
): Record<string, Unit> {
  return scaled(
    dimension,
    Object.fromEntries(Object.entries(scales).map(([prefix, scale]) => [prefix + base, scale])),
  )
}
