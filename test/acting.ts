/** What text would do besides being read: a page of Markdown, the message of a commit. */
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'

const parse = (markdown: string) => unified().use(remarkParse).use(remarkGfm).parse(markdown)

/** What a reader of the page would find besides text: HTML, links, pictures, and shapes. */
export function shape(markdown: string): string[] {
  const found: string[] = []
  visit(parse(markdown), (node) => {
    if (/^(?:html|image|link|definition|.*Reference|thematicBreak)$/.test(node.type)) {
      found.push(node.type)
    }
    if (node.type === 'heading') found.push(`heading ${node.depth}`)
    if (node.type === 'table')
      found.push(`table ${node.children.map(({ children }) => children.length).join(',')}`)
  })
  return found
}

/** Words outside of code that GitHub acts on, and characters that cannot be seen. */
export function live(markdown: string): string[] {
  const found: string[] = []
  visit(parse(markdown), 'text', ({ value }) => {
    found.push(...(value.match(/@\w|#\d|:\/\/|www\.|\$x/g) ?? []))
  })
  return [...found, ...(markdown.match(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g) ?? [])]
}

/** Whether GitHub would act on the message of a commit; written apart from what breaks it. */
export function acts(text: string): boolean {
  const lower = text.toLowerCase()
  const skips = ['skip ci', 'ci skip', 'no ci', 'skip actions', 'actions skip'].some((each) =>
    lower.includes(`[${each}]`),
  )
  const words = 'close closes closed fix fixes fixed resolve resolves resolved'.split(' ')
  const closing = words.some((word) =>
    new RegExp(`\\b${word}:?\\s+(?:[\\w.-]+/[\\w.-]+)?(?:#\\d|gh-\\d|https://)`).test(lower),
  )
  const trailer = lower
    .split('\n')
    .some((line) => /^(?:skip-checks|co-authored-by|signed-off-by|codicil-request):/.test(line))
  return skips || lower.includes('***no_ci***') || closing || trailer || /@\w/.test(lower)
}
