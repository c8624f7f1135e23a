/** The names of statistics: how logs print them, and what the bundle calls them. */

/** Printed name in normal form (see `snakeCase`) -> name in the bundle. */
const aliases = new Map<string, string>(
  Object.entries({
    n: 'n numel count n_elements num_elements elements',
    mean: 'mean avg average',
    std: 'std stddev std_dev stdev sigma standard_deviation',
    min: 'min minimum',
    max: 'max maximum',
    l2: 'l2 norm l2_norm norm_l2 norm2',
    max_abs_diff:
      'max_abs_diff max_diff maxdiff max_abs_difference max_absolute_difference max_difference ' +
      'max_abs_error max_abs_err max_absolute_error max_error max_err linf linf_diff',
    rms_diff: 'rms_diff rms_difference rms_error rms_err rmse rmsd',
    relative_l2:
      'relative_l2 rel_l2 relative_l2_error rel_l2_error rel_l2_err rel_l2_diff relative_l2_diff ' +
      'l2_rel',
    cosine: 'cosine cos cos_sim cossim cosine_sim cosine_similarity',
    sum: 'sum',
    value: 'value val',
  }).flatMap(([name, printed]) => printed.split(' ').map((one) => [one, name] as const)),
)

/** Endings that are too common in plain names to be split off as a statistic. */
const wholeOnly = new Set([
  'n',
  'count',
  'elements',
  'value',
  'val',
  'cos',
  'norm',
  'sigma',
  'l2',
  'sum',
])

/** Names that describe a pair of sides by themselves. */
const ofPairs = /(?:^|_)(?:diff|difference|err|error|ratio|cosine|cos|mse|rmse|kl|relative)(?:_|$)/

export interface StatisticName {
  /** Name in the bundle. */
  statistic: string
  /** What stands before the statistic in the printed name (`apr_ffn_swigl_std`), or ''. */
  base: string
  /** Whether the printed name is one of the known statistics, by itself or by its ending. */
  known: boolean
  /** Whether a figure of this name can only describe two sides together. */
  pair: boolean
  /** Whether the name says the token position that the figure covers. */
  last: boolean
}

/**
 * The statistic that a printed name stands for.
 *
 * A known statistic at the end is split off with the base kept as printed; a name without one keeps
 * itself as the base and is a `value`.
 */
export function statisticName(printed: string): StatisticName {
  const last = /[_ -]last[_ -]token$/i.exec(printed)
  const name = last === null ? printed : printed.slice(0, last.index)
  const whole = aliases.get(snakeCase(name))
  if (whole !== undefined) return named(whole, '', true, last !== null)
  const starts = [...name.matchAll(/[\s_.:/-]+(?=[^\s_.:/-])/g)]
  // The longest ending first: `ffn_max_abs_diff` is no maximum.
  for (const { index, 0: gap } of starts.slice(-4)) {
    const ending = snakeCase(name.slice(index + gap.length))
    const statistic = wholeOnly.has(ending) ? undefined : aliases.get(ending)
    const base = name.slice(0, index)
    if (statistic !== undefined && /[\p{L}\p{N}]/u.test(base)) {
      return named(statistic, base, true, last !== null)
    }
  }
  return named(snakeCase(name), name, false, last !== null)
}

function named(statistic: string, base: string, known: boolean, last: boolean): StatisticName {
  return { statistic, base, known, pair: ofPairs.test(statistic), last }
}

/**
 * A printed name as a key: lower case, `_` between words, `|x|` as `abs_x`.
 *
 * Never a name that objects treat specially: those are refused when a bundle is read.
 */
export function snakeCase(printed: string): string {
  const name = printed
    .replaceAll(/\|([^|\s]+)\|/g, ' abs $1 ')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60)
  if (name === '') return 'value'
  return name === 'constructor' || name === 'prototype' ? `${name}_` : name
}
