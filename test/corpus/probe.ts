/** The probe: one new section at the top level with one paragraph, and a minor bump. */
import type { IntentInput } from '../../spec-tools/amend/intent.ts'
import { nextSection, nextVersion, type Spec } from '../../spec-tools/document/index.ts'
import { composed } from '../../spec-tools/markdown.ts'

export const PARAGRAPH = 'A probe of one paragraph.'

/** The probe as the document would write it. */
export function probeIntent(spec: Spec): IntentInput {
  const { heading, level, parent } = nextSection(spec, composed`Probe`)
  return {
    version: nextVersion(spec, 'minor'),
    sections: [{ heading, level, parent, body: PARAGRAPH }],
  }
}
