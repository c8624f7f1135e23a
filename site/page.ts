/**
 * The frame of every page, and the way from data to HTML.
 *
 * Pages are trees that `hast-util-to-html` writes: text from outside is a text node or an attribute
 * and nothing else, because no page is put together from strings. No page needs a script, and its
 * policy allows none.
 */
import type { Element, ElementContent } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { h } from 'hastscript'
import { visible } from '../spec-tools/index.ts'
import { style } from './style.ts'

export type Content = ElementContent | string | null | readonly Content[]

export interface Page {
  /** Path below the site, with `/`. */
  path: string
  html: string
}

export interface Frame {
  path: string
  title: string
  /** Of the repository. */
  site: string
  /** SHA-256 as base64, for the policy of the page. */
  styleDigest: string
  /** Pages that are in the navigation, by their path. */
  navigation: readonly { path: string; name: string }[]
}

export function draw(frame: Frame, ...content: Content[]): Page {
  const { path, title, site, styleDigest, navigation } = frame
  const policy = `default-src 'none'; style-src 'sha256-${styleDigest}'; img-src 'self' data:; base-uri 'none'; form-action 'none'`
  const links = navigation.map(({ path: page, name }) =>
    h('li', [
      h(
        'a',
        { href: relativePath(path, page), ...(page === path && { ariaCurrent: 'page' }) },
        name,
      ),
    ]),
  )
  const tree = h(null, [
    { type: 'doctype' },
    h('html', { lang: 'en' }, [
      h('head', [
        h('meta', { charSet: 'utf-8' }),
        h('meta', { httpEquiv: 'Content-Security-Policy', content: policy }),
        h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        h('meta', { name: 'color-scheme', content: 'light dark' }),
        h('meta', { name: 'referrer', content: 'no-referrer' }),
        h('title', `${oneText(title)} · ${oneText(site)}`),
        h('style', style),
      ]),
      h('body', [
        h('a.skip', { href: '#content' }, 'Skip to the content'),
        h('header', [h('nav', { ariaLabel: 'Pages' }, [h('ul', links)])]),
        h('main#content', children([h('h1', oneText(title)), ...content])),
        h('footer', [
          h('p', ['Drawn by Codicil from the evidence of ', h('b', oneText(site)), '.']),
        ]),
      ]),
    ]),
  ])
  return { path, html: `${toHtml(tree)}\n` }
}

/** A nested list of contents as children; strings become text in which everything can be seen. */
export function children(content: Content): ElementContent[] {
  if (content === null) return []
  if (typeof content === 'string') return [{ type: 'text', value: visible(content) }]
  if (!('type' in content)) return content.flatMap(children)
  return [content]
}

/** An element; attributes are names of properties, as hast has them. */
export function el(
  selector: string,
  attributes: Record<string, string | number | boolean | undefined>,
  ...content: Content[]
): Element {
  return h(selector, attributes, children(content))
}

/** A table that scrolls in its own box, which the keyboard reaches. */
export function table(
  caption: string,
  head: readonly (string | { number: string })[],
  rows: readonly (readonly Content[])[],
): Element {
  const isNumber = head.map((cell) => typeof cell !== 'string')
  const name = (cell: (typeof head)[number]) => (typeof cell === 'string' ? cell : cell.number)
  const cells = (row: readonly Content[]) =>
    row.map((cell, index) => el(isNumber[index] ? 'td.number' : 'td', {}, cell))
  return el(
    'div.box',
    { tabIndex: 0, role: 'group', ariaLabel: caption },
    el(
      'table',
      {},
      el('caption', {}, caption),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          head.map((cell, index) =>
            el(isNumber[index] ? 'th.number' : 'th', { scope: 'col' }, name(cell)),
          ),
        ),
      ),
      el(
        'tbody',
        {},
        rows.map((row) => el('tr', {}, cells(row))),
      ),
    ),
  )
}

/** A link to another page of the site; `#` names a place in it. */
export function to(from: string, path: string, ...content: Content[]): Element {
  return el('a', { href: relativePath(from, path) }, content)
}

/** Terms and what is said of them; those without are left out. */
export function facts(pairs: readonly (readonly [term: string, what: Content])[]): Element {
  const shown = pairs.filter(([, what]) => what !== null && what !== '')
  return el(
    'dl',
    {},
    shown.map(([term, what]) => [el('dt', {}, term), el('dd', {}, what)]),
  )
}

/** The day of an instant or a date. */
export function day(instant: string): Element {
  const date = instant.slice(0, 10)
  return el('time', { dateTime: date }, date)
}

export function relativePath(from: string, path: string): string {
  const [target = '', place] = path.split('#')
  const [own, other] = [from, target].map((each) => each.split('/'))
  while (own!.length > 1 && other!.length > 1 && own![0] === other![0]) {
    own!.shift()
    other!.shift()
  }
  const climbed = [...Array.from({ length: own!.length - 1 }, () => '..'), ...other!].join('/')
  return place === undefined ? climbed : `${climbed}#${place}`
}

function oneText(text: string): string {
  return visible(text).replaceAll(/\s+/g, ' ').trim()
}
