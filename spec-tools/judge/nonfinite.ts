/** Values that are no numbers: told wherever a log has them, whether a stage asks for them or not. */
import { dictionary } from '../evidence/dictionary.ts'
import type { Evidence, Figure, Measurement } from '../evidence/index.ts'
import { refusedStd } from '../logs/index.ts'
import type { Warn } from './warning.ts'

/** Counts of values that are not finite, by the names that logs give them. */
const count = /^(?:n_|num_|count_)?(nan|inf|posinf|neginf|nonfinite)s?(?:_count)?$/

/** What a figure says of values that are not finite; null where it says nothing of them. */
export function nonFiniteText(
  statistic: string,
  { value, text }: { value: number; text: string },
): string | null {
  const kind = count.exec(statistic)?.[1]
  if (kind !== undefined) return value > 0 ? `${text} ${spelling[kind] ?? kind}` : null
  if (Number.isFinite(value)) return null
  return statistic === 'value' ? text : `${statistic} ${text}`
}

/** Counts of those that are. */
const finite = /^(?:n_|num_|count_)?finite(?:_count)?$/

/**
 * What a count of finite values says of the others, where all are counted too.
 *
 * @param n elements; null where nobody says how many
 */
export function lostText(
  figures: Readonly<Record<string, { value: number }>>,
  n: number | null,
): string | null {
  const name = Object.keys(figures).find((statistic) => finite.test(statistic))
  const left = name === undefined ? NaN : (figures[name]?.value ?? NaN)
  return n !== null && left < n ? `${n - left} of ${n} not finite` : null
}

const spelling = dictionary<string>({
  nan: 'NaN',
  inf: 'Inf',
  posinf: '+Inf',
  neginf: '-Inf',
  nonfinite: 'not finite',
})

/** Places that one warning names; the logs have the rest. */
const shown = 6

/** Warns of every figure that is not finite, and of standard deviations that cannot be. */
export function warnOfImpossible(
  evidence: Pick<Evidence, 'measurements' | 'diagnostics'>,
  warn: Warn,
): void {
  const places = evidence.measurements.filter(isFinding).flatMap((one) => {
    const texts = Object.entries(one.figures).flatMap(
      ([name, figure]) => said(one, name, figure) ?? [],
    )
    const lost = lostOf(one)
    if (lost !== null) texts.push(lost)
    const { file } = one.source
    return texts.length === 0
      ? []
      : [`${file}:${one.source.line} (${one.stage}: ${texts.join(', ')})`]
  })
  if (places.length > 0) {
    const more = places.length > shown ? ` and ${places.length - shown} more` : ''
    warn('nonfinite', `Not finite: ${places.slice(0, shown).join('; ')}${more}.`)
  }
  for (const { stdout, stderr } of evidence.diagnostics) {
    for (const { file, samples } of [stdout, stderr]) {
      for (const { line, reason } of samples) {
        if (reason?.includes(refusedStd))
          warn('nonfinite', `${file}:${line}: ${reason}; it was not read.`)
      }
    }
  }
}

/** A limit that is not set is infinite, and so is a rate of which nothing was counted. */
function isFinding({ stage, figures, source }: Measurement): boolean {
  const values = Object.values(figures).map(({ value }) => Number(value))
  const isLimit = values.every((value) => value === Infinity) && LIMIT.test(stage)
  return !isLimit && !NOTHING.test(source.raw)
}

const LIMIT =
  /(?:request|arrival|traffic)[\s_-]*rate|rate[\s_-]*limit|(?:^|[\s_-])(?:limit|max(?:imum)?[\s_-]\w+|timeout|deadline|budget|cap)(?:[\s_-]|$)/i
/** `eval time = 0.00 ms / 0 runs (-nan ms per token, inf tokens per second)` */
const NOTHING = /(?<![\d.])0 (?:runs|tokens|requests|samples|iterations|steps|calls)\b/i

/** A figure of a log; a count may stand in the name of its stage, such as `NaN count: 3`. */
function said(
  { stage }: Measurement,
  statistic: string,
  { value, printed }: Figure,
): string | null {
  const name = statistic === 'value' ? stage.toLowerCase().replaceAll(/[\s.-]+/g, '_') : statistic
  const counts = count.exec(name) ?? count.exec(name.split('_').slice(-2).join('_'))
  const known = counts === null ? statistic : counts[0]
  return nonFiniteText(known, { value: Number(value), text: printed })
}

function lostOf({ figures, facts }: Measurement): string | null {
  const values = Object.fromEntries(
    Object.entries(figures).map(([name, { value }]) => [name, { value: Number(value) }]),
  )
  const shaped = facts.shape?.reduce((all, size) => all * size, 1)
  return lostText(values, values['n']?.value ?? facts.n ?? shaped ?? null)
}
