/**
 * The tree that comments such as `<!--lint disable …-->` are looked for in.
 *
 * Our rules read the document with our own scanner; only these comments need nodes and siblings.
 * So remark parses the blocks that hold such a comment and no others: its time grows with the
 * square of the length of some texts, such as many headings underlined with `===`.
 */
import type { Nodes, Root, RootContent } from 'mdast'
import { remark } from 'remark'
import remarkGfm from 'remark-gfm'
import { indexLines } from '../document/lines.ts'
import { scanBlocks } from '../document/scan.ts'
import { CodicilError } from '../error.ts'

const parser = remark().use(remarkGfm).freeze()

/** Characters of a list, table or paragraph that may hold such a comment. */
const longest = 50_000

/** The blocks of a document as nodes with their places. */
export function commentTree(text: string): Root {
  const lines = indexLines(text)
  const at = (offset: number) => ({ ...lines.position(offset), offset })
  const children = scanBlocks(text, lines).blocks.flatMap(({ start, end, line }): RootContent[] => {
    const block = text.slice(start, end)
    if (!/<!--\s*lint\b/.test(block)) {
      return [{ type: 'text', value: block, position: { start: at(start), end: at(end) } }]
    }
    if (block.length > longest) throw tooLong(line, block.length)
    const tree = parser.parse(block)
    move(tree, (offset = 0) => at(start + offset))
    return tree.children
  })
  return { type: 'root', children, position: { start: at(0), end: at(text.length) } }
}

type Point = NonNullable<Root['position']>['start']

/** Gives every node of a block its place in the document. */
function move(node: Nodes, to: (offset?: number) => Point): void {
  if (node.position) {
    const { start, end } = node.position
    node.position = { start: to(start.offset), end: to(end.offset) }
  }
  if ('children' in node) for (const child of node.children) move(child, to)
}

function tooLong(line: number, length: number) {
  return new CodicilError({
    code: 'too-long',
    where: `line ${line}`,
    what: `begins a block of ${length} characters with a comment for lint in it`,
    remedy: 'Put the comment between two blocks, with blank lines around it',
  })
}
