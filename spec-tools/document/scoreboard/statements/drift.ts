/** Holds the counts of prose, headings and badges against the rows that they count. */
import { percentOf } from '../count.ts'
import { decimalsOf } from '../figure.ts'
import type { Drift, Standing, Statement, Statuses } from '../types.ts'
import { countOf, shareFollows } from './scope.ts'

export function statementDrift(statement: Statement, statuses: Statuses): Drift[] {
  const { scope, line, ordered } = statement
  if (scope.kind === 'unknown' || !ordered) return []
  const count = countOf(scope)
  const text = `“${statement.text.replaceAll(/[*_`]/g, '').trim().slice(0, 60)}”`
  const numbers = (['done', 'open', 'all'] as const).flatMap((part): Drift[] => {
    const figure = statement[part]
    if (figure === null || figure.value === count[part]) return []
    const what = `${text}, ${part === 'all' ? 'in all' : statuses[part]}`
    return [
      {
        what: `${what}, against ${scope.name}`,
        published: figure.value,
        counted: count[part],
        lines: [line],
        text: `${what}: published as ${figure.value} (line ${line}), while ${scope.name} count ${count[part]}`,
      },
    ]
  })
  return [...numbers, ...shareDrift(statement, count, text)]
}

function shareDrift(
  { percents, done, open, all, line }: Statement,
  count: Record<Standing | 'all', number>,
  text: string,
): Drift[] {
  const whole = all?.value ?? (done && open ? done.value + open.value : count.all)
  return percents.flatMap(({ of, figure }): Drift[] => {
    const own = { done: done?.value, open: open?.value }[of]
    const other = { done: open?.value, open: done?.value }[of]
    const part = own ?? (other === undefined ? count[of] : whole - other)
    const exact = percentOf(part, whole - part)
    if (exact === null || shareFollows(figure, part, whole)) return []
    return [
      {
        what: `${text}, per cent`,
        published: figure.value,
        counted: exact,
        lines: [line],
        text: `${text}: published as ${figure.written}% (line ${line}), while ${part} of ${whole} are ${exact.toFixed(decimalsOf(figure))} %`,
      },
    ]
  })
}
