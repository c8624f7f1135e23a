/** What whoever runs the app can count; nothing of it says which repository or who. */
export interface Observer {
  /** Work on a key has ended. */
  worked(kind: string, outcome: WorkOutcome, seconds: number): void
  /** GitHub has answered a call, or it broke off. */
  called(method: string, status: number | 'none'): void
}

export const workOutcomes = ['done', 'postponed', 'failed', 'given-up', 'taken-over'] as const
export type WorkOutcome = (typeof workOutcomes)[number]

export const unobserved: Observer = { worked: () => {}, called: () => {} }
