/** Long lists on several pages. */
import type { ElementContent } from 'hast'
import { el, to, type Content } from './page.ts'

export interface Part<Row> {
  path: string
  rows: readonly Row[]
  /** Links to the other pages; null for the only one. */
  links: Content
}

/** @param path of the first page, such as `amendments/index.html`; others are `amendments/index-2.html` */
export function paged<Row>(path: string, rows: readonly Row[], size: number): Part<Row>[] {
  const count = Math.max(1, Math.ceil(rows.length / size))
  const paths = Array.from({ length: count }, (_, index) =>
    index === 0 ? path : path.replace(/\.html$/, `-${index + 1}.html`),
  )
  return paths.map((own, index) => ({
    path: own,
    rows: rows.slice(index * size, (index + 1) * size),
    links: count === 1 ? null : linksOf(own, paths),
  }))
}

function linksOf(own: string, paths: readonly string[]): ElementContent {
  const numbers = paths.map((path, index) =>
    path === own ? el('b', { ariaCurrent: 'page' }, `${index + 1}`) : to(own, path, `${index + 1}`),
  )
  return el(
    'nav',
    { ariaLabel: 'Parts of this list' },
    el(
      'p',
      {},
      'Part ',
      numbers.flatMap((each) => [each, ' ']),
    ),
  )
}
