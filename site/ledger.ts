/** The ledger: which evidence stands behind each section and each criterion. */
import { day, draw, el, table, to, type Content, type Page } from './page.ts'
import { paged } from './paged.ts'
import type { Listed, Site } from './types.ts'

const rowsOfList = 250
const path = 'ledger.html'

export function* ledgerPages(site: Site, newestFirst: readonly Listed[]): Generator<Page> {
  for (const part of paged(path, newestFirst, rowsOfList)) {
    yield draw(
      site.frame(part.path, 'Which evidence stands behind a figure'),
      el(
        'p',
        {},
        'Each row leads to the figures of one amendment with the lines of logs that they rest on. For one line of a specification: ',
        el('code', {}, 'codicil blame <specification> <line>'),
        '.',
      ),
      part.links,
      table(
        'Sections that rest on evidence, the newest first',
        ['Specification', 'Section', 'Figures', 'Evidence', 'Vouched for'],
        part.rows.map((one) => sectionRow(part.path, one)),
      ),
      part.path === path ? criteria(path, newestFirst) : null,
    )
  }
}

function sectionRow(from: string, one: Listed): Content[] {
  const { record, damaged } = one
  const { section, changed } = record.ground
  return [
    el('code', {}, record.spec.path),
    damaged === null
      ? to(from, one.path, section?.heading ?? 'in place')
      : (section?.heading ?? ''),
    damaged === null ? to(from, one.ledger, `${record.figures.length} figures`) : damaged,
    el('code', {}, one.folder),
    [
      record.origin.verification === null ? 'run not checked' : 'run checked over GitHub’s API',
      changed.length > 0 ? `; ${changed.length} changes in place` : null,
    ],
  ]
}

/** The last amendment that moved each criterion. */
function criteria(from: string, newestFirst: readonly Listed[]): Content {
  const last = new Map<string, { one: Listed; id: string; status: string }>()
  for (const one of newestFirst) {
    for (const { id, to: status } of one.record.ground.scoreboard?.flipped ?? []) {
      const key = JSON.stringify([one.record.spec.path, id])
      if (!last.has(key)) last.set(key, { one, id, status })
    }
  }
  if (last.size === 0) return null
  return [
    el('h2', {}, 'Criteria that evidence moved'),
    table(
      'The last amendment that moved each criterion',
      ['Specification', 'Criterion', 'Status', 'Amendment', 'Date'],
      [...last.values()].map(({ one, id, status }) => [
        el('code', {}, one.record.spec.path),
        el('code', {}, id),
        status,
        to(from, one.path, one.record.ground.section?.label ?? one.finding),
        day(one.record.date),
      ]),
    ),
  ]
}
