/** The front page and the list of amendments. */
import { boards } from './boards.ts'
import { day, draw, el, facts, table, to, type Content, type Page } from './page.ts'
import { paged } from './paged.ts'
import type { Listed, Site } from './types.ts'

const rowsOfList = 200
const newest = 20
const list = 'amendments/index.html'

export function frontPage(site: Site, newestFirst: readonly Listed[]): Page {
  const path = 'index.html'
  const { name } = site.input
  const documents = [...site.specs].map(([file, spec]) => {
    const own = newestFirst.filter(({ record }) => record.spec.path === file)
    return [
      el('h2', {}, file),
      facts([
        ['Version', spec.version?.token ?? null],
        ['Amendments', String(own.length)],
        ['Last', own[0] === undefined ? null : to(path, own[0].path, own[0].record.date)],
      ]),
      boards(path, own),
    ]
  })
  return draw(
    site.frame(path, `Evidence of ${name}`),
    newestFirst.length === 0
      ? el('p', {}, 'No amendment with evidence is in this repository yet.')
      : null,
    documents,
    newestFirst.length === 0
      ? null
      : [
          el('h2', {}, 'Newest amendments'),
          amendmentTable(path, newestFirst.slice(0, newest)),
          newestFirst.length > newest
            ? el('p', {}, to(path, list, `All ${newestFirst.length} amendments`))
            : null,
        ],
  )
}

export function* amendmentList(site: Site, newestFirst: readonly Listed[]): Generator<Page> {
  for (const { path, rows, links } of paged(list, newestFirst, rowsOfList)) {
    yield draw(site.frame(path, 'Amendments'), links, amendmentTable(path, rows), links)
  }
}

function amendmentTable(from: string, rows: readonly Listed[]): Content {
  return table(
    'Amendments, the newest first',
    ['Date', 'What was found', 'Where', 'Version', 'GPU', 'Commit'],
    rows.map(({ record, finding, path, gpu, damaged }) => [
      day(record.date),
      damaged === null ? to(from, path, finding) : `${finding}: ${damaged}`,
      record.ground.section?.label ?? record.ground.section?.heading ?? 'in place',
      record.ground.version?.to ?? '–',
      gpu,
      el('code', {}, record.request.sha.slice(0, 7)),
    ]),
  )
}
