/** What a setup is asked for. */
import type { SetupSettings } from '../../spec-tools/index.ts'
import type { Budget } from '../bundle/budget.ts'
import type { ConfinedPlace } from '../confined.ts'

export interface SetupOrder extends Omit<ConfinedPlace, 'built'> {
  settings: SetupSettings
  /** Where what is kept lies; null: nothing is kept. */
  cache: string | null
  budget: Budget
  now(): Date
}
