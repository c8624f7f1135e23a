/**
 * Generated Markdown: built as a tree, serialised in one place.
 *
 * Every string that is handed to a builder is data. It is shown as it is and does nothing: no
 * mention, reference, link, image, HTML, table or heading comes out of it, whoever wrote it.
 */
export {
  code,
  codeBlock,
  details,
  emphasis,
  heading,
  image,
  link,
  list,
  paragraph,
  prose,
  strong,
  table,
  tasks,
  type Inline,
} from './build.ts'
export {
  figureTables,
  ofLimit,
  plainly,
  restRow,
  sideNames,
  stageCounts,
  stageName,
  stageTable,
  type Show,
  verdictCell,
} from './divergence.ts'
export {
  byteLength,
  checkLimits,
  commentLimits,
  fit,
  stepSummaryLimits,
  type Limits,
  type Part,
} from './fit.ts'
export { noteTable } from './notes.ts'
export { against, brief, briefly, shareText } from './numbers.ts'
export { undecided } from './reasons.ts'
export { toMarkdown } from './serialise.ts'
export { clip, oneLine, plain, sentence, visible } from './visible.ts'
