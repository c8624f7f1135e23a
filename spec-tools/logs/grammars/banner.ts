/** Lines that head all that follows, whatever its indentation. */

/** Columns that banners stand at, all left of any line; the further left the higher the rank. */
export const bannerRank = {
  /** A title over a rule, or between two. */
  underlined: -10,

  /** The rank of a line such as `## x`, `=== x ===` or `── x ──`; 0 if it is no banner. */
  of(title: string): number {
    const level = /^#{1,6}(?=\s)/.exec(title)?.[0].length
    if (level !== undefined) {
      // `# Commit: d11c690` is a remark in the head of a file.
      return /^#\s[^:]*:\s/.test(title) ? 0 : -9 + level
    }
    if (title.startsWith('==')) return -2
    if (/^(?:---.*---|\*\*\*.*\*\*\*) *$/.test(title)) return title.trimEnd().length > 7 ? -1 : 0
    return /^[━─═]{2,}.*[━─═]{2,}\s*$/u.test(title) ? -2 : 0
  },
}

/** Whether a line is nothing but a rule: `----`, `====`, `━━━━`, `+---+---+`, `├──┼──┤`. */
export function isRule(line: string, first: number): boolean {
  return /^[-=*_+\s\u2500-\u257f]{3,}$/u.test(line.slice(first))
}
