/**
 * What the core's processes do: everything that reads, judges or drafts from what others have written. Input
 * and output are plain data, so that they can go from process to process.
 */
import { hash } from 'node:crypto'
import {
  carryOver,
  judge,
  knownOfDocument,
  parseInvestigation,
  parseSettings,
  proposeAmendment,
  readBundle,
  refuseUnlikeReplay,
  rereadMeasurements,
  settingsPath,
  specOf,
  unmeasured,
  type Amendment,
  type Bundle,
  type Investigation,
  type InvestigationContext,
  type Judgement,
  type Origin,
  type SealKind,
  type Settings,
  type SpecSettings,
} from '../../spec-tools/index.ts'
import type { Problem } from '../jobs/request.ts'
import { notFor, unfounded, type Expected } from './claims.ts'
import { sealOf, type Seals } from './seals.ts'
import { infraProblem } from './infra.ts'
import { sha256 } from './sha256.ts'
import { unzip, type UnzipLimits } from './unzip.ts'

export interface StoredBundle {
  zip: Uint8Array
  limits: UnzipLimits
}

export interface ReadTask extends StoredBundle {
  expected: Expected
  seals: Seals
}

/** What a bundle came to. Only where nothing is against it there is a spec. */
export interface ReadBundle {
  /** In what it is not the bundle that was expected. */
  foreign: string[]
  /** What it says that does not follow from it. */
  unfounded: string[]
  infra: Problem | null
  investigation: { slug: string; bytes: Uint8Array } | null
  spec: { id: string; path: string } | null
  seal: SealKind
}

export interface DraftTask extends StoredBundle {
  spec: string | null
  text: string
  origin: Origin
  /** First lines of the last commits that changed the spec, newest first. */
  subjects: string[]
}

export interface InvestigationTask extends Omit<InvestigationContext, 'document'> {
  text: string
  document?: { bytes: Uint8Array; settings: SpecSettings }
}

type Drafted = Parameters<typeof carryOver>[0]

export const tasks = {
  settings: (text: string): Settings => parseSettings(text, settingsPath),

  /** The document is a part of the task, since what is known of it cannot leave the worker. */
  investigation({ text, document, ...context }: InvestigationTask): Investigation {
    const known = document && knownOfDocument(document.bytes, document.settings)
    return parseInvestigation(text, { ...context, document: known ?? null })
  },

  async read({ zip, limits, expected, seals }: ReadTask): Promise<ReadBundle> {
    const { bundle } = await opened(zip, limits)
    const foreign = notFor(bundle, expected)
    const { investigation } = bundle.evidence
    const made = foreign.length > 0 ? [] : unfounded(bundle, rereadMeasurements(bundle).map(asLine))
    const { kind: seal, against } =
      foreign.length + made.length === 0
        ? await sealOf(seals, bundle, expected.attempt, limits)
        : { kind: 'none' as const, against: [] }
    made.push(...against)
    const infra = infraProblem(bundle)
    const sound = foreign.length + made.length === 0 && infra === null
    return {
      foreign,
      unfounded: made,
      infra,
      investigation: investigation && {
        slug: investigation.slug,
        bytes: Uint8Array.from(bundle.files.get(investigation.file) ?? []),
      },
      spec: sound ? pick(specOf(bundle)) : null,
      seal,
    }
  },

  /** Why the bundle amends nothing, where it holds nothing that was to be measured. */
  async unmeasured({ zip, limits }: StoredBundle) {
    const { bundle, judgement } = await opened(zip, limits)
    return unmeasured(bundle, judgement())
  },

  async draft({ zip, limits, spec, ...on }: DraftTask): Promise<Amendment> {
    const { bundle, judgement } = await opened(zip, limits)
    const chosen = spec === null ? {} : { spec }
    const amendment = proposeAmendment({ bundle, judgement: judgement(), ...chosen, ...on })
    refuseUnlikeReplay(amendment, on.text, sha256)
    return amendment
  },

  carryOver: ({
    opened: before,
    edited,
    again,
  }: {
    opened: Drafted
    edited: string
    again: Drafted
  }) => carryOver(before, edited, again),
}

export type Tasks = typeof tasks
export type TaskName = keyof Tasks

interface Opened {
  bundle: Bundle
  judgement: () => Judgement
}

/** The last bundle, since a draft is often made again on another text of the same document. */
let last: ({ digest: string } & Opened) | null = null

async function opened(zip: Uint8Array, limits: UnzipLimits): Promise<Opened> {
  const digest = hash('sha256', zip)
  if (last?.digest === digest) return last
  last = null
  const bundle = readBundle(await unzip(zip, limits), sha256)
  let judged: Judgement | null = null
  last = { digest, bundle, judgement: () => (judged ??= judge(bundle)) }
  return last
}

function asLine({ id, what }: { id: string; what: string }): string {
  return `figure ${id}: ${what}`
}

function pick({ id, path }: { id: string; path: string }) {
  return { id, path }
}
