/** Which document a bundle is about. */
import { CodicilError } from '../error.ts'
import type { SpecSettings } from '../settings/index.ts'
import type { Bundle } from './bundle.ts'

/**
 * The document that is amended: the one that the investigation names, else `named`, else the only
 * one of the settings.
 *
 * @throws CodicilError `no-spec` where that leaves it open, or names one that is not there
 */
export function specOf({ settings, investigation }: Bundle, named?: string): SpecSettings {
  const id = investigation?.spec ?? named
  const { specs } = settings
  const found =
    id === undefined && specs.length === 1 ? specs[0] : specs.find((spec) => spec.id === id)
  if (found !== undefined && (named === undefined || named === found.id)) return found
  const known = specs.map((spec) => spec.id).join(', ')
  throw new CodicilError({
    code: 'no-spec',
    what:
      id === undefined
        ? `The settings name several specs (${known}). Say which with spec: in the investigation.`
        : found === undefined
          ? `The settings name no spec "${id}". Known are: ${known}.`
          : `The investigation amends the spec ${id}, and ${named} was asked for.`,
  })
}
