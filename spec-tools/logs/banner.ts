/** Lines that head all that follows, whatever its indentation. */
import { text } from './bytes.ts'

/** Columns that banners stand at, all left of any line; the further left the higher the rank. */
export const bannerRank = {
  /** A title over a rule, or between two. */
  underlined: -10,

  /** The rank of a line such as `## x`, `=== x ===` or `── x ──`; 0 if it is no banner. */
  of(bytes: Uint8Array, first: number, to: number): number {
    const byte = bytes[first]!
    if (byte === 35) {
      const line = text(bytes, first, to)
      const level = /^#{1,6}(?=\s)/.exec(line)?.[0].length
      // `# Commit: d11c690` is a remark in the head of a file.
      return level === undefined || /^#\s[^:]*:\s/.test(line) ? 0 : -9 + level
    }
    if (byte === 61) return bytes[first + 1] === 61 ? -2 : 0
    if (byte === 45 || byte === 42) return isFramed(bytes, first, to, byte) ? -1 : 0
    if (byte === 0xe2) return /^[━─═]{2,}.*[━─═]{2,}\s*$/u.test(text(bytes, first, to)) ? -2 : 0
    return 0
  },
}

function isFramed(bytes: Uint8Array, first: number, to: number, mark: number): boolean {
  let last = to - 1
  while (last > first && bytes[last] === 32) last--
  return (
    last - first > 6 &&
    [1, 2].every((more) => bytes[first + more] === mark) &&
    [0, 1, 2].every((less) => bytes[last - less] === mark)
  )
}

/** Whether a line is nothing but a rule: `----`, `====`, `━━━━`, `+---+---+`, `├──┼──┤`. */
export function isRule(bytes: Uint8Array, first: number, to: number): boolean {
  const byte = bytes[first]!
  if (byte !== 43 && byte !== 45 && byte !== 61 && byte !== 42 && byte !== 95 && byte !== 0xe2) {
    return false
  }
  if (to - first < 3) return false
  return /^[-=*_+\s\u2500-\u257f]{3,}$/u.test(text(bytes, first, to))
}
