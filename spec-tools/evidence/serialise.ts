/**
 * `evidence.json` as text: the same evidence gives the same bytes, whatever order its parts were
 * put together in.
 */
import { z } from '../schema.ts'
import { evidence as schema, type Evidence, type Measurement } from './schema.ts'

/** JSON with two blanks a level, keys in the order of the schema, and a line feed at the end. */
export function serialiseEvidence(evidence: Evidence): string {
  return `${JSON.stringify(ordered(schema, evidence), null, 2)}\n`
}

/** One measurement in the same form, on one line. */
export function serialiseMeasurement(measurement: Measurement): string {
  return JSON.stringify(ordered(schema.shape.measurements.def.element, measurement))
}

/** The value with its keys in the schema's order; names that the schema leaves open are sorted. */
function ordered(type: z.core.$ZodType, value: unknown): unknown {
  if (type instanceof z.ZodMiniNullable || type instanceof z.ZodMiniOptional) {
    return value === null ? null : ordered(type.def.innerType, value)
  }
  if (type instanceof z.ZodMiniArray && Array.isArray(value)) {
    return value.map((element) => ordered(type.def.element, element))
  }
  if (!isRecord(value)) return value
  if (type instanceof z.ZodMiniObject) {
    const shape: Record<string, z.core.$ZodType> = type.shape
    const keys = Object.keys(shape).filter((key) => value[key] !== undefined)
    return Object.fromEntries(keys.map((key) => [key, ordered(shape[key]!, value[key])]))
  }
  if (type instanceof z.ZodMiniRecord) {
    const keys = Object.keys(value).toSorted()
    return Object.fromEntries(keys.map((key) => [key, ordered(type.def.valueType, value[key])]))
  }
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
