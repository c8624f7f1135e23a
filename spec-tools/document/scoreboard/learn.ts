/** The statuses of a document in which those of the settings do not occur. */
import type { Cell, Spec, Table } from '../types.ts'
import { findIds, findStatuses, plainStatus } from './status.ts'
import type { Statuses } from './types.ts'

const DONE =
  /^(?:verified|done|passe[ds]|pass|complete[d]?|discharged|met|closed|implemented|shipped|confirmed|fulfilled|✅|✔️?|☑️?)$/iu
const OPEN =
  /^(?:pending|open|partial|to-?do|to do|in progress|wip|planned|unverified|not (?:started|verified|done)|unmet|incomplete|⏳|⌛️?|🚧|❌|⬜)$/iu

/** Those of the settings where rows or totals have them, else the usual words that rows do have. */
export function statusesOf(spec: Spec, given: Statuses): Statuses {
  if (isInUse(spec, given)) return given
  const words = spec.tables.flatMap(statusWords)
  const most = (pattern: RegExp) =>
    [
      ...Map.groupBy(
        words.filter((word) => pattern.test(word)),
        (word) => word,
      ).values(),
    ].toSorted((one, other) => other.length - one.length)[0]?.[0]
  const [done, open] = [most(DONE), most(OPEN)]
  if (done !== undefined && open !== undefined) return { done, open }
  // With one of the two alone, nothing but that one may stand there.
  const only = done ?? open
  if (only === undefined || words.some((word) => word !== only)) return given
  return { done: done ?? given.done, open: open ?? given.open }
}

function isInUse({ tables }: Spec, given: Statuses): boolean {
  const says = ({ text }: Cell) => findStatuses(text, given).length > 0
  return tables.some(
    ({ header, rows }) =>
      header.some(says) || rows.some(({ cells }) => cells.some(says) && cells.some(hasId)),
  )
}

/** What rows with an id have in a column in which most of them have a usual status. */
function statusWords({ header, rows }: Table): string[] {
  const own = rows.filter(({ cells }) => cells.some(hasId))
  return header.flatMap((_, column) => {
    const words = own.map(({ cells }) => {
      const text = cells[column]?.text ?? ''
      return plainStatus(text) || text.trim()
    })
    const usual = words.filter((word) => DONE.test(word) || OPEN.test(word))
    return usual.length * 2 > words.length ? words.filter((word) => word !== '') : []
  })
}

function hasId({ text }: Cell): boolean {
  return findIds(text).length > 0
}
