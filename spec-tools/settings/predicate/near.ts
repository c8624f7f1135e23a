/** Names that one may have meant by a misspelt one, the nearest first; at most three. */
export function nearest(name: string, known: readonly string[]): string[] {
  const wanted = folded(name)
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  return [...new Set(known)]
    .map((one) => ({ one, apart: apartBy(wanted, folded(one)) }))
    .filter(({ apart }) => apart <= allowed)
    .toSorted((a, b) => a.apart - b.apart)
    .slice(0, 3)
    .map(({ one }) => one)
}

function folded(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
}

/**
 * Insertions, deletions, changes and swaps of neighbours (optimal string alignment); 0 where one
 * contains the other.
 */
function apartBy(a: string, b: string): number {
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 0
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    const [before, above] = [rows[i - 2], rows[i - 1] ?? []]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (above[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1])
      const swapped =
        before !== undefined && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity
      row.push(Math.min((row[j - 1] ?? 0) + 1, (above[j] ?? 0) + 1, change, swap))
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}
