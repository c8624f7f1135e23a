/** What a reference of a ledger names, told so that a person can find it again. */
import { type Bundle } from '../bundle/index.ts'
import type { Vouch } from '../evidence/index.ts'
import { resolveIn } from '../amend/resolve.ts'

/** One thing that a figure rests on. */
export interface Rest {
  /** As the ledger has it. */
  reference: string
  /** What stands there; null where nothing does. */
  said: string | null
  /** Where it was printed, for a figure of a log. */
  log: { file: string; line: number; text: string } | null
  /** What printed it. */
  diagnostic: { id: string; command: string } | null
  vouch: Vouch | null
}

/**
 * Reads the references of one amendment; what they share is looked up once.
 *
 * @param base the specification that it was drafted on, where it is at hand
 */
export function restsOn(bundle: Bundle, base: string | null): (reference: string) => Rest {
  const { evidence, files } = bundle
  const measurements = new Map(evidence.measurements.map((one) => [one.id, one]))
  const commands = new Map(evidence.diagnostics.map(({ id, command }) => [id, command]))
  const resolve = resolveIn(bundle, base)
  const logs = new Map<string, string[]>()
  const linesOf = (file: string) => {
    const known = logs.get(file)
    if (known !== undefined) return known
    const lines = new TextDecoder().decode(files.get(file)).split(/\r\n|\n|\r/)
    logs.set(file, lines)
    return lines
  }
  return (reference) => {
    const split = reference.lastIndexOf('#')
    const measurement = measurements.get(reference.slice(0, split))
    const said = shown(resolve(reference))
    if (measurement === undefined) {
      return { reference, said, log: null, diagnostic: null, vouch: null }
    }
    const { source, vouch, figures } = measurement
    const figure = figures[reference.slice(split + 1)]
    const line = figure?.line ?? source.line
    return {
      reference,
      said: figure?.printed ?? said,
      log: { file: source.file, line, text: linesOf(source.file)[line - 1] ?? source.raw },
      diagnostic: { id: source.diagnostic, command: commands.get(source.diagnostic) ?? '' },
      vouch,
    }
  }
}

function shown(value: unknown): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
