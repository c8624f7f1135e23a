export { layerIn, sameName } from './label.ts'
export { judgeCompared, type Compared } from './compared.ts'
export { byTelling, type Decision, decisionOf, isNear } from './decision.ts'
export { draftInvestigation, type Selectable, selectableIn } from './drafted.ts'
export { environmentOf, infraReason } from './environment.ts'
export { predictedFloor, unitRoundoff } from './floor.ts'
export { Comparable, compare, type Gate, type GateSide, type GateSource, ratio } from './gate.ts'
export { judge, type JudgeOptions } from './judge.ts'
export { firstDivergence } from './order.ts'
export { plannedInvestigation } from './planned.ts'
export { printed, type Interval } from './quantity.ts'
export { noiseOfRepeats } from './tensor-repeats.ts'
export type {
  RepeatNoise,
  TensorRepeat,
  ReplayedErrors,
  TensorJudgement,
  TensorOptions,
  TensorPair,
  Unit,
  TensorRow,
  TensorSide,
} from './tensor-types.ts'
export { type NamedSelector, selectors } from './selector.ts'
export { judgeTensors } from './tensors.ts'
export { unlikeClaims } from './hypotheses.ts'
export { pickingNothing, selectedBy, type Selected } from './selected.ts'
export * from './types.ts'
export {
  byGravity,
  isAlarm,
  isMatch,
  isUnjudged,
  lookOf,
  type Outcome,
  outcomeOf,
  verdictNames,
  verdicts,
} from './verdicts.ts'
