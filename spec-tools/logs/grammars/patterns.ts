/** Lines that a pattern of the settings matches. */
import type { Grammar } from '../grammar.ts'

export const namedPatterns: Grammar = {
  name: 'patterns of the settings',
  take: ({ text }, { patterns }) => (patterns.take(text) ? 'figures' : null),
}
