/** Every rule, in the order in which they are listed. */
import type { Rule } from '../types.ts'
import { versionClaimedOnce } from './claimed.ts'
import { evidenceExists, figuresResolve } from './evidence.ts'
import { completeNumbers, uniqueNumbers } from './numbers.ts'
import { referencesResolve } from './references.ts'
import { scoreboardAddsUp } from './scoreboard.ts'
import { versionAgrees } from './version.ts'

export const rules: readonly Rule[] = [
  versionAgrees,
  versionClaimedOnce,
  uniqueNumbers,
  completeNumbers,
  referencesResolve,
  scoreboardAddsUp,
  evidenceExists,
  figuresResolve,
]
