/**
 * The life of a request: one table, state x event -> state. It alone decides what an event does;
 * the store applies it, and gate, jobs and wording ask it.
 */

/** What can happen to a request that is recorded. */
export const events = [
  /** The gate let a label or a command pass: a run is wanted. */
  'passed',
  'refused',
  'run-started',
  /** GitHub refused to start the run. */
  'run-refused',
  /** The run was verified and its bundle is stored. */
  'evidence-ingested',
  /** The run ended, or will not end, without evidence. */
  'evidence-missing',
  /** The machine could not be measured on. */
  'machine-unfit',
  /** There is a bundle, and it cannot be used. */
  'evidence-rejected',
  'amendment-drafted',
  /** None of what the investigation needs was measured. */
  'nothing-measured',
  /** The specification cannot be amended as it stands; what was drafted before stays. */
  'draft-rejected',
  'amendment-merged',
  'amendment-closed',
  /** The pull request was closed, or the label taken off, before there was evidence. */
  'withdrawn',
  /** The app tried for as long as it may. */
  'given-up',
  /** The App was removed from the repository. */
  'uninstalled',
] as const
export type Event = (typeof events)[number]

interface Row {
  /** What is said of a request in this state. */
  headline: string
  /** The app or the runner is at work. */
  running: boolean
  /** Event -> next state; an event that is absent changes nothing. */
  on: Partial<Record<Event, State>>
}

export type State =
  /** The gate said no. */
  | 'refused'
  /** The intent to run is recorded; whether GitHub has heard of it is not known. */
  | 'intended'
  | 'dispatched'
  | 'ingested'
  /** The amendment's pull request is open. */
  | 'drafted'
  | 'merged'
  | 'declined'
  | 'no-evidence'
  | 'infra'
  | 'rejected'
  | 'unmeasured'
  | 'withdrawn'
  /** The app itself could not go on; its log says why. */
  | 'failed'

/** A run has ended, for the first time or because a person ran it again from its page. */
const ofRun = {
  'evidence-ingested': 'ingested',
  'evidence-missing': 'no-evidence',
  'machine-unfit': 'infra',
  'evidence-rejected': 'rejected',
} as const
/** Whoever may ask for evidence can ask again. */
const askedAgain = { passed: 'intended', refused: 'refused' } as const
const underWay = { 'given-up': 'failed', uninstalled: 'failed' } as const
const ofAmendment = {
  'amendment-drafted': 'drafted',
  'amendment-merged': 'merged',
  'amendment-closed': 'declined',
} as const

export const table: Record<State, Row> = {
  refused: {
    headline: 'No evidence was collected',
    running: false,
    on: askedAgain,
  },
  intended: {
    headline: 'Evidence is about to be collected',
    running: true,
    on: {
      'run-started': 'dispatched',
      'run-refused': 'refused',
      ...ofRun,
      withdrawn: 'withdrawn',
      ...underWay,
    },
  },
  dispatched: {
    headline: 'Evidence is being collected',
    running: true,
    on: { ...ofRun, withdrawn: 'withdrawn', ...underWay },
  },
  ingested: {
    headline: 'The evidence has arrived and is being judged',
    running: true,
    on: {
      ...ofAmendment,
      'nothing-measured': 'unmeasured',
      'draft-rejected': 'rejected',
      ...underWay,
    },
  },
  drafted: {
    headline: 'An amendment was drafted',
    running: false,
    on: { ...ofAmendment, 'draft-rejected': 'drafted' },
  },
  merged: { headline: 'The amendment was merged', running: false, on: {} },
  declined: {
    headline: 'The amendment was closed without being merged',
    running: false,
    on: { 'amendment-drafted': 'drafted', 'amendment-merged': 'merged' },
  },
  'no-evidence': {
    headline: 'The run left no evidence',
    running: false,
    on: { ...askedAgain, ...ofRun },
  },
  infra: {
    headline: 'INFRA: nothing could be measured on this machine',
    running: false,
    on: { ...askedAgain, ...ofRun },
  },
  rejected: {
    headline: 'The evidence was not used',
    running: false,
    on: { ...askedAgain, ...ofRun },
  },
  unmeasured: {
    headline: 'Nothing was measured',
    running: false,
    on: { ...askedAgain, ...ofRun },
  },
  withdrawn: {
    headline: 'The request was withdrawn',
    running: false,
    on: { ...askedAgain, ...ofRun },
  },
  failed: {
    headline: 'Something went wrong on our side',
    running: false,
    on: { ...askedAgain, ...ofRun },
  },
}

export const states = Object.keys(table) as State[]

/** The state that an event leads to; null where it changes nothing. */
export function after(state: State, event: Event): State | null {
  return table[state].on[event] ?? null
}

/** The states in which an event changes something. */
export function allowing(event: Event): State[] {
  return states.filter((state) => after(state, event) !== null)
}
