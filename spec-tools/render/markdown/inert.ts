/**
 * Text as Markdown that only shows it.
 *
 * The serialiser escapes what Markdown itself would act on. GitHub then acts on the rendered text
 * again: a backslash does not stop a mention or an issue reference. Code spans do, on the page, in
 * a reply that quotes the comment, and for closing keywords; a plain-text mail shows the same words
 * between backticks. So a word that would act is put into a code span, and nothing invisible is
 * inserted that a copy would carry along.
 */
import type { PhrasingContent } from 'mdast'
import { oneLine } from './visible.ts'

/** What makes GitHub, or its Markdown, act on a word. */
const live = [
  /@/u, // mention, e-mail address, owner/repository@commit
  /#\d|#\p{Nd}/u, // issue
  /\bgh-\d/iu, // issue, old form
  /(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,64}(?![0-9a-z])/iu, // commit; digits alone are a figure
  /:\/\//u, // link of any scheme
  /www\./iu,
  /(?:mailto|xmpp):/iu,
  /:[\p{L}\p{N}_+-]+:/u, // emoji
  /\$/u, // formula
]

/** One line of text whose concatenated text and code values are `oneLine(text)`. */
export function literal(text: string): PhrasingContent[] {
  const words = oneLine(text).split(/(?<= )(?=[^ ])|(?<=[^ ])(?= )/u)
  const nodes: PhrasingContent[] = []
  for (const [index, word] of words.entries()) {
    const last = nodes.at(-1)
    const type = acts(word) ? 'inlineCode' : 'text'
    const joins = word === ' ' && last?.type === 'inlineCode' && acts(words[index + 1] ?? '')
    if (last && 'value' in last && (joins || last.type === type)) last.value += word
    else if (word !== '') nodes.push({ type, value: word })
  }
  return nodes
}

function acts(word: string): boolean {
  return live.some((pattern) => pattern.test(word))
}
