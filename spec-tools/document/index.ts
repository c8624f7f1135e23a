/** A living spec: read with source ranges, numbered, versioned, and edited by splices. */
export { backMatter } from './back.ts'
export { openElement, type OpenElement } from './elements.ts'
export { applyEdits, invertEdits, orderEdits } from './edits.ts'
export { comparable, compareKeys, parseKey, writeKey } from './key.ts'
export { nextSection } from './next.ts'
export { plainHeading } from './plain.ts'
export { readHeadings, readSpec } from './read.ts'
export { Refusal, type RefusalCode, type RefusalDetails } from './refusal.ts'
export { isBackMatter, isHistoryName } from './role.ts'
export { isSame, said, seen } from './said.ts'
export { sectionAt } from './sections.ts'
export {
  isNumbered,
  numberedSiblings,
  orderOf,
  sameKind,
  siblingsOf,
  type Numbered,
} from './siblings.ts'
export { refuseDoubtfulTitle, refuseVersion, rivals, versionEchoes } from './versions.ts'
export { bumpVersion, compareVersions, nextVersion, parseVersion } from './version.ts'
export { columnIs } from './words.ts'
export { insertAt, partOf, readAt, type Offset, type Range, type Span } from './range.ts'
export { isOpen } from './today.ts'
export type * from './types.ts'
