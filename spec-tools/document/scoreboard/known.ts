/** What a document knows that an investigation may flip: the ids of its rows, and their statuses. */
import type { DocumentWords } from '../../settings/index.ts'
import type { Scoreboard } from './types.ts'

export function documentWords({ criteria }: Scoreboard): Pick<DocumentWords, 'rows' | 'statuses'> {
  const rows = new Map<string, number[]>()
  for (const { ids, line } of criteria) {
    for (const id of ids) rows.set(id, [...(rows.get(id) ?? []), line])
  }
  return { rows, statuses: [...new Set(criteria.map(({ status }) => status))] }
}
