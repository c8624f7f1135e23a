/**
 * Many values at once. A call takes some hundred thousand arguments at most, and what comes from
 * outside can be more: nothing of it is spread into a call (`test/house/spread.test.ts`).
 */

/** The smallest value; Infinity of none, NaN if one is NaN. */
export function leastOf(values: Iterable<number>): number {
  let found = Infinity
  for (const value of values) found = Math.min(found, value)
  return found
}

/** The largest value; -Infinity of none, NaN if one is NaN. */
export function mostOf(values: Iterable<number>): number {
  let found = -Infinity
  for (const value of values) found = Math.max(found, value)
  return found
}

/** Puts items at the end of a list. */
export function append<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item)
}
