/**
 * Keeps a page within a limit by leaving out detail, whole blocks at a time: a table, a fence or a
 * character is never cut.
 */
import type { RootContent } from 'mdast'
import { paragraph } from './build.ts'
import { toMarkdown } from './serialise.ts'

/** A part of a page in several lengths. */
export interface Part {
  /** How the note at the end calls it when it was shortened. */
  name: string
  /** Longest first. An empty form leaves the part out. */
  forms: readonly (readonly RootContent[])[]
  /** Parts with a lower number are shortened first; one without a number stays whole. */
  shed?: number
}

export interface Limits {
  /** UTF-16 code units, of which there are never fewer than characters. */
  characters: number
  /** Bytes of UTF-8. */
  bytes: number
}

/** A comment, or the body of a pull request. */
export const commentLimits: Limits = { characters: 65_536, bytes: 262_144 }
/** A check's summary: documented in characters, enforced in bytes. */
export const checkLimits: Limits = { characters: 65_535, bytes: 65_535 }
/** The summary of a workflow step. */
export const stepSummaryLimits: Limits = { characters: 1_048_576, bytes: 1_048_576 }

/**
 * The page in the longest form that fits. Parts are shortened in the order of `shed`, each through
 * all its forms before the next one; if that is not enough, blocks are left out from the end. What
 * was shortened is named in the last line, followed by `whole`, which says where the rest is.
 */
export function fit(parts: readonly Part[], limits: Limits, whole = ''): string {
  const chosen = parts.map(() => 0)
  const shortened: string[] = []
  const render = () => {
    const blocks = parts.flatMap(({ forms }, index) => forms[chosen[index] ?? 0] ?? [])
    return { blocks, text: toMarkdown([...blocks, ...note(shortened, whole)]) }
  }
  let page = render()
  const order = [...parts.entries()]
    .filter(([, { shed }]) => shed !== undefined)
    .sort(([, a], [, b]) => (a.shed ?? 0) - (b.shed ?? 0))
  for (const [index, { name, forms }] of order) {
    for (let form = 1; form < forms.length && !fits(page.text, limits); form++) {
      if (form === 1) shortened.push(name)
      chosen[index] = form
      page = render()
    }
  }
  return fits(page.text, limits) ? page.text : cutBlocks(page.blocks, limits, whole)
}

/** Length in UTF-8; a lone surrogate counts as the three bytes that replace it. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** The longest run of blocks from the top that fits together with the note. */
function cutBlocks(blocks: readonly RootContent[], limits: Limits, whole: string): string {
  const end = note(['everything below'], whole)
  let [low, high] = [0, blocks.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const page = toMarkdown([...closed(blocks.slice(0, middle)), ...end])
    if (fits(page, limits)) low = middle
    else high = middle - 1
  }
  return toMarkdown([...closed(blocks.slice(0, low)), ...end])
}

/** Without a folded block that was opened and not closed. */
function closed(blocks: readonly RootContent[]): readonly RootContent[] {
  const html = blocks.filter(({ type }) => type === 'html')
  const last = html.at(-1)
  return html.length % 2 === 0 || last === undefined
    ? blocks
    : blocks.slice(0, blocks.indexOf(last))
}

function note(shortened: readonly string[], whole: string): RootContent[] {
  if (shortened.length === 0) return []
  return [paragraph(`Shortened to fit: ${shortened.join(', ')}. ${whole}`)]
}

function fits(text: string, { characters, bytes }: Limits): boolean {
  return text.length <= characters && byteLength(text) <= bytes
}
