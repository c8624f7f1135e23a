/** The text, cut between words where it is longer than there is room; `…` marks what was cut. */
export function clipped(text: string, limit: number): string {
  const points = [...text]
  if (points.length <= limit) return text
  const cut = points.slice(0, Math.max(1, limit - 1)).join('')
  const blank = cut.lastIndexOf(' ')
  return `${(blank > limit / 2 ? cut.slice(0, blank) : cut).replace(/[\s,;:–-]+$/, '')}…`
}
