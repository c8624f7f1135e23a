/** Of a duration in the settings, such as `90s` or `10m`. */
export function milliseconds(duration: string): number {
  const units = { s: 1000, m: 60_000, h: 3_600_000 }
  return Number(duration.slice(0, -1)) * units[duration.slice(-1) as keyof typeof units]
}

/** For people: `1.2 s`, `45 s`, `2 min 5 s`. */
export function spoken(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const rest = whole % 60
  return `${Math.floor(whole / 60)} min${rest === 0 ? '' : ` ${rest} s`}`
}
