/** Banner lines under a header, one a version: `**Atomic next action (v2.75.0):** …`. */
import { locate } from './located.ts'
import type { Banner, Lines } from './types.ts'
import type { Range } from './range.ts'

const BANNER =
  /^[ \t\uFEFF]*(?:>[ \t]?)?(\*\*|__)([^*_(\r\n]{3,80}?)[ \t]*\((?<token>v?\d+(?:\.\d+)+(?:[-+][\w.+-]+)?)[^)]{0,40}\)[ \t]*(?::\1|\1[ \t]*:)/d

export function findBanners(text: string, lines: Lines, zone: Range): Banner[] {
  if (zone.end <= zone.start) return []
  const banners: Banner[] = []
  const last = lines.at(zone.end - 1)
  for (let line = lines.at(zone.start); line <= last; line += 1) {
    const { start, end } = lines.get(line)
    // The lines run to thousands of characters; what matters stands at their beginning.
    const opening = text.slice(start, Math.min(end, start + 240))
    const label = BANNER.exec(opening)?.[2]
    const found = locate(BANNER, opening, start)
    if (found === null || label === undefined) continue
    banners.push({
      start,
      end,
      label: label.trim(),
      version: found.token,
      versionRange: found.range,
      line,
    })
  }
  return banners
}
