/** What remarks in brackets state about the figures before them. */
import { numeralEnd, valueOf } from './numeral.ts'

/**
 * The count that a remark such as `n=512` or `n = 1,000 iters` states; null if it states none. Beside
 * `m` and `k` an `n` is a dimension.
 */
export function countOf(remark: string): number | null {
  const stated = /(?:^|[\s,;(])(?:n|numel|count)\s*[=:]\s*(?=\d)/i.exec(remark)
  if (stated === null || hasDimensions(remark)) return null
  const from = stated.index + stated[0].length
  const n = valueOf(remark.slice(from, numeralEnd(remark, from, true)))
  return Number.isSafeInteger(n) && n >= 0 ? n : null
}

/** Whether a text states dimensions of a matrix product: then its `n` is one, too. */
export function hasDimensions(text: string): boolean {
  return /(?:^|[\s,;(])[mM]\s*[=:]\s*\d/.test(text) || /(?:^|[\s,;(])[kK]\s*[=:]\s*\d/.test(text)
}
