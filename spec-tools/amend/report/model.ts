/** Facts about model and batch that all measurements which state them agree on. */
import type { Evidence, Measurement } from '../../evidence/index.ts'
import { clip } from '../../render/markdown/index.ts'

const told = ['model', 'batch', 'phase', 'dtype'] as const

export function modelOf({ measurements }: Pick<Evidence, 'measurements'>): string[] {
  return told.flatMap((fact) => {
    const values = new Set(measurements.flatMap((one) => stated(one, fact)))
    const [value] = values
    return values.size === 1 ? [`${fact} ${clip(value ?? '', 40)}`] : []
  })
}

/** As a fact, or in a column of this name. */
function stated({ facts, labels = {} }: Measurement, fact: (typeof told)[number]): string[] {
  const value = fact === 'model' ? undefined : facts[fact]
  const columns = Object.entries(labels).filter(([name]) => name.toLowerCase() === fact)
  return value === undefined ? columns.map(([, text]) => text) : [String(value)]
}
