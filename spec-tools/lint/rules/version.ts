import { parseVersion, type Spec } from '../../document/index.ts'
import type { Problem, Rule } from '../types.ts'

/** The header's version is that of the newest history row and of the newest banner. */
export const versionAgrees: Rule = {
  name: 'version-agrees',
  about: 'The version in the header, the newest history row and the newest banner are the same.',
  check(spec) {
    const { version } = spec
    if (version === null) return []
    return [newestHistory(spec), newestBanner(spec)].flatMap((other): Problem[] => {
      if (other === null || agree(version.token, other.token)) return []
      return [
        {
          start: version.range.start,
          end: version.range.end,
          message: `The document says version ${version.token}, and its newest ${other.what} says ${other.token} (line ${other.line}).`,
        },
      ]
    })
  },
}

/** Labels such as `-draft` are compared only where both have one. */
function agree(one: string, other: string): boolean {
  const [left, right] = [parseVersion(one), parseVersion(other)]
  if (left === null || right === null) return true
  const length = Math.max(left.numbers.length, right.numbers.length)
  const numbers = Array.from(
    { length },
    (_, at) => (left.numbers[at] ?? 0) === (right.numbers[at] ?? 0),
  )
  const labels = left.label === right.label || left.label === '' || right.label === ''
  return numbers.every(Boolean) && labels
}

interface Stated {
  what: string
  token: string
  line: number
}

function newestHistory({ history }: Spec): Stated | null {
  if (history === null) return null
  const entry = history.order === 'descending' ? history.entries[0] : history.entries.at(-1)
  return entry ? { what: 'history entry', token: entry.version, line: entry.line } : null
}

function newestBanner({ banners }: Spec): Stated | null {
  const [banner] = banners
  return banner
    ? { what: `banner "${banner.label}"`, token: banner.version, line: banner.line }
    : null
}
