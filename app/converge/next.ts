/**
 * What is missing next for a request, from what is recorded and what GitHub shows: a pure function,
 * asked again after each step until it has no answer. Deadlines are data.
 */
import type { PullRequest } from '../github/pull-request.ts'
import { after, type State } from '../states.ts'
import { wantsSecondPerson, type EvidenceRequest } from '../jobs/request.ts'

export interface Shown {
  open: boolean
  merged: boolean
  head: string
  /** Names of its labels. */
  labels: readonly string[]
}

export function shownBy({ state, merged, head, labels }: PullRequest): Shown {
  return {
    open: state === 'open',
    merged,
    head: head.sha,
    labels,
  }
}

export interface Deadlines {
  /** Seconds between looks at a run of which nothing is heard. */
  look: number
  /** Seconds after which a run that no runner took is called off, and one that hangs. */
  unstarted: number
  unfinished: number
  /** Seconds for which a run that went well may seem to have left no artifact. */
  artifact: number
}

export type Step =
  | { do: 'mark-stale'; replacedBy: string | null }
  | { do: 'withdraw'; why: 'closed' | 'unlabeled' }
  | { do: 'start-run' }
  | { do: 'look-at-run' }
  | { do: 'draft' }
  | { do: 'look-at-approval' }
  | { do: 'leave-draft' }
  | { do: 'tidy' }
  | { do: 'report' }

/** `done` are steps that were taken already and leave no trace in the record. */
export function nextStep(
  request: EvidenceRequest,
  shown: Shown,
  now: Date,
  done: ReadonlySet<Step['do']>,
): Step | null {
  const { state, replacedBy } = request
  const head = request.sha === shown.head ? null : shown.head
  if (replacedBy !== head && state !== 'refused') return { do: 'mark-stale', replacedBy: head }
  if (after(state, 'withdrawn') !== null && !done.has('withdraw')) {
    if (!shown.open && !shown.merged) return { do: 'withdraw', why: 'closed' }
    const { label } = request
    if (label && !shown.labels.includes(label)) return { do: 'withdraw', why: 'unlabeled' }
  }
  // A run may have ended before its id was recorded: it is looked at before another is started.
  if (isLookWanted(request, now) && !done.has('look-at-run')) return { do: 'look-at-run' }
  if (after(state, 'run-started') !== null && !done.has('start-run')) return { do: 'start-run' }
  if (state === 'ingested' && !done.has('draft')) return { do: 'draft' }
  if (state === 'drafted') {
    const second = wantsSecondPerson(request)
    if (second && !done.has('look-at-approval')) return { do: 'look-at-approval' }
    const approved = !second || (request.approval?.by ?? null) !== null
    const wanted = shown.merged || (second && request.settings?.draft === false)
    if (wanted && approved && !request.left && !done.has('leave-draft')) {
      return { do: 'leave-draft' }
    }
  }
  if (request.tidyAt && Date.parse(request.tidyAt) <= now.getTime() && !done.has('tidy')) {
    return { do: 'tidy' }
  }
  if (request.reported < request.revision && isToldNow(state)) return { do: 'report' }
  return null
}

/** GitHub said that a run has ended, or nothing was heard of it for long. */
function isLookWanted({ state, ended, run, lookAt }: EvidenceRequest, now: Date): boolean {
  if (after(state, 'evidence-ingested') === null) return false
  if (ended) return true
  return state === 'dispatched' && run !== null && Date.parse(lookAt ?? '') <= now.getTime()
}

/** What the very next step replaces is not told, which would cost two writes. */
function isToldNow(state: State): boolean {
  return state !== 'intended' && state !== 'ingested'
}
