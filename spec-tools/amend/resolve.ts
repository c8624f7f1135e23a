/** Follows the references of a ledger back into the bundle and the spec that was counted. */
import type { Bundle } from '../bundle/index.ts'
import type { Measurement } from '../evidence/index.ts'
import type { LedgerEntry } from './types.ts'

/** What a reference of a ledger names: a number or text, or a part of the bundle. */
export type Resolve = (reference: string) => unknown

/**
 * Reads references of a ledger, as `figures.ts` describes them; undefined for one that names
 * nothing. The lines of the spec and the measurements are looked up once for all references.
 */
export function resolveIn(bundle: Bundle, spec: string | null): Resolve {
  const lines = spec?.split(/\r\n|\n|\r/)
  const measurements = new Map(bundle.evidence.measurements.map((one) => [one.id, one]))
  return (reference) => {
    const [document, pointer] = splitPointer(reference)
    if (document === 'evidence.json') return at(bundle.evidence, pointer)
    if (document === 'investigation') return at(bundle.investigation, pointer)
    if (document === 'amendment.json') return pointer
    if (reference === 'SHA256SUMS') return bundle.files.size
    const line = /^spec#L(\d+)$/.exec(reference)?.[1]
    if (line !== undefined) return lines?.[Number(line) - 1]
    return measured(reference, measurements)
  }
}

/** Entries of a ledger that rest on nothing, or on something that is not there. */
export function unresolved(
  entries: readonly LedgerEntry[],
  bundle: Bundle,
  spec: string,
): LedgerEntry[] {
  const resolve = resolveIn(bundle, spec)
  return entries.filter(
    ({ from, how, text }) =>
      (from.length === 0 && !(how === 'asserted' && isAsserted(bundle, text))) ||
      from.some((reference) => resolve(reference) === undefined),
  )
}

function splitPointer(reference: string): [document: string, pointer: string] {
  const found = reference.indexOf('#/')
  return found === -1 ? ['', ''] : [reference.slice(0, found), reference.slice(found + 1)]
}

function measured(reference: string, measurements: ReadonlyMap<string, Measurement>): unknown {
  const split = reference.lastIndexOf('#')
  const measurement = measurements.get(reference.slice(0, split))
  const name = reference.slice(split + 1)
  if (measurement === undefined || split === -1) return undefined
  return (
    measurement.figures[name]?.value ??
    at(measurement.facts, `/${name}`) ??
    (name === 'n' ? measurement.facts.shape?.reduce((all, size) => all * size, 1) : undefined)
  )
}

/** Whether a stage of the investigation asserts a fact with this value. */
function isAsserted({ investigation }: Bundle, text: string): boolean {
  return (investigation?.stages ?? []).some(({ candidate, reference }) =>
    [candidate, reference].some((side) =>
      Object.values(side.assert ?? {}).some((fact) => String(fact) === text.replaceAll(',', '')),
    ),
  )
}

/** RFC 6901, own properties only. */
function at(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      document,
    )
}
