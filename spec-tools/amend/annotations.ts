/** What a person should look at, one note each, for a page that shows notes beside lines of code. */
import type { Diagnostic, Evidence } from '../evidence/index.ts'
import { clip, oneLine } from '../render/markdown/index.ts'
import { type DivergenceRow, isAlarm, type Judgement } from '../judge/index.ts'

export interface Annotation {
  title: string
  message: string
  /** The diagnostic that it is about, by its id in the settings; null where that is not known. */
  diagnostic: string | null
  /** Whether the diagnostic itself went wrong, so that its log may say where. */
  failed: boolean
}

/**
 * Diagnostics that failed, then stages that diverge or are not finite, in the order of the
 * computation. Where there are more than `most`, the last note counts the rest.
 */
export function annotationsOf(
  evidence: Evidence,
  { rows }: Pick<Judgement, 'rows'>,
  most: number,
): Annotation[] {
  const notes = [
    ...evidence.diagnostics.filter(wentWrong).map(ofDiagnostic),
    ...rows.filter(isAlarm).map((row) => ofStage(row, evidence)),
  ]
  if (notes.length <= most) return notes
  const more = notes.length - most + 1
  const rest = { title: 'More', message: `${more} more; see the summary of this run.` }
  return [...notes.slice(0, most - 1), { ...rest, diagnostic: null, failed: false }]
}

function wentWrong({ exit }: Diagnostic): boolean {
  return exit.code !== 0 || exit.timedOut
}

function ofDiagnostic({ id, repeat = 0, exit, seconds }: Diagnostic): Annotation {
  const ended = exit.timedOut
    ? 'was stopped at its time limit'
    : exit.signal === null
      ? `ended with exit code ${exit.code}`
      : `was ended by ${exit.signal}`
  return {
    title: `Diagnostic ${id}${repeat === 0 ? '' : `, run ${repeat + 1}`}`,
    message: `${id} ${ended}, after ${seconds.toFixed(1)} s.`,
    diagnostic: id,
    failed: true,
  }
}

function ofStage({ stage, cell, candidate, reference }: DivergenceRow, evidence: Evidence) {
  const used = new Set([candidate, reference].flatMap((side) => side?.measurements ?? []))
  const measurement = evidence.measurements.find(({ id }) => used.has(id))
  return {
    title: `Stage ${clip(oneLine(stage), 120)}`,
    message: `${clip(oneLine(stage), 200)}: ${clip(oneLine(cell.text), 400)}`,
    diagnostic: measurement?.source.diagnostic ?? null,
    failed: false,
  }
}
