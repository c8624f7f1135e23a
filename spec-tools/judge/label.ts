/**
 * Names of stages as logs spell them, taken apart so that spellings of one name agree: case, blanks,
 * `-`, `_` and `.` between words, index ranges (`[0..3584]`) and trailing remarks (`(Q4K)`) differ
 * between logs and say little about what is measured.
 */

export interface Label {
  /** The layer that it names (`layer 3`, `blk.3`, `Layer  3/28`); not among the words. */
  layer: number | null
  /** All words. */
  full: string[]
  /** Without index ranges. */
  core: string[]
  /** Without index ranges and remarks in parentheses at the end. */
  bare: string[]
}

/** No stage has a longer name; lines that stand as headings may be longer. */
const longest = 512

const range = /\[[^\]]*\]/g
const remarks = /(?:\s*\([^()]*\))+\s*$/
const layer = /(?:^|[^a-z])(?:layers?|blk|blocks?)[\s._:#-]*(\d+)(?:\s*\/\s*\d+)?(?![\d])/i

export function label(whole: string): Label {
  const text = whole.slice(0, longest)
  const found = layer.exec(text)
  const rest = found ? text.replace(found[0], ' ') : text
  const plain = rest.replace(range, ' ')
  return {
    layer: found ? Number(found[1]) : null,
    full: words(rest),
    core: words(plain),
    bare: words(plain.replace(remarks, ' ')),
  }
}

/** The layer that a name says, and the name without it; null where it says none. */
export function layerIn(name: string): { layer: number; rest: string } | null {
  const text = name.slice(0, longest)
  const found = layer.exec(text)
  if (found === null) return null
  const rest = text.replace(found[0], ' ').replaceAll(/^[\s._:/#-]+|[\s._:/#-]+$/g, '')
  return { layer: Number(found[1]), rest }
}

/** Lower-case words; letters and digits are kept apart, so that `layer0` is `layer 0`. */
export function words(text: string): string[] {
  return (
    text
      .slice(0, longest)
      .normalize('NFKC')
      .toLowerCase()
      .match(/\p{L}+|\p{N}+/gu) ?? []
  )
}

/** Where a name stands among the words of a label, or -1. */
export function indexOfName(within: readonly string[], name: readonly string[]): number {
  if (name.length === 0) return -1
  return within.findIndex((_, start) => name.every((word, at) => within[start + at] === word))
}

/** The words without the first place where a name stands; null where it stands nowhere. */
export function withoutName(within: readonly string[], name: readonly string[]): string[] | null {
  const at = indexOfName(within, name)
  return at === -1 ? null : within.toSpliced(at, name.length)
}

export function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, at) => word === b[at])
}

/** Whether two names are one, but for case and punctuation. */
export function sameName(a: string, b: string): boolean {
  const name = words(a)
  return name.length > 0 && sameWords(name, words(b))
}
