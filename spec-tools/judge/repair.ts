/** What would make a stage judgeable whose cell is none of MATCH, DIVERGENT and NONFINITE. */
import type { FactName } from '../evidence/index.ts'
import { passedGate } from './named.ts'
import type { DivergenceRow, NextStep, Reason, SideName } from './types.ts'

export interface Repair extends Pick<NextStep, 'sides' | 'capture' | 'selection' | 'predicate'> {
  /** One sentence for a person, with `{stages}` and `{sides}` to be filled in. */
  ask: string
  outcomes: RepairOutcome[]
  /** The outcomes tell agreement, too, whatever was printed before. */
  ofDifference?: true
}

export interface RepairOutcome {
  outcome: string
  then: string
  /** What the stage's cell becomes: `judged` is either of MATCH and DIVERGENT, `open` neither. */
  cell: 'match' | 'divergent' | 'judged' | 'open'
}

export function repairOf(row: DivergenceRow, names: Readonly<Record<SideName, string>>): Repair {
  const { verdict, reasons } = row.cell
  const abouts = reasons.map(({ about }) => about)
  if (verdict === 'MISSING' || verdict === 'NO-DATA') return capture(row)
  if (abouts.includes('side')) return reasons.some(isUnnamed) ? naming : choice
  if (abouts.includes('bounds')) return consistency
  if (reasons.some(({ text }) => text === cancels.text)) return terms
  if (abouts.includes('floor')) return floor
  if (passedGate(row)) return difference
  const facts = abouts.filter((about) => about !== 'statistic') as FactName[]
  if (verdict === 'INCOMPARABLE') return likeForLike(facts, names)
  return statement(row, facts, abouts.includes('statistic'), names)
}

function becomes(cell: RepairOutcome['cell'], outcome: string, then: string): RepairOutcome {
  // oxlint-disable-next-line unicorn/no-thenable -- data that is never awaited
  return { outcome, then, cell }
}

const both: SideName[] = ['candidate', 'reference']
const onBoth = { sides: both, selection: 'the same on both sides' }

function capture(row: DivergenceRow): Repair {
  const without = both.filter((side) => row[side] === null)
  return {
    sides: without.length > 0 ? without : both,
    selection: onBoth.selection,
    capture: 'capture the stage, with n and the token selection',
    ask: 'Capture {stages} on {sides}, with n and the token selection.',
    predicate: 'a measurement of the stage with n > 0 is in the bundle',
    outcomes: [
      becomes('match', 'it matches', 'the first divergence lies after it'),
      becomes('divergent', 'it diverges', 'the first divergence lies at it or before'),
    ],
  }
}

/** The reason of a cell whose only difference does not say whose it is. */
export const unnamed: Reason = { about: 'side', text: 'sides?' }

function isUnnamed({ text }: Reason): boolean {
  return text === unnamed.text
}

const naming: Repair = {
  ...onBoth,
  capture:
    'name both sides in the line of the difference or in its heading, such as `A vs B`, or select it by `pair`',
  ask: 'Name both sides in the line or the heading of the difference of {stages}, such as `A vs B`.',
  predicate: 'one difference that names both sides',
  outcomes: [
    becomes('judged', 'they are named', 'the stage is judged'),
    becomes('open', 'they are others', 'the stage has no difference yet'),
  ],
  ofDifference: true,
}

const choice: Repair = {
  ...onBoth,
  capture: 'say which measurement is meant, by `diagnostic`, `under` or `stage`',
  ask: 'Say in the investigation which measurement of {stages} is meant.',
  predicate: 'one measurement for each side',
  outcomes: [becomes('judged', 'one is left for each side', 'the stage is judged')],
}

const consistency: Repair = {
  ...onBoth,
  capture: 'print the figures again, of one run: they contradict each other',
  ask: 'Print the figures of {stages} again, of one run: they contradict each other.',
  predicate: 'RMS ≤ max|d| ≤ √n·RMS and RMS² ≥ Δmean² + Δstd²',
  outcomes: [
    becomes('judged', 'they agree', 'the stage is judged'),
    becomes('open', 'they still do not', 'the diagnostic compares something else than it says'),
  ],
}

const againstFloor = [
  becomes('match', 'it is at most the floor', 'the stage matches and clears what lies before it'),
  becomes('divergent', 'it is above', 'the stage diverges and bounds the bracket'),
]

const floor: Repair = {
  ...onBoth,
  capture: 'declare a noise floor, or measure it by repeating each side',
  ask: 'Declare a noise floor for {stages}, or measure it by repeating each side.',
  predicate: 'relative L2 ≤ floor',
  outcomes: againstFloor,
}

/** The reason of a cell whose difference may be noise of larger values that cancel. */
export const cancels: Reason = { about: 'floor', text: 'cancels?' }

const terms: Repair = {
  ...onBoth,
  capture:
    'write how large the terms are that the stage adds up beside it (`@terms`): of a product x·w the root of x²·w², of a sum x + y hypot(x, y)',
  ask: 'Write how large the terms of {stages} are beside it (`@terms`), or repeat each side.',
  predicate: 'relative L2 ≤ floor of the terms',
  outcomes: [
    ...againstFloor,
    becomes('open', 'the floor is above a half', 'the result is noise in this number format'),
  ],
}

const difference: Repair = {
  ...onBoth,
  capture: 'print the RMS of the difference, or write both tensors; summaries cannot decide this',
  ask: 'Print the RMS difference of {stages} between {sides}, or write both tensors.',
  predicate: 'relative L2 ≤ floor',
  outcomes: againstFloor,
}

const inWords: Partial<Record<FactName, string>> = {
  n: 'element count n',
  selection: 'token selection',
  tokens: 'token ids',
  ddof: 'ddof of the std',
}

function likeForLike(
  facts: readonly FactName[],
  names: Readonly<Record<SideName, string>>,
): Repair {
  const wanted = facts.map((fact) => inWords[fact] ?? fact).join(' and ')
  return {
    ...onBoth,
    capture: `capture both sides with the same ${wanted}, and print it`,
    ask: `Capture {stages} on {sides} with the same ${wanted}, and print it.`,
    predicate: equalities(facts, names),
    outcomes: [
      becomes(
        'divergent',
        'they differ like for like by more than the floor',
        'the divergence is real and bounds the bracket',
      ),
      becomes('match', 'they do not', 'the difference was an artefact of what was summarised'),
    ],
  }
}

function statement(
  row: DivergenceRow,
  facts: readonly FactName[],
  statistic: boolean,
  names: Readonly<Record<SideName, string>>,
): Repair {
  const wanted = facts.map((fact) => `the ${inWords[fact] ?? fact}`)
  if (statistic) wanted.push('a statistic that both state')
  if (row.summariesOnly) return printedDifference(row, wanted.slice(0, facts.length))
  const lacking = both.filter((side) => facts.some((fact) => row[side]?.facts[fact] === undefined))
  return {
    sides: lacking.length > 0 ? lacking : both,
    selection: onBoth.selection,
    capture: `print ${wanted.join(' and ')}`,
    ask: `Print ${wanted.join(' and ')} of {stages} on {sides}.`,
    predicate: equalities(facts, names),
    outcomes: [
      becomes(
        'judged',
        'both state the same',
        'the figures are comparable and the stage is judged',
      ),
      becomes(
        'open',
        'they differ',
        'the cell becomes INCOMPARABLE, and the difference says nothing about the computation',
      ),
    ],
  }
}

/** Summaries never show agreement: what decides either way is the difference itself. */
function printedDifference({ floor: known }: DivergenceRow, facts: readonly string[]): Repair {
  const stating = facts.length > 0 ? `, stating ${facts.join(' and ')}` : ''
  const declaring = known ? '' : ', and declare a noise floor'
  return {
    ...onBoth,
    capture: `print the relative L2 of the difference${stating}${declaring}`,
    ask: `Print the relative L2 of {stages} between {sides}${stating}${declaring}.`,
    predicate: 'relative L2 ≤ floor',
    outcomes: againstFloor,
    ofDifference: true,
  }
}

function equalities(facts: readonly FactName[], names: Readonly<Record<SideName, string>>): string {
  return facts
    .map((fact) => `${fact}(${names.candidate}) = ${fact}(${names.reference})`)
    .join(' and ')
}
