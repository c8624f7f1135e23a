/** Banner lines under a header, one a version: `**Atomic next action (v2.75.0):** …`. */
import type { Banner, Lines, Range } from './types.ts'

const BANNER =
  /^[ \t\uFEFF]*(?:>[ \t]?)?(\*\*|__)([^*_(\r\n]{3,80}?)[ \t]*\((v?\d+(?:\.\d+)+(?:-[\w.]+)?)[^)]{0,40}\)[ \t]*(?::\1|\1[ \t]*:)/

export function findBanners(text: string, lines: Lines, zone: Range): Banner[] {
  if (zone.end <= zone.start) return []
  const banners: Banner[] = []
  const last = lines.at(zone.end - 1)
  for (let line = lines.at(zone.start); line <= last; line += 1) {
    const { start, end } = lines.get(line)
    // The lines run to thousands of characters; what matters stands at their beginning.
    const [opening, , label, version] =
      BANNER.exec(text.slice(start, Math.min(end, start + 240))) ?? []
    if (opening === undefined || label === undefined || version === undefined) continue
    const at = start + opening.lastIndexOf(`(${version}`) + 1
    banners.push({
      start,
      end,
      label: label.trim(),
      version,
      versionRange: { start: at, end: at + version.length },
      line,
    })
  }
  return banners
}
