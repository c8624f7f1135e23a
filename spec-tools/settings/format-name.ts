/** The names of known formats, as settings and the command line give them. */
import { formatNames } from '../logs/formats/names.ts'
import { nearest } from './predicate/near.ts'

/** What to say of a format that is not known, with the names that may have been meant, and all. */
export function unknownFormat(name: string): string | null {
  if (formatNames.includes(name)) return null
  const near = nearest(name, formatNames)
  const meant = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`
  return `no known format is called ${name.slice(0, 64)}.${meant} All: ${formatNames.join(', ')}`
}
