/**
 * Quantiles of |d| by selecting digits: a histogram by the leading digits of the numbers' bits says
 * which bin a rank falls into, and the next pass counts the next digits within that bin. One pass
 * bounds the relative error, four give the exact order statistics; memory is constant.
 */
import { histogramLevels } from './kernel.ts'
import { figure, na } from './record.ts'
import type { Quantiles } from './types.ts'

/** Half the width of a bin of the first level (7 bits of the fraction), relative to its lower end. */
export const histogramError = 2 ** -8

const shares = { p50: 0.5, p99: 0.99, p999: 0.999 } as const
const none = 'no element is finite on both sides'

/** One order statistic on its way: its leading digits so far, and its rank among equals in them. */
interface Search {
  rank: number
  digits: bigint
  below: number
}

/** Counts the next digits of |d| behind each of the prefixes; one array of counts a prefix. */
export type CountDigits = (level: number, prefixes: readonly number[]) => Promise<Float64Array>

export async function exactQuantiles(
  first: Float64Array,
  countDigits: CountDigits,
): Promise<Quantiles> {
  const n = first.reduce((sum, count) => sum + count, 0)
  if (n === 0)
    return { p50: na(none), p99: na(none), p999: na(none), method: 'exact', relativeError: 0 }
  // Linear interpolation between the two order statistics around (n - 1) q, as NumPy does.
  const ranks = Object.values(shares).flatMap((share) => {
    const place = (n - 1) * share
    return [Math.floor(place), Math.ceil(place)]
  })
  let searches = ranks.map((rank) => descend({ rank, digits: 0n, below: 0 }, first, 18n))
  for (let level = 1; level < histogramLevels.levels; level++) {
    const prefixes = [...new Set(searches.map(({ digits }) => Number(digits)))]
    const counts = await countDigits(level, prefixes)
    searches = searches.map((search) => {
      const from = prefixes.indexOf(Number(search.digits)) * histogramLevels.laterBins
      return descend(search, counts.subarray(from, from + histogramLevels.laterBins), 15n)
    })
  }
  const values = searches.map(({ digits }) => fromBits(digits))
  const between = (index: number, share: number) => {
    const low = values[2 * index] ?? 0
    const high = values[2 * index + 1] ?? 0
    const place = (n - 1) * share
    return figure(low + (high - low) * (place - Math.floor(place)))
  }
  return {
    p50: between(0, shares.p50),
    p99: between(1, shares.p99),
    p999: between(2, shares.p999),
    method: 'exact',
    relativeError: 0,
  }
}

/** The middle of the bin in which the order statistic lies. */
export function histogramQuantiles(first: Float64Array): Quantiles {
  const n = first.reduce((sum, count) => sum + count, 0)
  const at = (share: number) => {
    if (n === 0) return na(none)
    const rank = Math.floor((n - 1) * share)
    const { digits } = descend({ rank, digits: 0n, below: 0 }, first, 18n)
    const low = fromBits(digits << 45n)
    const high = fromBits((digits + 1n) << 45n)
    return figure(digits === 0n ? 0 : low + (high - low) / 2)
  }
  return {
    p50: at(shares.p50),
    p99: at(shares.p99),
    p999: at(shares.p999),
    method: 'log2 histogram',
    relativeError: histogramError,
  }
}

/** One level down: the bin that holds the rank, and how many numbers lie in the bins before it. */
function descend(search: Search, counts: Float64Array, bits: bigint): Search {
  let below = search.below
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0
    if (below + count > search.rank) {
      return { rank: search.rank, digits: (search.digits << bits) | BigInt(bin), below }
    }
    below += count
  }
  throw new Error(`rank ${search.rank} lies beyond the ${below} numbers counted`)
}

function fromBits(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}
