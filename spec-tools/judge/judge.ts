/** Evidence and what was to be learnt from it -> what it shows. Data first; nothing is rendered here. */
import type { Bundle } from '../bundle/index.ts'
import { type HealthFinding, type Measurement, tensorFolder } from '../evidence/index.ts'
import type { TensorRole } from '../logs/index.ts'
import type { Investigation } from '../settings/index.ts'
import { judgedStages } from './bracket.ts'
import { checkedClaim } from './claim.ts'
import { heldAgainstBlocks } from './claim-block.ts'
import { judgedTensors, type TensorStage, tensorStages } from './comparisons.ts'
import { environmentOf, infraReason, withoutConclusion } from './environment.ts'
import { hypothesisVerdict, openHypotheses, unlikeClaims } from './hypotheses.ts'
import { withSidesOfOneProcess } from './one-process.ts'
import { firstDivergence } from './order.ts'
import { warnOfImpossible } from './nonfinite.ts'
import { pairedStages } from './pairing.ts'
import { nextSteps } from './plan.ts'
import { withLayer } from './select.ts'
import { withReplays } from './replay.ts'
import { tableOf } from './table.ts'
import type { PlacedRow, FirstDivergence, Judgement } from './types.ts'
import { tellUnclearSides } from './unclear-sides.ts'
import { Values } from './values.ts'
import { type Warn, Warnings } from './warning.ts'

export interface JudgeOptions {
  /** Captures that one next step may ask for; default 1, which halves the bracket. */
  captures?: number
}

/**
 * Judges a bundle: comparability gate, metrics, first divergent stage, next step, hypotheses, claims.
 *
 * Without an investigation, measurements are paired where it is beyond doubt which belong together,
 * and all others are left as what they show.
 */
export function judge(
  { evidence, investigation, tensors, files: logs }: Omit<Bundle, 'settings'>,
  { captures = 1 }: JudgeOptions = {},
): Judgement {
  const warnings = new Warnings()
  const { warn } = warnings
  const measurements = withSidesOfOneProcess(
    evidence.measurements.map(withLayer),
    investigation?.sides ?? null,
  )
  const printed = measurements.filter(isPrinted)
  const files = tensorStages(tensors)
  const declared = investigation ?? pairedStages(printed)
  const table = tableOf(measurements, declared, files, warn)
  const whole =
    declared.stages.length === 0 || !investigation ? rowsOfAll(files, declared, warn) : []
  const { used } = table
  const sides = !investigation && table.rows.length === 0 ? sidesOf(files) : { ...declared.sides }
  const placed = [...whole, ...tellUnclearSides(table, printed, declared, warn)]
  const rows = placed.map(({ row }) => row)
  const first = withReplays(firstDivergence(judgedStages(placed)), rows)
  const environment = environmentOf(evidence)
  const infra = infraReason(environment)
  const named = investigation?.measurements ?? {}
  const units = new Map(Object.entries(named).map(([name, { unit }]) => [name, unit]))
  const values = new Values({
    evidence: { ...evidence, measurements },
    environment,
    sides: Object.values(sides),
    rows,
    named,
    files: logs,
  })
  for (const { used: ids } of values.named.values()) for (const id of ids) used.add(id)
  for (const [name, { metric, side }] of Object.entries(named)) {
    if (metric === 'ratio' && side === 'pair') {
      warn(
        'wording',
        `${name}: \`metric: ratio\` is read as std_ratio, the ratio of the standard deviations. Write that.`,
      )
    }
  }
  const hypotheses = (investigation?.hypotheses ?? []).map((hypothesis) => {
    const verdict = hypothesisVerdict(hypothesis, units, values)
    return infra ? withoutConclusion(verdict, infra, hypothesis.inconclusive) : verdict
  })
  for (const warning of investigation ? unlikeClaims(investigation) : []) warn('claim', warning)
  for (const id of values.used) used.add(id)
  if (whole.length > 0) for (const { ids } of files) for (const id of ids) used.add(id)
  const open = openHypotheses(hypotheses, named)
  const claims = heldAgainstBlocks(evidence.claims.map(checkedClaim), measurements, rows)
  warnOfImpossible({ ...evidence, measurements }, warn)
  warnOfRun(evidence, warn)
  for (const claim of claims) {
    if (claim.follows !== 'no') continue
    warn('claim', `${claim.source.file}:${claim.source.line}: ${claim.reason}.`)
  }
  return {
    environment,
    sides,
    rows,
    first: infra ? unknownBecause(infra) : first,
    next: infra ? [] : nextSteps(placed, first, { sides, captures, open }),
    hypotheses,
    claims,
    unused: measurements.filter(({ id }) => !used.has(id)).map(({ id }) => id),
    warnings: warnings.sorted(),
  }
}

function isPrinted({ source }: Measurement): boolean {
  return !source.file.startsWith(tensorFolder)
}

/** Every stage of the files, where nobody says which of them are meant. */
function rowsOfAll(
  stages: readonly TensorStage[],
  { sides, floor }: Pick<Investigation, 'sides' | 'floor'>,
  warn: Warn,
): PlacedRow[] {
  if (stages.length === 0) return []
  const { rows, warnings } = judgedTensors(stages, new Map(), {
    sides: sidesOf(stages, sides),
    floor,
  })
  for (const warning of warnings) warn('wording', warning)
  return rows
}

/** What the sides are called by those who left the files. */
function sidesOf(
  stages: readonly TensorStage[],
  usual = { candidate: 'candidate', reference: 'reference' },
): Record<TensorRole, string> {
  const named = (role: TensorRole) =>
    stages.find(({ comparison }) => comparison.sides[role] !== null)?.comparison.sides[role]
  return {
    candidate: named('candidate') ?? usual.candidate,
    reference: named('reference') ?? usual.reference,
  }
}

/** Rows of a run that counts for nothing are shown, and say nothing of where the sides part. */
function unknownBecause({ detail }: HealthFinding): FirstDivergence {
  return {
    status: 'unknown',
    lastMatch: null,
    stages: [],
    recovered: [],
    replays: [],
    text: `Nothing is concluded from this run: ${detail}`,
  }
}

/** What in the run itself casts doubt on the figures. */
function warnOfRun(
  { partial, diagnostics, health = [], canary = [] }: Bundle['evidence'],
  warn: (rank: 'environment', text: string) => void,
): void {
  for (const { diagnostic, detail, advice } of health) {
    warn('environment', `${diagnostic === null ? '' : `${diagnostic}: `}${detail} ${advice}`)
  }
  for (const { when, status, detail } of canary) {
    if (status === 'not run')
      warn('environment', `The canary was not run ${when} the diagnostics: ${detail}`)
  }
  for (const why of partial) warn('environment', `The bundle is not whole: ${why}`)
  for (const { id, exit, stdout, stderr } of diagnostics) {
    if (exit.timedOut) warn('environment', `${id} was stopped by its timeout.`)
    else if (exit.signal !== null) warn('environment', `${id} was ended by ${exit.signal}.`)
    else if (exit.code !== 0) warn('environment', `${id} ended with exit code ${exit.code}.`)
    for (const { file, bytes, kept } of [stdout, stderr]) {
      if (kept < bytes) {
        warn(
          'environment',
          `${file}: ${kept} of ${bytes} bytes were read; figures in between may be missing.`,
        )
      }
    }
  }
}
