/**
 * The vocabulary of a judgement: data first, so that the comment, the section, the check and the
 * page all render the same thing.
 */
import type {
  Claim,
  FactName,
  Facts,
  HealthFinding,
  PairMetricKey,
  Vouch,
} from '../evidence/index.ts'
import type { Change } from '../settings/index.ts'
import type { Verdict } from './verdicts.ts'

export type { Verdict } from './verdicts.ts'

/** The two implementations compared; ratios are candidate / reference. */
export type SideName = 'candidate' | 'reference'

/**
 * A number with its precision and its origin.
 *
 * `lo` and `hi` bound the value as far as printed digits allow (`0.000673` is
 * [0.0006725, 0.0006735]); `text` is how it is shown everywhere; `from` names the figures of the
 * bundle that it rests on, as `<measurement id>#<statistic>`.
 */
export interface Quantity {
  value: number
  lo: number
  hi: number
  text: string
  from: string[]
  /** `printed`, `asserted`, or the formula by which it follows. */
  how: string
}

/** One cell of the verdict column, such as `INCOMPARABLE(n 32256≠4608)`. */
export interface Cell {
  verdict: Verdict
  /** All reasons in order of weight; `text` shows the first three. */
  reasons: Reason[]
  text: string
}

export interface Reason {
  /** What decided: a fact, `floor`, or a metric. */
  about:
    | FactName
    | 'floor'
    | 'criterion'
    | 'relative_l2'
    | 'bounds'
    | 'nonfinite'
    | 'side'
    | 'stage'
    | 'statistic'
  text: string
  /** The figure and the limit that it was held against, where that decided. */
  compared?: Compared
}

/** A figure against the most that it may be. */
export interface Compared {
  name: string
  value: number
  limit: number
  /** Whether the value is the figure, or only a bound of it. */
  bound: 'exactly' | 'at least' | 'at most'
  /** Figures of the bundle that it rests on; empty for those of its row. */
  from: string[]
}

/** What is known about one side of a stage. */
export interface SideSummary {
  name: string
  /** Ids of the measurements that it was put together from. */
  measurements: string[]
  /** Statistic -> quantity, for those that the source states. */
  figures: Readonly<Record<string, Quantity>>
  n: Quantity | null
  /** Facts as stated and asserted. */
  facts: Facts
  /** Those that the investigation asserted because the source does not print them. */
  asserted: FactName[]
}

/** The noise below which a difference means nothing, and how it is known. */
export interface NoiseFloor {
  relativeL2: number
  origin: 'declared' | 'measured' | 'predicted'
  text: string
  /** Noise is at least this, and nobody says how much at most: what is above need not diverge. */
  atLeast?: true
}

/** See `pairMetrics`; null where a figure is not known, and unless the gate was passed. */
export type PairFigures = Readonly<Record<PairMetricKey, Quantity | null>>

/** One stage of the divergence table. */
export interface DivergenceRow extends PairFigures {
  stage: string
  candidate: SideSummary | null
  reference: SideSummary | null
  /** Statistic -> figure, for all that a record of the pair prints; only where the gate was passed. */
  printed?: Readonly<Record<string, Quantity>>
  floor: NoiseFloor | null
  /** The bounds that the diagnostic states for its own figures, and that it says so. */
  bound?: string
  /** Nothing was printed of both sides together: such figures can prove a difference, never agreement. */
  summariesOnly?: true
  /** What several runs showed, for the line about the floor; absent where there was one run. */
  repeats?: string[]
  cell: Cell
  /** Hard facts that neither side states, for the line under the table. */
  notStated: FactName[]
  vouch: Vouch
}

/**
 * Where the sides first part: nothing diverges (`none`), exactly one stage, or a bracket of stages
 * of which any may be the first because captures between them are missing or not comparable.
 */
export interface FirstDivergence {
  status: 'none' | 'one' | 'bracket' | 'unknown'
  /** Last stage that is proven to match. */
  lastMatch: string | null
  /** The candidates, in order; empty where nothing diverges. */
  stages: string[]
  /** Set where files hold these stages by name, so that nothing says which of them comes first. */
  unordered?: true
  /** Stages that match although something they are computed from diverges. */
  recovered: string[]
  /** What replays on captured inputs say about the one stage that diverges first. */
  replays: Replay[]
  text: string
}

/**
 * One side's stage computed again from captured inputs x: `injected` is its own error,
 * norm(f(x) - f64(x)) / norm(f64(x)); `propagated` is what comes in with its inputs,
 * norm(f64(x) - f64(x')) / norm(f64(x')) for the other side's inputs x'.
 */
export interface Replay {
  stage: string
  side: SideName
  injected: Quantity
  propagated: Quantity | null
  /** Whether the stage itself is at fault: the injected error is above the floor. */
  atFault: 'yes' | 'no' | 'cannot tell'
}

/** A measurement to be made next, and what each outcome would mean. */
export interface NextStep {
  kind: 'repair' | 'bisect' | 'replay' | 'control'
  stages: string[]
  sides: SideName[]
  /** What to capture or print, such as `n` and the token selection. */
  capture: string
  selection: string
  predicate: string
  /** `first` holds the stages that may be first after it: the next bracket, where it is known. */
  outcomes: { outcome: string; then: string; first?: string[] }[]
  /** Ids of declared hypotheses that are still open and are about its stages; absent for none. */
  decides?: string[]
  /** What to do, in one sentence for a person; the outcomes are told apart. */
  text: string
}

export type HypothesisOutcome = 'CONFIRMED' | 'REFUTED' | 'INCONCLUSIVE'

/** Figures of both sides of a stage that may not be set in relation. */
export interface Apart {
  stage: string
  statistic: string
  candidate: Quantity
  reference: Quantity
}

/** A figure that a predicate uses, or why there is none. */
export interface PredicateValue {
  /** Of a predicate that is asked for each text of a column: which text, and what it is called there. */
  at?: { column: string; text: string; name: string }
  name: string
  quantity: Quantity | null
  missing: string | null
  unit?: string
  /** The standard deviation that is printed beside it, of a figure that is compared with another. */
  spread?: Quantity
  /** Where the stage did not pass the gate, and both sides state what was to be related. */
  apart?: Apart
}

export interface HypothesisVerdict {
  id: string
  claim: string
  section: string | null
  outcome: HypothesisOutcome
  /** The predicate that decided, or why none could. */
  reason: string
  /** What was left out of a predicate that is asked for each text of a column, and why. */
  beside?: string
  /** Facts of the work that somebody vouches for, such as `batch 8`. */
  asserted?: string[]
  confirm: string
  refute: string
  /** The named measurements that the predicates use. */
  values: PredicateValue[]
  /** The one comparison that decided, or that would confirm; absent where there are several. */
  bound?: { name: string; op: string; value: number }
  /** Criteria that it flips; null where the settings say what done, or open, is called. */
  flips: { row: string; to: string | null }[]
  /** What else it changes in the document, with its figures filled in. */
  changes: PlannedChange[]
  /** Headings of sections that it retracts. */
  retracts: string[]
  /** What to do when inconclusive. */
  next: string | null
}

/** A change, and why it cannot be made where a figure of its text is missing. */
export interface PlannedChange {
  change: Change
  missing: string | null
  /** Those that its texts hold. */
  figures: WrittenFigure[]
}

/** A figure as it stands in a text, and what it resolves to. */
export type WrittenFigure = Pick<Quantity, 'text' | 'from' | 'how'>

/** A verdict that a log printed about itself, held against the recomputed one. */
export interface CheckedClaim extends Claim {
  follows: 'yes' | 'no' | 'cannot tell'
  reason: string
}

/** Whether the machine could be measured on; INFRA is retryable, and nothing is concluded from it. */
export interface Environment {
  status: 'sound' | 'INFRA'
  findings: readonly HealthFinding[]
}

export interface Judgement {
  environment: Environment
  sides: { candidate: string; reference: string }
  rows: DivergenceRow[]
  first: FirstDivergence
  next: NextStep[]
  hypotheses: HypothesisVerdict[]
  claims: CheckedClaim[]
  /** Measurements that no stage of the investigation uses, by id. */
  unused: string[]
  warnings: string[]
}

/** What a picture of a judgement shows, be it of a bundle or of two tensor files. */
export type Pictured = Pick<Judgement, 'sides' | 'rows' | 'first'>

export interface PlacedRow {
  row: DivergenceRow
  /** Stages that it is computed from. */
  after: readonly string[]
  /** See `JudgedStage`. */
  loose?: boolean
}
