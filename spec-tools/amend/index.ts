/** Amendments: intents applied to a spec, drafted from evidence, and replayed. */
export { annotationsOf, type Annotation } from './annotations.ts'
export { carryOver, type CarriedOver, type Conflict, type Drafted } from './carry-over.ts'
export { applyIntent, type Applied } from './apply.ts'
export type { Placed } from './apply/types.ts'
export { amendBytes, decodeSpec, type Decoded } from './bytes.ts'
export { bumpFor, type Changes } from './bump.ts'
export { concludeCheck, stepSummary } from './check-run.ts'
export type { CheckNote } from './check-notes.ts'
export { DraftError, proposeAmendment, type DraftErrorCode } from './draft.ts'
export { compareFindings, drawFindings, findingsFile, plotFile } from './findings.ts'
export { IntentError, intentSchema, parseIntent, type Intent, type IntentInput } from './intent.ts'
export { knownOfDocument } from './in-place/known.ts'
export { headline } from './headline.ts'
export { amendmentMediaType, amendmentRecord, type AmendmentRecord } from './record.ts'
export { ownJudges, type OwnJudges } from './own-judges.ts'
export {
  replay,
  type ReplayDifference,
  type ReplayEdit,
  type ReplayInput,
  type ReplayReport,
} from './replay.ts'
export { refuseUnlikeReplay } from './replayed.ts'
export { resolveIn, unresolved } from './resolve.ts'
export { isRetracted, reinstate, retract, type Decider, type Retraction } from './retract.ts'
export type * from './types.ts'
export { unmeasured, type Unmeasured } from './unmeasured.ts'
