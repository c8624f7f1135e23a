/** What an investigation declares, checked for sense beyond its shape. */
import { pairMetrics } from '../evidence/index.ts'
import { type Range, rangeOfExpression, rangeOfStatistic } from './range.ts'
import { type DocumentWords, problemsOfChanges } from './declared-changes.ts'
import type { Investigation } from './investigation.ts'
import {
  comparisonsIn,
  type Names,
  overlap,
  type Overlap,
  overlapWithin,
  parsePredicate,
  type Predicate,
  PredicateError,
} from './predicate/index.ts'
import { excerpt, type Note, type Path } from './problem.ts'

export function problemsOfDiagnostics(
  { diagnostics, stages, measurements }: Investigation,
  known: readonly string[],
  note: Note,
): void {
  const remedy = `Use one of: ${(diagnostics ?? known).join(', ') || '(the settings define none)'}`
  for (const [index, id] of (diagnostics ?? []).entries()) {
    if (known.includes(id)) continue
    note(['diagnostics', index], {
      what: 'the settings define no diagnostic with this id',
      received: excerpt(id),
      remedy: `Use one of: ${known.join(', ') || '(the settings define none)'}`,
    })
  }
  const run = diagnostics ?? known
  const uses: [Path, string | undefined][] = [
    ...stages.flatMap((stage, index) =>
      (['candidate', 'reference', 'pair'] as const).map((part): [Path, string | undefined] => [
        ['stages', index, part, 'diagnostic'],
        stage[part]?.diagnostic,
      ]),
    ),
    ...Object.entries(measurements).map(([name, { diagnostic }]): [Path, string | undefined] => [
      ['measurements', name, 'diagnostic'],
      diagnostic,
    ]),
  ]
  for (const [path, id] of uses) {
    if (id === undefined || run.includes(id)) continue
    note(path, { what: 'this diagnostic is not run', received: excerpt(id), remedy })
  }
}

export function problemsOfStages({ stages }: Investigation, note: Note): void {
  const before = new Set<string>()
  const all = new Set(stages.map(({ id }) => id))
  for (const [index, { id, after }] of stages.entries()) {
    if (before.has(id)) {
      note(['stages', index], {
        what: 'two stages have this id',
        received: excerpt(id),
        remedy: 'Give each stage its own id',
      })
    }
    for (const [position, parent] of (after ?? []).entries()) {
      if (before.has(parent)) continue
      note(['stages', index, 'after', position], {
        what: all.has(parent)
          ? 'this stage is not listed before the one that is computed from it'
          : 'no stage has this id',
        received: excerpt(parent),
        remedy: all.has(parent)
          ? 'List stages in the order of the computation'
          : `Use one of: ${[...before].slice(0, 12).join(', ') || '(no stage is listed before)'}`,
      })
    }
    before.add(id)
  }
}

const sidesOfStage: ReadonlySet<string> = new Set(['candidate', 'reference', 'pair'])

/** Figures of a pair or a share of it: numbers without a unit. */
const dimensionless: ReadonlySet<string> = new Set(
  Object.values(pairMetrics).flatMap(({ name, unit }) => (unit === null ? [name] : [])),
)

export function problemsOfHypotheses(
  value: Investigation,
  { statuses, document }: { statuses: readonly string[]; document: DocumentWords | null },
  note: Note,
): void {
  const { hypotheses, measurements, stages } = value
  const ids = new Set(stages.map(({ id }) => id))
  for (const [name, { side, stage, metric, unit }] of Object.entries(measurements)) {
    const path = ['measurements', name]
    if (side !== undefined && sidesOfStage.has(side) && !ids.has(stage)) {
      note([...path, 'stage'], {
        what: 'no stage has this id, and a figure with a side is one of a judged stage',
        received: excerpt(stage),
        remedy: `Leave \`side\` out, or use one of: ${[...ids].slice(0, 12).join(', ')}`,
      })
    }
    // Of a pair it has one meaning only, and is read as that; of anything else it has several.
    if ((metric === 'ratio' || metric === pairMetrics.ratio.name) && side !== 'pair') {
      note([...path, 'metric'], {
        what: 'a ratio of two sides has to pass the comparability gate',
        received: excerpt(side ?? 'no side'),
        remedy:
          'Write `side: pair, metric: std_ratio` with the id of a stage for standard deviations, or `gain: { of: tok/s, between: [new, old] }` for performance',
      })
    }
    if (dimensionless.has(metric) && unit !== undefined) {
      note([...path, 'unit'], {
        what: `${metric} has no unit`,
        received: excerpt(unit),
        remedy: 'Remove the unit',
      })
    }
  }
  const ranges = new Map(
    Object.entries(measurements).map(([name, { metric }]) => [name, rangeOfStatistic(metric)]),
  )
  const names: Names = new Map(Object.entries(measurements).map(([name, { unit }]) => [name, unit]))
  const seen = new Set<string>()
  for (const [index, hypothesis] of hypotheses.entries()) {
    const path = ['hypotheses', index]
    if (seen.has(hypothesis.id)) {
      note([...path, 'id'], {
        what: 'two hypotheses have this id',
        received: excerpt(hypothesis.id),
        remedy: 'Give each hypothesis its own id',
      })
    }
    seen.add(hypothesis.id)
    problemsOfChanges(hypothesis, { path, names, statuses, document }, note)
    const confirm = predicateAt([...path, 'confirm'], hypothesis.confirm, { names, ranges }, note)
    if (!confirm || hypothesis.refute === `!(${hypothesis.confirm.trim()})`) continue
    const refute = predicateAt([...path, 'refute'], hypothesis.refute, { names, ranges }, note)
    if (!refute) continue
    const both = overlap(confirm, refute)
    if (both.kind === 'never') continue
    note(
      [...path, 'refute'],
      {
        what:
          both.kind === 'undecided'
            ? 'confirm and refute have too many alternatives to tell whether they overlap'
            : `confirm and refute both hold where ${spelled(both)}`,
        received: excerpt(hypothesis.refute),
        remedy: 'Make them disjoint; what lies between is INCONCLUSIVE',
      },
      0,
    )
  }
}

interface Known {
  names: Names
  /** Between what a named measurement lies, whatever is measured. */
  ranges: ReadonlyMap<string, Range>
}

function predicateAt(
  path: Path,
  text: string,
  { names, ranges }: Known,
  note: Note,
): Predicate | null {
  try {
    const predicate = parsePredicate(text, names)
    const within = new Map(
      comparisonsIn(predicate).map(({ name, expression }) => [
        name,
        ranges.get(name) ?? rangeOfExpression(expression),
      ]),
    )
    const cannotFail = overlapWithin(within, { kind: 'not', of: predicate }).kind === 'never'
    if (cannotFail) {
      note(
        path,
        {
          what: 'this always holds, whatever is measured',
          received: excerpt(text),
          remedy: 'Write bounds that a measurement can miss',
        },
        0,
      )
      return null
    }
    if (overlapWithin(within, predicate).kind === 'never') {
      note(
        path,
        {
          what: 'this can never hold',
          received: excerpt(text),
          remedy: 'Correct the bounds',
        },
        0,
      )
    }
    return predicate
  } catch (error) {
    if (!(error instanceof PredicateError)) throw error
    const { message: what, received, remedy, index } = error
    note(path, { what, received: excerpt(received), remedy }, index)
    return null
  }
}

function spelled(both: Extract<Overlap, { kind: 'possible' }>): string {
  const values = [...both.witness].map(([name, value]) => `${name} = ${value}`)
  return values.join(' and ') || 'nothing is measured'
}
