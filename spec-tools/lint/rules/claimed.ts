import { sectionAt, type Section, type Spec } from '../../document/index.ts'
import { silentRanges, within } from '../../document/prose.ts'
import type { Problem, Rule } from '../types.ts'

/** A version is made by one section: `Spec v2.74.0 → **v2.75.0**` stands once. */
export const versionClaimedOnce: Rule = {
  name: 'version-claimed-once',
  about: 'No two sections, history rows or banners claim the same new version.',
  check(spec) {
    return [
      ...repeated(closings(spec), 'section'),
      ...repeated(rows(spec), 'history entry'),
      ...repeated(
        spec.banners.map((banner) => ({ ...banner, range: banner.versionRange })),
        'banner',
      ),
    ]
  },
}

interface Claim {
  version: string
  line: number
  range: { start: number; end: number }
}

/** The closing lines of amendments. */
function closings(spec: Spec): Claim[] {
  const silent = silentRanges(spec)
  const found = new Map<Section | undefined, Claim>()
  const pattern =
    /(?<![\w.])v?\d+(?:\.\d+)+(?:-\w+)?[ \t]*(?:→|->)[ \t]*\*{0,2}v?(\d+(?:\.\d+)+(?:-\w+)?)\*{0,2}/g
  for (const match of spec.text.matchAll(pattern)) {
    if (
      within(silent, match.index) ||
      !/\b(?:spec|version)\b[^.\n]*$/i.test(lineBefore(spec, match.index))
    )
      continue
    const section = outermost(sectionAt(spec.sections, match.index))
    const range = { start: match.index, end: match.index + match[0].length }
    found.set(section, { version: match[1] ?? '', line: spec.lines.at(match.index), range })
  }
  return [...found.values()]
}

/** The section of the first two levels that holds another one. */
function outermost(section: Section | null): Section | undefined {
  let above = section
  while (above !== null && above.level > 2) above = above.parent
  return above ?? undefined
}

function lineBefore({ text, lines }: Spec, offset: number): string {
  return text.slice(lines.get(lines.at(offset)).start, offset)
}

function rows({ history }: Spec): Claim[] {
  return (history?.entries ?? []).map(({ version, line, versionRange }) => ({
    version,
    line,
    range: versionRange,
  }))
}

function repeated(claims: Claim[], what: string): Problem[] {
  const first = new Map<string, Claim>()
  return claims.flatMap((claim): Problem[] => {
    const other = first.get(claim.version)
    if (other === undefined) {
      first.set(claim.version, claim)
      return []
    }
    return [
      {
        ...claim.range,
        message: `Version ${claim.version} is claimed by the ${what} in line ${other.line} already.`,
      },
    ]
  })
}
