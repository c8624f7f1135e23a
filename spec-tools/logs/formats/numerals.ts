/** Numerals and quantities in the cells of known formats, kept as they are printed. */

const plain = String.raw`[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`
const words = String.raw`[+-]?(?:nan|inf(?:inity)?)(?:\(ind\))?`

/** The source of a regular expression for a numeral, NaN and infinity included. */
export const numeral = `(?:${plain}|${words})`

const whole = new RegExp(`^${numeral}$`, 'i')
const withUnit = new RegExp(`^(${numeral})\\s*([^\\s\\d.,+-].*)$`, 'i')

/** Whether a cell is a numeral and nothing else. */
export function isNumeral(cell: string): boolean {
  return cell.length <= 64 && whole.test(cell)
}

/** A numeral with the unit that stands at it, `812.000us` or `4.36 GiB`; null if it is neither. */
export function quantityOf(cell: string): { printed: string; unit: string | null } | null {
  if (isNumeral(cell)) return { printed: cell, unit: null }
  const parts = withUnit.exec(cell)
  return parts === null || parts[1]!.length > 64 ? null : { printed: parts[1]!, unit: parts[2]! }
}

/** The statistic that a quantile is: p99 for 0.99, the least and the greatest for 0 and 1. */
export function quantileName(share: number): string | null {
  if (!(share >= 0 && share <= 1)) return null
  if (share === 0) return 'min'
  return share === 1 ? 'max' : `p${Number((share * 100).toPrecision(6))}`
}
