/**
 * Named patterns of the settings, for the lines that no grammar reads.
 *
 * RE2 syntax, and matched in linear time whatever the pattern and the line are. The names of the
 * groups say what they hold: `stage`, `side`, `against`, a fact such as `layer`, `n`, `dtype` or
 * `unit`, and any other name is the statistic of the number in it.
 */
import { RE2JS } from 're2js'
import { described, form, nonEmpty, z } from '../schema.ts'

export const logPattern = z
  .strictObject({
    name: form(/^[a-z0-9][a-z0-9-]{0,63}$/),
    match: described(
      nonEmpty(1024),
      'RE2 pattern; named groups say what is read: stage, side, n, mean, std, …',
    ),
    stage: described(
      z.optional(nonEmpty(256)),
      'Stage of the figures where the pattern has no group of that name.',
    ),
    unit: z.optional(nonEmpty(32)),
  })
  .check(
    z.superRefine(({ match }, context) => {
      const problem = problemOf(match)
      if (problem !== null) context.addIssue({ code: 'custom', path: ['match'], message: problem })
    }),
  )

export type LogPattern = z.infer<typeof logPattern>

export const places = new Set(['stage', 'side', 'against', 'unit'])
export const facts = new Set(['layer', 'dtype', 'phase', 'selection', 'ddof'])

function problemOf(match: string): string | null {
  try {
    const groups = Object.keys(RE2JS.compile(match).namedGroups())
    const figures = groups.filter((name) => !places.has(name) && !facts.has(name))
    return figures.length > 0
      ? null
      : 'has no named group for a figure; write one such as (?P<mean>[-0-9.e]+)'
  } catch (error) {
    return `is not a pattern of RE2 syntax: ${error instanceof Error ? error.message : error}`
  }
}
