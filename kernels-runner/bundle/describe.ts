/** What the evidence shows, for the person who opens the bundle. Loaded after the diagnostics. */
import {
  comparedTensors,
  drawFindings,
  judge,
  parseEvidence,
  type Investigation,
  type Judgement,
} from '../../spec-tools/index.ts'
import type { RunLog } from '../job-log.ts'

export interface Described {
  /** Null where it could not be judged. */
  judgement: Judgement | null
  /** Pages that follow from the evidence: path in the bundle -> text. */
  pages: ReadonlyMap<string, string>
}

export type Describe = (
  evidence: Uint8Array,
  investigation: Investigation | null,
  /** All that the bundle holds but the pages. */
  files: ReadonlyMap<string, Uint8Array>,
) => Described

/**
 * A second of processor time or less. Nothing that a
 * diagnostic prints may keep the bundle from being written.
 */
const mostStages = 2000

/**
 * Draws from the bytes of `evidence.json`, as everybody will who holds the pages against it. Whatever
 * a strange log does to the judgement, the evidence is safe: there are no pages then.
 */
export function describeFor(log: RunLog): Describe {
  return (bytes, investigation, files) => {
    try {
      const evidence = parseEvidence(bytes, 'evidence.json')
      const stages = new Set(evidence.measurements.map(({ stage }) => stage)).size
      if (stages > mostStages) {
        throw new RangeError(`${stages} stages are named; up to ${mostStages} are judged here.`)
      }
      const judgement = judge({
        evidence,
        investigation,
        tensors: comparedTensors(files),
        files,
      })
      return { judgement, pages: drawFindings(evidence, judgement) }
    } catch (error) {
      log.warn(`The bundle has no page of findings: ${(error as Error).message}`)
      return { judgement: null, pages: new Map() }
    }
  }
}
