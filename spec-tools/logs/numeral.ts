/**
 * Numerals as logs print them: `[+-]digits[.digits][e[+-]digits]`, with `_` or thousands commas
 * between digits.
 */

/** The evidence schema's limit for the characters of a figure. */
export const longestNumeral = 64

const plain = /[+-]?(?:\d+(?:_\d+)*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y
/** `1,234,56` is no number that anybody can be sure of. */
const grouped =
  /[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3}(?!\d))+(?!,\d)|\d+(?:_\d+)*)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y

/**
 * Where the numeral ends that stands at `at`, or `at` if there is none, or none that a figure can
 * hold: a finite numeral that overflows is no measured infinity.
 *
 * @param commas whether commas may group thousands; a comma that groups nothing is left alone
 */
export function numeralEnd(line: string, at: number, commas: boolean): number {
  const form = commas ? grouped : plain
  form.lastIndex = at
  if (!form.test(line)) return at
  const end = form.lastIndex
  if (end - at > longestNumeral) return at
  const printed = line.slice(at, end)
  return !/e/i.test(printed) || Number.isFinite(valueOf(printed)) ? end : at
}

/** The value of a printed numeral: what `Number` says once its group marks are taken out. */
export function valueOf(printed: string): number {
  return Number(printed.replaceAll(/[_,]/g, ''))
}
