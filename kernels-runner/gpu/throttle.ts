/**
 * Why the clocks of a GPU are held back. The bits are those of NVML's clocks event reasons (`nvml.h`,
 * nvmlClocksEventReason…), the same since drivers that called them throttle reasons.
 */

const bits: readonly (readonly [bit: bigint, name: string])[] = [
  [0x1n, 'gpu_idle'],
  [0x2n, 'applications_clocks_setting'],
  [0x4n, 'sw_power_cap'],
  [0x8n, 'hw_slowdown'],
  [0x10n, 'sync_boost'],
  [0x20n, 'sw_thermal_slowdown'],
  [0x40n, 'hw_thermal_slowdown'],
  [0x80n, 'hw_power_brake_slowdown'],
  [0x100n, 'display_clocks_setting'],
]

/** Set by people, or by having nothing to do: the figures are as repeatable as without them. */
const harmless = new Set([
  'gpu_idle',
  'applications_clocks_setting',
  'sync_boost',
  'display_clocks_setting',
])

/**
 * What cards run into by design when they are busy. It is said beside the figures, and voids none.
 */
const byDesign = new Set(['sw_power_cap'])

/**
 * The names of the reasons that are active.
 *
 * @param printed a mask such as `0x0000000000000004`, or names with commas between them
 * @returns null where nothing is told; a bit without a name is given as `bit 0x200`
 */
export function throttleReasons(printed: string | null): string[] | null {
  if (printed === null) return null
  if (!/^0x[\da-f]{1,16}$/i.test(printed)) {
    const names = printed
      .split(',')
      .map((name) => name.trim().toLowerCase().replaceAll(/\W+/g, '_'))
    return names.filter((name) => name !== '' && name !== 'none' && name !== 'not_active')
  }
  const mask = BigInt(printed)
  const known = bits.reduce((all, [bit]) => all | bit, 0n)
  const unknown = mask & ~known
  return [
    ...bits.filter(([bit]) => (mask & bit) !== 0n).map(([, name]) => name),
    ...(unknown === 0n ? [] : [`bit 0x${unknown.toString(16)}`]),
  ]
}

/** How grave a reason is; one that is not known is taken to slow the GPU down. */
export function gravityOf(reason: string): 'harmless' | 'by design' | 'slowdown' {
  if (harmless.has(reason)) return 'harmless'
  return byDesign.has(reason) ? 'by design' : 'slowdown'
}
