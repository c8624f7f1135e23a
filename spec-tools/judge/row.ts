/** What stands together in a log: a line of text, a row of a table, an object of JSON. */
import type { Measurement } from '../evidence/index.ts'

/** A line; of a list of objects each, whether it takes one line or several. */
export function rowOf(measurement: Measurement): string {
  const { source, stage, repeat = 0 } = measurement
  if (isMember(measurement)) return objectOf(measurement)
  const element = /^.*\[\d+\](?=\.)/.exec(stage)?.[0]
  return `${source.file}:${element ?? source.line}:${repeat}`
}

/** The object that a figure of JSON stands in; of any other line the line. */
export function objectOf(measurement: Measurement): string {
  return within(measurement, isJson(measurement) ? parentOf(measurement.stage) : '')
}

/** Its object, and those around it. */
export function objectsAround(measurement: Measurement): string[] {
  const found = [objectOf(measurement)]
  let parent = isJson(measurement) ? parentOf(measurement.stage) : ''
  while (parent !== '') {
    parent = parentOf(parent.replace(/\.$/, ''))
    found.push(within(measurement, parent))
  }
  return found
}

/** `results.` of `results.latency_ms`, and what stands before the name in other paths of objects. */
export function parentOf(stage: string): string {
  return /^\S*[.\]](?=[^.\s\]]+(?:\[\d+\])?$)/.exec(stage)?.[0] ?? ''
}

/** The name without the path before it. */
export function ownName(stage: string): string {
  return stage.slice(parentOf(stage).length)
}

function within(measurement: Measurement, object: string): string {
  const { source, under, repeat = 0 } = measurement
  const place = isMember(measurement) ? under.join('/') : source.line
  return JSON.stringify([source.file, place, object, repeat])
}

/** A line of an object that takes several. */
function isMember({ source }: Measurement): boolean {
  return /^\s*"/.test(source.raw)
}

function isJson({ source }: Measurement): boolean {
  return /^\s*["{[]/.test(source.raw)
}
