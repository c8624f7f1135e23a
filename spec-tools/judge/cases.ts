/** A predicate that is asked for each text of a column, or for each row by its name. */
import { type Comparison, figuresIn, textOfExpression } from '../settings/index.ts'
import { words } from './label.ts'
import type { NamedValue } from './named.ts'
import { noTexts } from './no-figure.ts'
import type { Picker } from './pick.ts'
import { isNaming } from './row-name.ts'
import type { HypothesisOutcome } from './types.ts'
import type { Conditions, Values } from './values.ts'
import { sameFact } from './work.ts'

export interface Decided {
  outcome: HypothesisOutcome
  reason: string
  values: NamedValue[]
}

export interface Cases {
  column: string
  /** Those that every figure of the predicate has. */
  texts: string[]
  /** Those that only some have: `time(old)` -> its texts. */
  apart: { selector: string; texts: string[] }[]
  /** Why those that are apart keep the claim open; null where they do not. */
  open: string | null
}

/** Most texts of a column for which a predicate is decided one by one. */
const mostCases = 64

/** @param all a column, or some of its texts */
export function casesOf(
  all: string | readonly string[],
  compared: readonly Comparison[],
  where: Conditions,
  { picker, failed, claimed }: Values,
): Cases {
  const selectors = new Map(
    compared
      .flatMap(({ expression }) => figuresIn(expression))
      .flatMap((one) =>
        'selector' in one
          ? [
              [
                textOfExpression(one),
                { ...one.selector, where: { ...where, ...one.selector.where } },
              ] as const,
            ]
          : [],
      ),
  )
  const textsIn = (column: string) =>
    [...selectors].map(([selector, one]) => ({ selector, texts: picker.textsOf(column, one) }))
  if (typeof all !== 'string') {
    const holds = (column: string) => {
      const known = textsIn(column).flatMap(({ texts }) => texts)
      return all.every((text) => known.some((one) => sameFact(one, text)))
    }
    const column = ['name', ...picker.columns()].find(holds) ?? 'name'
    return { column, texts: [...all], apart: [], open: null }
  }
  // A figure that has no such column stands for all of them.
  const found = textsIn(all).filter(({ texts }) => texts.length > 0)
  const every = [...new Set(found.flatMap(({ texts }) => texts))]
  // Two suites of benchmarks may differ; a size that a table lacks is a figure that is missing.
  if (!isNaming(words(all))) return { column: all, texts: every, apart: [], open: null }
  const texts = every.filter((text) => found.every((one) => one.texts.includes(text)))
  const apart = found.flatMap(({ selector, texts: own }) => {
    const alone = own.filter((text) => !texts.includes(text))
    return alone.length === 0 ? [] : [{ selector, texts: alone }]
  })
  const missing = apart.flatMap((one) => one.texts)
  const said = missing.find((text) => claimed.some((claim) => claim.includes(text)))
  const open =
    missing.length === 0
      ? null
      : failed.length > 0
        ? `${failed.join(', ')} failed`
        : said === undefined
          ? null
          : `a log says more of ${said} than its figures`
  return { column: all, texts, apart, open }
}

/** `only time(old) has BM_x/65536`; null where nothing was left out. */
export function leftOut({ apart }: Pick<Cases, 'apart'>): string | null {
  const parts = apart.map(
    ({ selector, texts }) =>
      `only ${selector} has ${texts.slice(0, 4).join(', ')}${texts.length > 4 ? ` and ${texts.length - 4} more` : ''}`,
  )
  return parts.length === 0 ? null : parts.join('; ')
}

/** Confirmed if it is for every text, refuted if it is for one. */
export function together(
  { column, apart, open }: Cases,
  cases: readonly (Decided & { text: string })[],
  picker: Picker,
): Decided {
  const aside = leftOut({ apart })
  if (cases.length === 0) {
    const reason = aside === null ? noTexts(column, picker) : `no ${column} is in all: ${aside}.`
    return { outcome: 'INCONCLUSIVE', reason, values: [] }
  }
  if (cases.length > mostCases) {
    return {
      outcome: 'INCONCLUSIVE',
      reason: `${column} has ${cases.length} texts, more than ${mostCases}.`,
      values: [],
    }
  }
  const values = cases.flatMap((one) =>
    one.values.map((value) => ({
      ...value,
      name: `${value.name} at ${column} ${one.text}`,
      at: { column, text: one.text, name: value.name },
    })),
  )
  const telling =
    cases.find(({ outcome }) => outcome === 'REFUTED') ??
    cases.find(({ outcome }) => outcome === 'INCONCLUSIVE')
  if (telling)
    return {
      outcome: telling.outcome,
      reason: `${column} ${telling.text}: ${telling.reason}`,
      values,
    }
  if (aside !== null && open !== null) {
    return {
      outcome: 'INCONCLUSIVE',
      reason: `it holds for each ${column} that all have, but ${aside}, and ${open}.`,
      values,
    }
  }
  const reasons = cases.map(({ text, reason }) => `${column} ${text}: ${reason.replace(/\.$/, '')}`)
  const more = reasons.length > 4 ? `; and ${reasons.length - 4} more` : ''
  return {
    outcome: 'CONFIRMED',
    reason: `${reasons.slice(0, 4).join('; ')}${more}${aside === null ? '' : `; left out: ${aside}`}.`,
    values,
  }
}
