/** Commands in comments: `/codicil <what>` on a line of its own in a plain paragraph. */
import { fromMarkdown } from 'mdast-util-from-markdown'

export const commands = [
  'run',
  'retry',
  'cancel',
  'rebase',
  'bump',
  'title',
  'status',
  'help',
] as const

export interface Command {
  /** Null: there is no such command, and help is given. */
  name: (typeof commands)[number] | null
  /** What follows it on the line. */
  argument: string
}

/**
 * Characters of a comment that is looked at: nobody writes more to say two words, anybody may write
 * one, and the parser's time grows with the square of what is nested in it.
 */
const longest = 2048

/** The first command of a comment; null for one in code, in a quote or in the middle of a line. */
export function commandIn(body: string): Command | null {
  // Most comments have none, and are not parsed.
  if (body.length > longest || !/^ {0,3}\/codicil\b/m.test(body)) return null
  for (const block of fromMarkdown(body).children) {
    if (block.type !== 'paragraph') continue
    const [only] = block.children
    // With code, links or emphasis in it, it is a text about commands.
    if (block.children.length !== 1 || only?.type !== 'text') continue
    for (const line of only.value.split('\n')) {
      const found = /^\/codicil(?:\s+(\S+)(?:\s+(\S.*?))?)?\s*$/.exec(line)
      if (!found) continue
      const [, name = 'help', argument = ''] = found
      return { name: commands.find((known) => known === name) ?? null, argument }
    }
  }
  return null
}
