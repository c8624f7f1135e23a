/** Facts about model and batch that all measurements which state them agree on. */
import type { Evidence, FactName } from '../../evidence/index.ts'
import { clip } from '../../render/markdown/index.ts'

const told: readonly FactName[] = ['batch', 'phase']

export function modelOf({ measurements }: Pick<Evidence, 'measurements'>): string[] {
  return told.flatMap((fact) => {
    const values = new Set(
      measurements.flatMap(({ facts }) => (facts[fact] === undefined ? [] : String(facts[fact]))),
    )
    const [value] = values
    return values.size === 1 ? [`${fact} ${clip(value ?? '', 40)}`] : []
  })
}
