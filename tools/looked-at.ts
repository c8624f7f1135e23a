/** What is measured of a page in a browser: tables and their boxes, labels of pictures, axe. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from './browser.ts'

/** What the functions below use of a page; they run in the browser. */
interface PageElement {
  textContent: string
  scrollWidth: number
  clientWidth: number
  closest(selector: string): PageElement | null
  getBoundingClientRect(): { left: number; right: number; top: number; bottom: number }
}
declare const document: {
  documentElement: PageElement
  contentType: string
  querySelectorAll(selector: string): Iterable<PageElement>
}

/** A page of the stand-in has this much beside a comment's text. */
const besideComment = 100

/** GitHub's comments are 838 px wide; their page is wider. */
export function widthOfComment(name: string, width: number): number {
  return /^(?:comment|pull|check|section)-/.test(name) && width > 600
    ? width + besideComment
    : width
}

export async function problemsOn(
  browser: Browser,
  { name, width }: { name: string; width: number },
): Promise<string[]> {
  const isPicture = name.startsWith('plot-')
  return [
    ...(isPicture ? await browser.evaluate<string[]>(`(${String(labels)})()`) : []),
    ...(isPicture ? [] : await violations(browser)),
    ...(width > 600 && !isPicture
      ? await browser.evaluate<string[]>(`(${String(wideTables)})()`)
      : []),
    ...(await browser.evaluate<string[]>(`(${String(sideways)})()`)),
  ]
}

/** Runs in the page: tables that have to be scrolled, but for those of folded figures. */
function wideTables(): string[] {
  return [...document.querySelectorAll('table')]
    .filter((table) => table.closest('details') === null)
    .filter((table) => {
      const box = table.closest('.box') ?? table
      return box.scrollWidth > box.clientWidth + 1
    })
    .map((table) => `a table is cut off: ${table.textContent.slice(0, 80)}`)
}

/** Runs in the page: whether the page itself must be scrolled sideways. */
function sideways(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  return scrollWidth > clientWidth + 1 && document.contentType !== 'image/svg+xml'
    ? [`the page is ${scrollWidth} px wide, and ${clientWidth} are seen`]
    : []
}

/** Runs in a picture: labels that are cut by its edge, or lie on each other. */
function labels(): string[] {
  const all = [...document.querySelectorAll('text')].filter(({ textContent }) => textContent !== '')
  const frame = document.documentElement.getBoundingClientRect()
  const cut = all.filter((label) => {
    const box = label.getBoundingClientRect()
    return (
      box.left < frame.left - 1 ||
      box.right > frame.right + 1 ||
      box.top < frame.top - 1 ||
      box.bottom > frame.bottom + 1
    )
  })
  // Turned labels have boxes that overlap although the letters do not.
  const level = all.filter((label) => label.closest('[transform*="rotate"]') === null)
  const over = level.flatMap((one, index) =>
    level.slice(index + 1).filter((other) => {
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      return wide > 2 && high > 4
    }),
  )
  return [
    ...cut.map(({ textContent }) => `a label is cut: ${textContent}`),
    ...over.map(({ textContent }) => `a label lies on another: ${textContent}`),
  ]
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  help: string
  nodes: { html: string }[]
}

async function violations(browser: Browser): Promise<string[]> {
  await browser.evaluate(`${axe}; undefined`)
  const found = await browser.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => ({ html })) })))`,
  )
  return found.map(
    ({ id, help, nodes }) =>
      `axe ${id}: ${help}: ${nodes[0]?.html.slice(0, 160)} (${nodes.length})`,
  )
}
