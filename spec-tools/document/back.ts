/** What stands at the end of a document, after all that an amendment may add to. */
import { isBackMatter } from './role.ts'
import { siblingsOf, topLevel } from './siblings.ts'
import type { Block, Section, Spec } from './types.ts'

/** Ends a document: `*End of Specification*`, `**END**`, a line of emphasis or markup. */
const CLOSING =
  /^(?:[*_~`#\s—–-]*(?:end of|the end\b|fin\b|eof\b|document (?:status|version|control|generated|created)|last (?:updated|modified)|generated (?:with|by|on)|copyright|©)[^]*|([*_]{1,3})[^*_]+\1|\P{L}*)$/iu

export interface BackMatter {
  /** Trailing sections such as appendices, references and the history, in order. */
  sections: Section[]
  /** Where the end marker begins, its thematic break included; null if there is none. */
  closing: Block | null
  /** The first of the link and footnote definitions that end the document. */
  definitions: Block | null
}

type Known = Pick<Spec, 'sections' | 'title' | 'blocks' | 'text' | 'history'>

export function backMatter(spec: Known, level = topLevel(spec)): BackMatter {
  const siblings = siblingsOf(spec, null, level)
  const isBack = (section: Section) =>
    isBackMatter(section.heading) || section === spec.history?.section
  let first = siblings.length
  while (first > 1 && isBack(siblings[first - 1] as Section)) first -= 1
  const defines = ({ kind }: Block) => kind === 'definition' || kind === 'footnote'
  const atEnd = trailing(spec.blocks, defines)
  const closing = closingBlock(spec, before(spec.blocks, atEnd))
  return {
    sections: siblings.slice(first),
    closing,
    definitions: trailing(before(spec.blocks, closing), defines) ?? atEnd,
  }
}

/** The thematic break before the closing lines, or the first of those that need none. */
function closingBlock({ text, sections }: Known, blocks: readonly Block[]): Block | null {
  const heading = sections.at(-1)?.headingRange.end ?? 0
  const isClosing = ({ kind, start, end }: Block) => {
    if (start <= heading) return false
    if (kind === 'break') return true
    return kind === 'paragraph' && end - start < 400 && CLOSING.test(text.slice(start, end).trim())
  }
  const first = trailing(blocks, isClosing)
  if (first === null) return null
  const rest = blocks.slice(blocks.indexOf(first))
  const begins = rest[0]?.kind === 'break' ? rest : rest.slice(rest.findIndex(needsNoBreak))
  return begins.some(({ kind }) => kind === 'paragraph') || first.kind === 'break'
    ? (begins[0] ?? null)
    : null

  function needsNoBreak({ kind, start, end }: Block): boolean {
    return kind === 'break' || /^\W*(?:the )?end\b/i.test(text.slice(start, end))
  }
}

function before(blocks: readonly Block[], block: Block | null): readonly Block[] {
  return block === null ? blocks : blocks.slice(0, blocks.indexOf(block))
}

/** The first block of the run at the end for which `wanted` holds. */
function trailing(blocks: readonly Block[], wanted: (block: Block) => boolean): Block | null {
  let first: Block | null = null
  for (let at = blocks.length - 1; at >= 0; at -= 1) {
    const block = blocks[at]
    if (block === undefined || !wanted(block)) break
    first = block
  }
  return first
}
