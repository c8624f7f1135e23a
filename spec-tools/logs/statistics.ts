/** The names of statistics: how logs print them, and what the bundle calls them. */
import { unitInName } from './units.ts'

/** Printed name in normal form (see `snakeCase`) -> name in the bundle. */
const aliases = new Map<string, string>(
  Object.entries({
    n: 'n numel count n_elements num_elements elements',
    mean: 'mean avg average μ',
    std: 'std stddev std_dev stdev sigma standard_deviation σ sd mdev',
    var: 'var variance',
    median: 'median med',
    min: 'min minimum',
    max: 'max maximum',
    l2: 'l2 l2_norm norm_l2 norm2',
    max_abs_diff:
      'max_abs_diff max_diff maxdiff max_abs_difference max_absolute_difference max_difference ' +
      'max_abs_error max_abs_err max_absolute_error max_error max_err linf linf_diff',
    mean_abs_diff:
      'mean_abs_diff mean_abs_difference mean_absolute_difference mean_abs_err mean_abs_error mean_absolute_error',
    rms_diff: 'rms_diff rms_difference rms_error rms_err rmse rmsd',
    relative_l2:
      'relative_l2 rel_l2 relative_l2_error rel_l2_error rel_l2_err rel_l2_diff relative_l2_diff ' +
      'l2_rel',
    cosine: 'cosine cos cos_sim cossim cosine_sim cosine_similarity',
    sum: 'sum',
    value: 'value val',
  }).flatMap(([name, printed]) => printed.split(' ').map((one) => [one, name] as const)),
)

/** `p50`, `p99.9`: kept as printed, with `_` for the point. */
const quantile = /^p\d{1,2}(?:_\d+)?$/

/** Endings that are too common in plain names to be split off as a statistic. */
const wholeOnly = new Set(
  'n count elements value val cos sigma l2 sum sd med var variance'.split(' '),
)

/** Names that describe a pair of sides by themselves. */
const ofPairs = /(?:^|_)(?:diff|difference|err|error|ratio|cosine|cos|mse|rmse|kl|relative)(?:_|$)/

/** What relates two names: `std of mean`, `max/min` and `err vs mean` are no mean and no min. */
const relation = /(?:^|[\s_])(?:of|vs\.?|versus|and|or|over|by|to|from|minus)(?=[\s_]|$)|[±/&]/i

/** Words that only say which statistic is meant: `abs max` has no stage called `abs`. */
const qualifying =
  /^(?:abs|absolute|rel|relative|max|maximum|min|minimum|mean|avg|average|std|rms|root|squared?|errors?|err|diff|difference|norm|l1|l2|deviation|total|global)$/i

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
  /** The unit that the name ends with, as in `mean_ms`. */
  unit: string | null
}

/**
 * The statistic that a printed name stands for.
 *
 * A known statistic at the end is split off with the base kept as printed; a name without one, or one
 * that relates two, keeps itself as the base and is a `value`. A unit at the end is none of either:
 * `mean_ms` is a mean.
 */
export function statisticName(printed: string): StatisticName {
  const marked = unitInName(printed)
  if (marked === null) return plainName(printed)
  const name = plainName(marked.name)
  return { ...(name.known ? name : plainName(printed)), unit: marked.unit }
}

function plainName(printed: string): StatisticName {
  const last = /[_ -]last[_ -]token$/i.exec(printed)
  const name = last === null ? printed : printed.slice(0, last.index)
  const whole = statisticOf(name)
  if (whole !== null) return named(whole, '', true, last !== null)
  if (!relation.test(name)) {
    const starts = [...name.matchAll(/[\s_.:-]+(?=[^\s_.:-])/g)]
    // The longest ending first: `ffn_max_abs_diff` is no maximum.
    for (const { index, 0: gap } of starts.slice(-4)) {
      const ending = snakeCase(name.slice(index + gap.length))
      const statistic = wholeOnly.has(ending) ? null : statisticOf(ending)
      const base = name.slice(0, index)
      if (statistic !== null && names(base)) return named(statistic, base, true, last !== null)
    }
  }
  return named(snakeCase(name), name, false, last !== null)
}

/** The statistic that the whole of a printed name is; null if it is none that is known. */
export function statisticOf(printed: string): string | null {
  const normal = snakeCase(printed)
  return aliases.get(normal) ?? (quantile.test(normal) ? normal : null)
}

function named(statistic: string, base: string, known: boolean, last: boolean): StatisticName {
  return { statistic, base, known, pair: ofPairs.test(statistic), last, unit: null }
}

/** Whether a word only says which statistic is meant. */
export function isQualifying(word: string): boolean {
  return qualifying.test(word)
}

/** Whether a text can name what a statistic is of. */
function names(base: string): boolean {
  const words = base.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.some((word) => !qualifying.test(word))
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
