/** Numbers as people read them: the digits that matter, thousands parted, powers of ten where short. */
import type { Quantity } from '../../judge/types.ts'

const digits = 4

/** A measured value, with at most four significant digits and no more than were printed. */
export function brief({ value, text }: Pick<Quantity, 'value' | 'text'>): string {
  if (!Number.isFinite(value)) return text
  // So near to 1 the distance says more than the digits.
  const [, nines, others] = /^0?\.(9{4,})(\d*)$/.exec(text) ?? []
  if (nines !== undefined) {
    const most = Math.max(1, others?.length ?? 0)
    return `1 − ${withoutZeros(rounded(1 - Number(text), most))}`
  }
  return rounded(value, Math.min(digits, significantDigits(text) || digits))
}

/** A number that was computed: without zeros at its end. */
export function briefly(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  return withoutZeros(rounded(value, digits))
}

/** A value and its limit, with as many digits as show which is larger. */
export function against(value: number, limit: number): [string, string] {
  for (let most = digits - 1; most < 16; most += 1) {
    const texts: [string, string] = [
      withoutZeros(rounded(value, most)),
      withoutZeros(rounded(limit, most)),
    ]
    if (value === limit || texts[0] !== texts[1]) return texts
  }
  return [String(value), String(limit)]
}

/** A share of a limit: `42 %`, `99.9 %`, `50 times`; never 100 % where it is not. */
export function shareText(share: number): string {
  if (!Number.isFinite(share)) return 'beyond'
  if (share > 10) return `${briefly(Number(share.toPrecision(3)))} times`
  const percent = 100 * share
  if (percent > 0 && percent < 0.01) return '< 0.01 %'
  for (let most = percent < 99 || percent > 101 ? 2 : 3; most < 16; most += 1) {
    const text = withoutZeros(rounded(percent, Math.max(most, percent >= 100 ? 3 : most)))
    if (share === 1 || text !== '100') return `${text} %`
  }
  return `${percent} %`
}

function rounded(value: number, most: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e15) return grouped(String(value))
  if (size >= 1e9 || size < 1e-4) {
    const [mantissa = '', exponent = ''] = value.toExponential(Math.min(most, 3) - 1).split('e')
    return `${withoutZeros(mantissa)}e${Number(exponent)}`
  }
  const whole = Math.floor(Math.log10(size)) + 1
  return grouped(whole >= most ? value.toFixed(0) : Number(value).toPrecision(most))
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const parted = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  return fraction === undefined ? parted : `${parted}.${fraction}`
}

function withoutZeros(text: string): string {
  return /\.\d*$/.test(text) ? text.replace(/\.?0+$/, '') : text
}

function significantDigits(text: string): number {
  const [mantissa = ''] = text.toLowerCase().split('e')
  return mantissa.replaceAll(/[^\d]/g, '').replace(/^0+/, '').length
}
