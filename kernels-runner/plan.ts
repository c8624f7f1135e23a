/** Decides before anything runs what will run and where, or why it cannot. */
import type { Diagnostic, DiagnosticSettings, Machine, Settings } from '../spec-tools/index.ts'
import type { DeclaredInvestigation } from './declarations.ts'
import { RunRefusal } from './refusal.ts'

/** In the order in which they run. */
export type Chosen = readonly (readonly [id: string, settings: DiagnosticSettings])[]

/** One run of a diagnostic. */
export interface PlannedRun {
  id: string
  settings: DiagnosticSettings
  device: Diagnostic['device']
  /** Which run of the diagnostic it is, from 0, and of how many. */
  repeat: number
  of: number
}

/** Of the bundle. */
const mostRuns = 256

/**
 * The diagnostics that the investigation names, in its order; all of the settings' without one.
 *
 * @throws RunRefusal if one of them is not in the settings, or if there are none
 */
export function choose(settings: Settings, investigation: DeclaredInvestigation | null): Chosen {
  const known = Object.keys(settings.diagnostics)
  const wanted = new Set(investigation?.value.diagnostics ?? known)
  const unknown = [...wanted].filter((id) => !known.includes(id))
  if (unknown.length > 0) {
    throw new RunRefusal(
      'unknown-diagnostic',
      `The investigation names ${unknown.join(', ')}, which the settings do not have. They have: ${known.join(', ') || 'none'}.`,
    )
  }
  if (wanted.size === 0) {
    throw new RunRefusal('no-diagnostic', 'No diagnostics are declared, so nothing can be run.')
  }
  return [...wanted].flatMap((id) => {
    const diagnostic = settings.diagnostics[id]
    return diagnostic ? [[id, diagnostic] as const] : []
  })
}

/**
 * Every run, all diagnostics once and then again: what drifts over time then shows between the runs of
 * one, and falls on all of them alike.
 *
 * @param device Where what needs a GPU is run.
 * @throws RunRefusal if they are more than a bundle holds
 */
export function interleaved(chosen: Chosen, device: Diagnostic['device']): PlannedRun[] {
  const all = chosen.map(([id, settings]) => {
    const where = settings.needs === 'gpu' ? device : 'cpu'
    const of = settings.repeats ?? (where === 'gpu' ? 2 : 1)
    return { id, settings, device: where, of }
  })
  const most = Math.max(...all.map(({ of }) => of))
  const runs = Array.from({ length: most }, (_, repeat) =>
    all.filter(({ of }) => repeat < of).map((one) => ({ ...one, repeat })),
  ).flat()
  if (runs.length <= mostRuns) return runs
  throw new RunRefusal(
    'too-many-runs',
    `${runs.length} runs of ${all.length} diagnostics are asked for; at most ${mostRuns} fit into a bundle. Lower \`repeats\` in the settings, or name fewer diagnostics in the investigation.`,
  )
}

/**
 * Where what needs a GPU is run: on it, or on the CPU where that is allowed. A GPU that is there and
 * cannot be read is no reason to refuse: what is wrong with it is found by the preflight.
 *
 * @throws RunRefusal if a GPU is needed, is not there, and the CPU is not allowed
 */
export function deviceFor(
  chosen: Chosen,
  gpu: Machine['gpu'],
  allowNoGpu: boolean,
): Diagnostic['device'] {
  if (gpu.status === 'present') return 'gpu'
  const needing = chosen.filter(([, { needs }]) => needs === 'gpu').map(([id]) => id)
  if (needing.length > 0 && !allowNoGpu && gpu.status === 'unreadable') return 'gpu'
  if (needing.length > 0 && !allowNoGpu) {
    throw new RunRefusal(
      'no-gpu',
      `${needing.join(', ')} ${needing.length === 1 ? 'needs' : 'need'} a GPU, but it is ${gpu.status}: ${gpu.detail} Run on a machine with one, or allow the CPU (input "allow-no-gpu", or --allow-no-gpu); the bundle then says so.`,
    )
  }
  return 'cpu'
}
