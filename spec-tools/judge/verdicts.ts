/**
 * The verdicts a stage can get. Whoever looks for where the sides part, draws, counts, annotates or
 * seals asks this table.
 */

/** What a verdict says about where the sides part; `unjudged` is neither agreement nor divergence. */
export type Outcome = 'match' | 'divergent' | 'nonfinite' | 'unjudged'

interface VerdictMeaning {
  words: string
  /** As the first cell of a row: a sign that needs no colour, and a word. */
  brief: string
  /** How grave it is; the higher outranks the lower where several runs of a stage differ. */
  rank: number
  outcome: Outcome
  /** Whether it is to be called out by itself. */
  alarm: boolean
  /** Best conclusion of the check on a pull request that has such a stage. */
  conclusion: 'success' | 'neutral'
  /** Result of the stage as a test of an in-toto statement. */
  test: 'PASSED' | 'WARNED' | 'FAILED'
  look: Look
}

/** A shape and a colour of its own, so that neither alone has to be told apart; and a character. */
interface Look {
  colour: string
  shape: 'disc' | 'diamond' | 'square' | 'triangle' | 'cross' | 'bar'
  hollow?: true
  sign: string
}

const apart = { alarm: true, conclusion: 'neutral', test: 'FAILED' } as const
const unjudged = {
  outcome: 'unjudged',
  alarm: false,
  conclusion: 'neutral',
  test: 'WARNED',
} as const

/** In the order of a legend. Colours are Okabe and Ito's, darkened where they are too faint on white. */
export const verdicts = {
  MATCH: {
    words: 'the difference is within the noise',
    brief: '✓ match',
    rank: 0,
    outcome: 'match',
    alarm: false,
    conclusion: 'success',
    test: 'PASSED',
    look: { colour: '#007a59', shape: 'disc', sign: '●' },
  },
  DIVERGENT: {
    words: 'the difference is above the noise',
    brief: '✗ divergent',
    rank: 5,
    outcome: 'divergent',
    ...apart,
    look: { colour: '#d55e00', shape: 'diamond', sign: '◆' },
  },
  NONFINITE: {
    words: 'a side has NaN or infinity',
    brief: '✗ not finite',
    rank: 6,
    outcome: 'nonfinite',
    ...apart,
    look: { colour: '#000000', shape: 'cross', sign: '✕' },
  },
  UNPROVEN: {
    words: 'something that is needed is not known',
    brief: '? unproven',
    rank: 3,
    ...unjudged,
    look: { colour: '#0072b2', shape: 'square', hollow: true, sign: '□' },
  },
  INCOMPARABLE: {
    words: 'the sides are known to summarise different things',
    brief: '≠ not comparable',
    rank: 4,
    ...unjudged,
    look: { colour: '#9b3f86', shape: 'triangle', hollow: true, sign: '△' },
  },
  MISSING: {
    words: 'one side was not measured',
    brief: '– missing',
    rank: 2,
    ...unjudged,
    look: { colour: '#555555', shape: 'bar', sign: '–' },
  },
  'NO-DATA': {
    words: 'neither side was measured',
    brief: '– no data',
    rank: 1,
    ...unjudged,
    look: { colour: '#555555', shape: 'disc', hollow: true, sign: '○' },
  },
} as const satisfies Record<string, VerdictMeaning>

export type Verdict = keyof typeof verdicts

/** In the order of a legend. */
export const verdictNames = Object.keys(verdicts) as readonly Verdict[]

/** The gravest first. */
export const byGravity: readonly Verdict[] = verdictNames.toSorted(
  (a, b) => verdicts[b].rank - verdicts[a].rank,
)

interface Judged {
  cell: { verdict: Verdict }
}

export function outcomeOf({ cell }: Judged): Outcome {
  return verdicts[cell.verdict].outcome
}

export function isMatch(row: Judged): boolean {
  return outcomeOf(row) === 'match'
}

/** Whether the sides are shown to part here. */
export function isAlarm({ cell }: Judged): boolean {
  return verdicts[cell.verdict].alarm
}

/** Whether neither agreement nor a difference is shown. */
export function isUnjudged(row: Judged): boolean {
  return outcomeOf(row) === 'unjudged'
}

export function lookOf(verdict: Verdict): Look {
  return verdicts[verdict].look
}
