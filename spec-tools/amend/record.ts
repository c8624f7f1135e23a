/**
 * `amendment.json`, committed beside the evidence: what an amendment was drafted from and on, so that
 * it can be drafted again and compared.
 */
import { commitSha } from '../evidence/index.ts'
import { described, form, whole, z } from '../schema.ts'
import { groundSchema, type Ground } from './ground/index.ts'
import { ownJudgesSchema } from './own-judges.ts'
import { sealKinds, type AmendmentInput, type LedgerEntry, type Origin } from './types.ts'

export const amendmentMediaType = 'application/vnd.codicil.amendment.v1+json'

const text = z.string()

const verification = z.strictObject({
  repositoryId: whole(1),
  workflow: text,
  event: text,
  branch: text,
  actor: text,
  runId: whole(1),
  attempt: whole(1),
  artifact: z.strictObject({
    id: whole(1),
    bytes: whole(0),
    sha256: form(/^[0-9a-f]{64}$/),
  }),
  seal: z.optional(z.strictObject({ kind: z.enum(sealKinds), signer: z.nullable(text) })),
})

const origin = z.strictObject({
  pullRequest: z.nullable(whole(1)),
  requestedBy: z.nullable(text),
  base: z.strictObject({ ref: text, commit: text }),
  verification: z.nullable(verification),
  judges: z.optional(ownJudgesSchema),
  ahead: described(
    z.optional(z.array(z.strictObject({ section: z.nullable(text), version: z.nullable(text) }))),
    'What amendments take that come before this one and were not merged yet.',
  ),
  bump: described(
    z.optional(z.enum(['patch', 'minor', 'major'])),
    'The part of the version that a person had raised.',
  ),
  title: described(z.optional(text), 'What a person had it called.'),
})

const ledgerEntry = z.strictObject({
  text: described(text, 'The figure, or the sentence that holds it, as drafted.'),
  where: described(text, 'Sub-section that it stands in, such as 30.1.'),
  from: described(
    z.array(text),
    '<measurement id>#<statistic>, a JSON pointer into the bundle, or spec#L<line>.',
  ),
  how: text,
})

export const amendmentRecord = z.strictObject({
  mediaType: z.literal(amendmentMediaType),
  request: z.strictObject({ id: text, sha: commitSha }),
  spec: z.strictObject({ id: text, path: text }),
  slug: text,
  date: z.iso.date(),
  folder: text,
  origin,
  ground: described(groundSchema, 'What was taken from the spec on the base.'),
  figures: z.array(ledgerEntry),
})

export type AmendmentRecord = z.infer<typeof amendmentRecord>

export interface Recorded {
  input: AmendmentInput
  spec: { id: string; path: string }
  slug: string
  date: string
  folder: string
  ground: Ground
  figures: readonly LedgerEntry[]
}

/** The record as it is committed: the same amendment gives the same bytes. */
export function writeRecord(recorded: Recorded): string {
  const { input, spec, slug, date, folder, ground, figures } = recorded
  const { id, sha } = input.bundle.evidence.request
  const record: AmendmentRecord = {
    mediaType: amendmentMediaType,
    request: { id, sha },
    spec,
    slug,
    date,
    folder,
    origin: plainOrigin(input.origin),
    ground,
    figures: [...figures],
  }
  return `${JSON.stringify(amendmentRecord.parse(record), null, 2)}\n`
}

/** Fields in one order, whatever order the caller had them in. */
function plainOrigin(given: Origin): Origin {
  const {
    pullRequest,
    requestedBy,
    base,
    verification: checked,
    judges,
    ahead = [],
    bump,
    title,
  } = given
  return {
    pullRequest,
    requestedBy,
    base: { ref: base.ref, commit: base.commit },
    verification: checked && { ...checked, artifact: { ...checked.artifact } },
    ...(judges && { judges }),
    ...(ahead.length > 0 && {
      ahead: ahead.map(({ section, version }) => ({ section, version })),
    }),
    ...(bump && { bump }),
    ...(title !== undefined && { title }),
  }
}
